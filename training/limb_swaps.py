"""Weights of src/grade/leads/swap-weights.ts: how the chest leads foretell the limb leads, and how much better an exchange must fit.

    python training/limb_swaps.py PTBXL100_FOLDER > src/grade/leads/swap-weights.ts

Reads PTB-XL at 100 Hz (folds 1 to 9, packed by pack_ptbxl.py). Figures of the patient-wise split (fitted on folds 1 to 6, measured on 7
to 9) go to stderr; the weights that are printed are of all nine.
"""
import sys

import numpy as np
from scipy.signal import find_peaks
from sklearn.linear_model import LogisticRegression

from purkinje_training.data import load_fold

BEFORE, AFTER = 26, 45  # of the R peak, in 10 ms
VIEWS = {"P": slice(2, 18), "QRS": slice(20, 34), "T": slice(36, 71)}
LEVEL = slice(15, 20)
FLOOR = (3e-4, 1e-2, 3e-3)  # mV²: smaller misfits are noise
SWAPS = {"LA-RA": [[-1, 0], [-1, 1]], "LA-LL": [[0, 1], [1, 0]], "RA-LL": [[1, -1], [0, -1]]}
LIMB = [[1, 0], [0, 1], [-1, 1]]  # I, II, III from I, II
SPECIFICITY = 0.998


def millivolts(fold):
    """[n, 8, 1000] mV: whole steps of 10 uV in float32, with which the shipped weights come out to the last digit."""
    return np.round(load_fold(sys.argv[1], fold)[1] * 100).astype(np.float32) * 0.01


def mean_beats(x):
    """[n, 8, 1000] mV → power matrices [n, 3 views, 8, 8] of the mean beat; n beats."""
    energy = (np.diff(x, axis=2) ** 2).sum(1)
    energy = np.apply_along_axis(lambda v: np.convolve(v, np.ones(10) / 10, "same"), 1, energy)
    out, count = np.zeros((len(x), len(VIEWS), 8, 8)), np.zeros(len(x))
    for j, e in enumerate(energy):
        peaks, _ = find_peaks(e, height=0.35 * np.quantile(e, 0.98), distance=25)
        peaks = peaks[(peaks >= BEFORE) & (peaks < x.shape[2] - AFTER)]
        count[j] = len(peaks)
        if len(peaks) == 0:
            continue
        beat = x[j][:, peaks[:, None] + np.arange(-BEFORE, AFTER)].mean(1)
        beat -= beat[:, LEVEL].mean(1, keepdims=True)
        for v, (name, part) in enumerate(VIEWS.items()):
            s = beat[:, part]
            if name == "P":
                s = s - s[:, :3].mean(1, keepdims=True)
            out[j, v] = s @ s.T / s.shape[1]
    return out, count


def foretell(power):
    """Ridge regression of I and II on V1 … V6, every record weighing the same."""
    s = (power / (power[:, 0, 0] + power[:, 1, 1] + 1e-6)[:, None, None]).mean(0)
    return np.linalg.solve(s[2:, 2:] + 1e-3 * np.trace(s[2:, 2:]) / 6 * np.eye(6), s[2:, :2])


def misfit(power, weights):
    total = 0
    for lead in LIMB:
        g = np.concatenate([lead, -(weights @ lead)])
        total = total + np.einsum("a,nab,b->n", g, power, g)
    return total


def swapped(power, swap):
    m = np.eye(8)
    m[:2, :2] = SWAPS[swap]
    return m @ power @ m.T


def gains(powers, weights, swap):
    """How much better the exchange fits than the leads as they are: log ratios of misfits, one a view."""
    return np.stack([np.log((misfit(p, w) + f) / (misfit(swapped(p, swap), w) + f)) for p, w, f in zip(powers, weights, FLOOR)], 1)


def fit(powers, swap, weights):
    now = gains(powers, weights, swap)
    then = gains([swapped(p, swap) for p in powers], weights, swap)
    model = LogisticRegression(C=1, max_iter=500).fit(np.r_[now, then], np.r_[np.zeros(len(now)), np.ones(len(then))])
    return model.coef_[0]


folds = [(k, *mean_beats(millivolts(k))) for k in range(1, 10)]
power = np.concatenate([p for _, p, _ in folds])
fold = np.concatenate([np.full(len(p), k) for k, p, _ in folds])
known = np.concatenate([c for _, _, c in folds]) > 2
power, fold = power[known], fold[known]
views = [power[:, v] for v in range(len(VIEWS))]


def part(mask):
    return [p[mask] for p in views]


weights = [foretell(p) for p in part(fold <= 6)]
thresholds = {}
for swap in SWAPS:
    coef = fit(part(fold <= 6), swap, weights)
    held = part(fold > 6)
    now = gains(held, weights, swap) @ coef
    then = gains([swapped(p, swap) for p in held], weights, swap) @ coef
    threshold = np.quantile(now, SPECIFICITY)
    print(f"{swap}: sensitivity {np.mean(then > threshold):.3f} at specificity {SPECIFICITY} ({len(now)} records)", file=sys.stderr)
limb = power[:, 1]
i2, ii2, i_ii = limb[:, 0, 0], limb[:, 1, 1], limb[:, 0, 1]
iii2 = i2 + ii2 - 2 * i_ii
for name, own in (("I", i2), ("II", ii2), ("III", iii2)):
    print(f"share of {name} in the limb leads' QRS power, 0.1%: {np.quantile(own / (i2 + ii2 + iii2), 0.001):.4f}", file=sys.stderr)

weights = [foretell(p) for p in views]
told = lambda rows: ", ".join("[" + ", ".join(f"{x:.3f}" for x in row) + "]" for row in rows)  # noqa: E731
print("/** Made by training/limb_swaps.py from PTB-XL: change nothing here by hand. */")
print("/** I and II from V1 … V6, for each view of the mean beat: P, QRS, T. */")
print("export const FORETELL: readonly (readonly (readonly number[])[])[] = [")
for w in weights:
    print(f"  [{told(w.T)}],")
print("];")
print("/** How much the better fit of each view tells, and how much must come together. */")
print("export const SWAP_WEIGHTS = {")
for swap in SWAPS:
    coef = fit(views, swap, weights)
    threshold = np.quantile(gains(views, weights, swap) @ coef, SPECIFICITY)
    print(f"  '{swap}': {{ views: [{', '.join(f'{c:.2f}' for c in coef)}], least: {threshold:.2f} }},")
print("} as const;")
