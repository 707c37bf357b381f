"""A diagonal state space (S4D, Gu et al. 2022) in both directions of time, and the block around it.

Over a segment such a system is a convolution of each channel with a kernel of its own. It is taught through the few
numbers that make the kernel, and served as that kernel: a plain depthwise convolution.
"""
import math

import torch
from torch import nn
from torch.nn.functional import gelu, glu
from torch.nn.utils.fusion import fuse_conv_bn_weights

REACH = 125
STATES = 16
STEP = (0.004, 0.2)
SLOW = ("log_step", "log_decay", "frequency")


class Convolution(torch.autograd.Function):
    """x [N, width, time], kernel [width, 2 reach + 1] by lag -> [N, width, time], by way of the spectrum.

    At this length that costs a tenth of the direct convolution; the way back is written out because autograd would
    take the whole complex transform.
    """

    @staticmethod
    def forward(ctx, x, kernel):
        time, reach = x.shape[2], kernel.shape[1] // 2
        size = 64 * math.ceil((time + reach) / 64)
        around = torch.cat([kernel[:, reach:], kernel.new_zeros(len(kernel), size - kernel.shape[1]), kernel[:, :reach]], dim=1)
        signal, response = torch.fft.rfft(x, n=size), torch.fft.rfft(around)
        ctx.save_for_backward(signal, response)
        ctx.size, ctx.reach = size, reach
        return torch.fft.irfft(signal * response, n=size)[..., :time]

    @staticmethod
    def backward(ctx, slope):
        signal, response = ctx.saved_tensors
        size, reach = ctx.size, ctx.reach
        spectrum = torch.fft.rfft(slope, n=size)
        shared = torch.zeros_like(response)
        for own, other in zip(signal, spectrum):
            shared.addcmul_(own.conj(), other)
        of_kernel = torch.fft.irfft(shared, n=size)
        of_x = torch.fft.irfft(spectrum.mul_(response.conj()), n=size)[..., :slope.shape[2]]
        return of_x, torch.cat([of_kernel[:, size - reach:], of_kernel[:, :reach + 1]], dim=1)


class StateSpace(nn.Module):
    """[N, width, time] -> the same shape. Output i reads inputs i - reach to i + reach; beyond the ends stands zero.

    With step d, decay a and frequency w of each state, and a weight c of each state and direction, a tap at lag l is
    2 d sum(Re(c exp((-a + i w) d l))): the continuous system, sampled.
    """

    def __init__(self, width: int, reach: int = REACH, states: int = STATES):
        super().__init__()
        self.reach = reach
        low, high = (math.log(s) for s in STEP)
        self.log_step = nn.Parameter(low + (high - low) * torch.rand(width, 1))
        self.log_decay = nn.Parameter(torch.full((width, states), math.log(0.5)))
        self.frequency = nn.Parameter(math.pi * torch.arange(states).float().repeat(width, 1))
        self.weight = nn.Parameter(torch.randn(width, 2, 2 * states) * math.sqrt(0.5))
        self.direct = nn.Parameter(torch.randn(width, 1))

    def kernel(self) -> torch.Tensor:
        """[width, 2 reach + 1], by lag from -reach (the future) over 0 to +reach (the past)."""
        step = self.log_step.exp()
        decay, turn = (self.log_decay.exp() * step).unsqueeze(2), (self.frequency * step).unsqueeze(2)
        lag = torch.arange(self.reach + 1, device=step.device)
        basis = torch.cat([torch.cos(turn * lag), -torch.sin(turn * lag)], dim=1) * torch.exp(-decay * lag).repeat(1, 2, 1)
        past, future = (2 * step.unsqueeze(2) * torch.bmm(self.weight, basis)).unbind(dim=1)
        return torch.cat([future[:, 1:].flip(1), past[:, :1] + self.direct, past[:, 1:]], dim=1)

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):
            return Convolution.apply(x.float(), self.kernel()).to(x.dtype)


class Depthwise(nn.Module):
    """A kernel [width, 2 reach + 1] by lag, and a bias [width], as a plain convolution of each channel.

    Written in two dimensions, of which one is 1: there runtimes have a fast depthwise convolution, in one dimension not.
    """

    def __init__(self, kernel: torch.Tensor, bias: torch.Tensor):
        super().__init__()
        width, taps = kernel.shape
        self.conv = nn.Conv2d(width, width, (1, taps), padding=(0, taps // 2), groups=width)
        with torch.no_grad():
            self.conv.weight.copy_(kernel.flip(1)[:, None, None])
            self.conv.bias.copy_(bias)

    def forward(self, x):
        return self.conv(x.unsqueeze(2)).squeeze(2)


class StateSpaceBlock(nn.Module):
    """[N, width, time] -> the same shape: state space along time, then a gated mix of the channels, then the shortcut."""

    def __init__(self, width: int, reach: int = REACH, dropout: float = 0.1):
        super().__init__()
        self.along = StateSpace(width, reach)
        self.norm = nn.BatchNorm1d(width)
        self.across = nn.Conv1d(width, 2 * width, 1)
        self.dropout = nn.Dropout1d(dropout)

    def forward(self, x):
        return x + self.dropout(glu(self.across(gelu(self.norm(self.along(x)))), dim=1))

    @torch.no_grad()
    def unroll(self):
        """Puts the kernel, with the BatchNorm folded in, where the state space was. For serving; nothing can be taught after it."""
        norm = self.norm
        kernel, bias = fuse_conv_bn_weights(self.along.kernel().unsqueeze(1), None, norm.running_mean, norm.running_var,
                                            norm.eps, norm.weight, norm.bias)
        self.along, self.norm = Depthwise(kernel.squeeze(1), bias), nn.Identity()
