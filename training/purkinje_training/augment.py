"""Augmentation of a batch [N, 8, 1000] of conditioned signals, in mV."""
import math

import torch

from .condition import CLIP_MV, RATE_HZ


def _chance(n: int, p: float) -> torch.Tensor:
    return (torch.rand(n, 1, 1) < p).float()


def _sine(n: int, leads: int, samples: int, low_hz: float, high_hz: float) -> torch.Tensor:
    """One frequency and phase a record, one amplitude in 0..1 a lead."""
    time = torch.arange(samples) / RATE_HZ
    hz = low_hz + (high_hz - low_hz) * torch.rand(n, 1, 1)
    phase = 2 * math.pi * torch.rand(n, 1, 1)
    return torch.rand(n, leads, 1) * torch.sin(2 * math.pi * hz * time + phase)


def shift(x: torch.Tensor, most: int = 100) -> torch.Tensor:
    """Moves half of the records in time by up to a second; the gap is zero."""
    n, leads, samples = x.shape
    by = torch.randint(-most, most + 1, (n, 1, 1)) * (torch.rand(n, 1, 1) < 0.5)
    source = torch.arange(samples) - by
    inside = (source >= 0) & (source < samples)
    return x.gather(2, source.clamp(0, samples - 1).expand(n, leads, samples)) * inside


def drop_leads(x: torch.Tensor) -> torch.Tensor:
    """15%: only I and II left. Of the rest 25%: each lead lost with probability 0.3."""
    n, leads, _ = x.shape
    choice = torch.rand(n, 1, 1)
    keep = torch.ones(n, leads, 1)
    limb = (torch.arange(leads) < 2).float().view(1, leads, 1)
    keep = torch.where(choice < 0.15, limb.expand_as(keep), keep)
    random = (torch.rand(n, leads, 1) > 0.3).float()
    return x * torch.where((choice >= 0.15) & (choice < 0.36), random, keep)


def augment(x: torch.Tensor) -> torch.Tensor:
    n, leads, samples = x.shape
    x = shift(x)
    gain = torch.exp(torch.empty(n, 1, 1).uniform_(math.log(0.8), math.log(1.25)))
    x = x * torch.where(torch.rand(n, 1, 1) < 0.5, gain, torch.ones_like(gain))
    x = x + 0.12 * _chance(n, 0.3) * _sine(n, leads, samples, 0.2, 0.9)
    x = x + 0.04 * _chance(n, 0.2) * _sine(n, leads, samples, 38.0, 50.0)
    x = x + 0.03 * _chance(n, 0.3) * torch.rand(n, leads, 1) * torch.randn(n, leads, samples)
    return drop_leads(x.clamp(-CLIP_MV, CLIP_MV))
