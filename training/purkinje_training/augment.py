"""Augmentation of a batch [N, 8, 1000] of conditioned signals, in mV: what a live monitor does to an ECG."""
import math

import torch

from .condition import CLIP_MV, RATE_HZ

LIMB = (0, 1)


def _chance(x: torch.Tensor, p: float) -> torch.Tensor:
    return (torch.rand(len(x), 1, 1, device=x.device) < p).float()


def _sine(x: torch.Tensor, low_hz: float, high_hz: float) -> torch.Tensor:
    """One frequency and phase a record, one amplitude in 0..1 a lead."""
    n, leads, samples = x.shape
    time = torch.arange(samples, device=x.device) / RATE_HZ
    hz = low_hz + (high_hz - low_hz) * torch.rand(n, 1, 1, device=x.device)
    phase = 2 * math.pi * torch.rand(n, 1, 1, device=x.device)
    return torch.rand(n, leads, 1, device=x.device) * torch.sin(2 * math.pi * hz * time + phase)


def shift(x: torch.Tensor, most: int = 100) -> torch.Tensor:
    """Moves half of the records in time by up to a second; the gap is zero."""
    n, leads, samples = x.shape
    by = torch.randint(-most, most + 1, (n, 1, 1), device=x.device) * (torch.rand(n, 1, 1, device=x.device) < 0.5)
    source = torch.arange(samples, device=x.device) - by
    inside = (source >= 0) & (source < samples)
    return x.gather(2, source.clamp(0, samples - 1).expand(n, leads, samples)) * inside


def monitor_band(x: torch.Tensor) -> torch.Tensor:
    """A causal band of about 0.5 to 40 Hz: second-order Butterworth responses, corners drawn a batch."""
    corner_low, corner_high = 0.3 + 0.4 * torch.rand(1).item(), 35 + 10 * torch.rand(1).item()
    s = 1j * torch.fft.rfftfreq(x.shape[2], 1 / RATE_HZ, device=x.device)
    low, high = s / corner_low, s / corner_high
    response = low ** 2 / (low ** 2 + math.sqrt(2) * low + 1) / (high ** 2 + math.sqrt(2) * high + 1)
    return torch.fft.irfft(torch.fft.rfft(x) * response, n=x.shape[2])


def torso_limb_leads(x: torch.Tensor) -> torch.Tensor:
    """Limb electrodes on the torso (Mason and Likar): lead I smaller, II a little larger, some of the chest in both."""
    n = len(x)
    mix = 0.05 * torch.randn(n, 2, x.shape[1], device=x.device)
    mix[:, 0, 0] += 0.8
    mix[:, 1, 1] += 1.05
    mix[:, 1, 0] -= 0.1
    return torch.cat([torch.bmm(mix, x), x[:, 2:]], dim=1)


def lost_leads(x: torch.Tensor) -> torch.Tensor:
    """mask [N, 8]: 12% only I and II; 8% these and one chest lead; 12% each lead lost with probability 0.3."""
    n, leads, _ = x.shape
    choice = torch.rand(n, 1, device=x.device)
    limb = torch.zeros(n, leads, device=x.device)
    limb[:, LIMB] = 1
    one = torch.nn.functional.one_hot(torch.randint(2, leads, (n,), device=x.device), leads).float()
    some = (torch.rand(n, leads, device=x.device) > 0.3).float()
    mask = torch.ones(n, leads, device=x.device)
    mask = torch.where(choice < 0.32, some, mask)
    mask = torch.where(choice < 0.20, limb + one, mask)
    return torch.where(choice < 0.12, limb, mask)


def unknown_patients(known: torch.Tensor) -> torch.Tensor:
    """Age and sex are each forgotten in 30%."""
    return known * (torch.rand_like(known) > 0.3)


def mixup(x: torch.Tensor, y: torch.Tensor, known: torch.Tensor, alpha: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Signals [N, 8, 1000], labels [N, columns] and patients [N, 2], each with a share of another record's (Zhang et al. 2018).

    A record keeps the larger share of itself, so that its text still describes it. What is unknown of either stays unknown.
    """
    n = len(x)
    own = torch.distributions.Beta(alpha, alpha).sample((n, 1)).to(x.device)
    own, other = torch.maximum(own, 1 - own), torch.randperm(n, device=x.device)
    return x.lerp(x[other], 1 - own.unsqueeze(2)), y.lerp(y[other], 1 - own), known.lerp(known[other], 1 - own)


def augment(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch as it might come from a ward, and which of its leads are there."""
    n = len(x)
    x = shift(x)
    x = torch.where(_chance(x, 0.25) > 0, torso_limb_leads(x), x)
    few = torch.rand(n, device=x.device) < 0.25
    if few.any():
        x[few] = monitor_band(x[few])
    gain = torch.exp(torch.empty(n, 1, 1, device=x.device).uniform_(math.log(0.8), math.log(1.25)))
    x = x * torch.where(_chance(x, 0.5) > 0, gain, torch.ones_like(gain))
    x = x + 0.12 * _chance(x, 0.3) * _sine(x, 0.2, 0.9)
    x = x + 0.04 * _chance(x, 0.15) * _sine(x, 38.0, 50.0)
    x = x + 0.04 * _chance(x, 0.3) * torch.rand(n, x.shape[1], 1, device=x.device) * torch.randn_like(x)
    return x.clamp(-CLIP_MV, CLIP_MV), lost_leads(x)
