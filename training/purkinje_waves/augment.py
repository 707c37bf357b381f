"""What a ward does to a signal. Every disturbance is made, none is recorded: recorded noise is kept for measuring."""
import numpy as np

from .recordings import HZ


def artefact(rng, leads, samples):
    """Unit-variance noise: muscle-like or slow, even or in bursts."""
    f = np.fft.rfftfreq(samples, 1 / HZ)
    if rng.random() < 0.6:
        low = rng.uniform(2, 20)
        shape = (f / low) ** 2 / (1 + (f / low) ** 2) / (1 + (f / rng.uniform(15, 60)) ** 2)
    else:
        shape = 1 / (1 + (f / rng.uniform(0.3, 3)) ** 2)
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal((leads, samples))) * shape, samples)
    if rng.random() < 0.6:
        swell = np.fft.irfft(np.fft.rfft(rng.standard_normal((1, samples))) / (1 + (f / 0.3) ** 2), samples)
        noise *= np.exp(rng.uniform(0.3, 1.5) * swell / (swell.std() + 1e-9))
    return noise / (noise.std(axis=1, keepdims=True) + 1e-9)


def disturbed(x, rng, leads):
    """`leads` rows out of x: a choice of its leads or sums of two of them, with gains, polarities and noise."""
    if x.shape[0] >= leads and rng.random() < 0.7:
        z = x[rng.choice(x.shape[0], leads, replace=False)].copy()
    else:
        z = np.array([x[rng.integers(x.shape[0])] + rng.normal(0, 0.7) * (rng.random() < 0.6) * x[rng.integers(x.shape[0])] for _ in range(leads)], np.float32)
    z *= np.exp(rng.normal(0, 0.25, (leads, 1))) * np.sign(rng.random((leads, 1)) - 0.15)
    level = np.sqrt(np.mean(z ** 2)) + 1e-6
    if rng.random() < 0.6:
        z += rng.normal(0, 1, z.shape) * level * np.exp(rng.normal(-3.5, 1.2))
    if rng.random() < 0.35:
        z += artefact(rng, leads, z.shape[1]) * level * np.exp(rng.normal(-2, 0.9, (leads, 1)))
    if rng.random() < 0.2:
        z += level * 0.3 * rng.random() * np.sin(2 * np.pi * rng.uniform(0.05, 0.6) * np.arange(z.shape[1]) / HZ + rng.uniform(0, 6.28, (leads, 1)))
    return z


def stretched(x, y, weight, factor):
    """Time told faster or slower."""
    samples = x.shape[1]
    at = np.arange(samples) * factor + ((samples - 1) * (1 - factor) / 2 if factor < 1 else 0)
    there = at <= samples - 1
    at = np.clip(at, 0, samples - 1)
    i = np.minimum(np.floor(at).astype(int), samples - 2)
    share = (at - i).astype(np.float32)
    between = lambda a: a[:, i] * (1 - share) + a[:, i + 1] * share
    return between(x), between(y), (np.minimum(weight[:, i], weight[:, i + 1]) * there).astype(np.float32)


def unit(x):
    """Against the common RMS of all leads."""
    return x / (np.sqrt(np.mean(x ** 2)) + 1e-6)
