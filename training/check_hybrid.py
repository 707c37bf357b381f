"""Checks the hybrid network against slow obvious formulas, with random weights and no data: python training/check_hybrid.py."""
import copy
import os
import tempfile

import numpy as np
import torch

from purkinje_training.augment import mixup
from purkinje_training.export import agreement, runner, to_onnx
from purkinje_training.model import LEADS, Hybrid
from purkinje_training.state_space import Convolution, StateSpace

COLUMNS, TARGETS = 9, 4


class Made:
    """Records of noise, as far as `agreement` reads them."""

    def __init__(self, n: int):
        rng = np.random.default_rng(0)
        self.signal = rng.normal(0, 0.3, (n, LEADS, 1000)).astype(np.float32)
        self.known = rng.normal(0, 1, (n, 2)).astype(np.float32)


def recurrence(space: StateSpace, x: torch.Tensor) -> torch.Tensor:
    """[N, width, time]: each state stepped along time and back, in 128-bit complex numbers, without any kernel."""
    step, decay, turn = space.log_step.exp().double(), space.log_decay.exp().double(), space.frequency.double()
    move = torch.exp(torch.complex(-decay, turn) * step)
    weight = torch.complex(*space.weight.double().chunk(2, dim=2))
    x = x.double()
    out = space.direct.double() * x
    for direction, times in ((0, range(x.shape[2])), (1, reversed(range(x.shape[2])))):
        state = torch.zeros(*x.shape[:2], move.shape[1], dtype=torch.complex128)
        for t in times:
            met, state = state * move, state * move + x[:, :, t, None]
            out[:, :, t] += 2 * step[:, 0] * ((state if direction == 0 else met) * weight[:, direction]).real.sum(dim=2)
    return out


def trained(model: Hybrid) -> Hybrid:
    """With statistics in its BatchNorms that are not those of the start."""
    model.train()
    for _ in range(3):
        model(0.3 * torch.randn(16, LEADS, 1000), torch.ones(16, LEADS), torch.randn(16, 2))
    return model.eval()


@torch.no_grad()
def check_recurrence():
    space, x = StateSpace(6, reach=80), torch.randn(3, 6, 80)
    assert (space(x) - recurrence(space, x)).abs().max() < 1e-4


def check_slope():
    x, kernel = (torch.randn(*shape, dtype=torch.double, requires_grad=True) for shape in ((3, 4, 50), (4, 21)))
    direct = torch.nn.functional.conv1d(x, kernel.flip(1)[:, None], padding=10, groups=4)
    assert (Convolution.apply(x, kernel) - direct).abs().max() < 1e-12
    assert torch.autograd.gradcheck(Convolution.apply, (x, kernel))


@torch.no_grad()
def check_served():
    model, records = trained(Hybrid(COLUMNS)), Made(24)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "encoder.onnx")
        to_onnx(model, TARGETS, path)
        same = agreement(model, TARGETS, path, records, 24)
        assert max(same.values()) < 1e-4 and same["batch"] < 1e-5, same
        limb = np.tile(np.float32([1, 1, 0, 0, 0, 0, 0, 0]), (24, 1))
        other = records.signal.copy()
        other[:, 2:] = 5
        run = runner(path)
        a, b = (run(signal, records.known, limb)[0] for signal in (records.signal, other))
        assert (a == b).all(), "a lead that is masked was read"


@torch.no_grad()
def check_unrolled():
    model = trained(Hybrid(COLUMNS))
    served = copy.deepcopy(model)
    served.unroll()
    inputs = 0.3 * torch.randn(4, LEADS, 1000), torch.ones(4, LEADS), torch.zeros(4, 2)
    assert all((a - b).abs().max() < 1e-4 for a, b in zip(model(*inputs), served(*inputs)))


def check_mixup():
    x, y, known = torch.randn(32, LEADS, 1000), torch.eye(32), torch.randn(32, 2)
    y[0, 5] = torch.nan
    mixed, goal, _ = mixup(x, y, known, 0.4)
    labelled = ~torch.isnan(goal).any(dim=1)
    assert torch.allclose(goal[labelled].sum(dim=1), torch.ones(int(labelled.sum()))), "shares do not sum to 1"
    assert (goal.diagonal()[labelled] >= 0.5).all(), "a record lost the larger share of itself"
    assert torch.allclose(mixed[labelled], torch.einsum("no,oct->nct", goal[labelled], x), atol=1e-5)


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for name, check in [(k, v) for k, v in globals().items() if k.startswith("check_")]:
        check()
        print(name.removeprefix("check_"), "holds")
