"""AUROC, average precision and their intervals by a bootstrap over patients."""
import numpy as np


def _curves(y: np.ndarray, score: np.ndarray, weight: np.ndarray):
    """Cumulated weights of positives and negatives at each distinct score, from the highest down.

    `weight` is [B, n], one row a resample; ties are handled together.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order])).tolist() + [len(score) - 1]
    own, positive = weight[:, order], y[order] > 0.5
    tp = np.cumsum(own * positive, axis=1)[:, ends]
    fp = np.cumsum(own * ~positive, axis=1)[:, ends]
    return tp, fp


def _auroc(tp, fp):
    zero = np.zeros((len(tp), 1))
    t, f = np.hstack([zero, tp]), np.hstack([zero, fp])
    area = (np.diff(f, axis=1) * (t[:, 1:] + t[:, :-1]) / 2).sum(axis=1)
    return area / (tp[:, -1] * fp[:, -1])


def _average_precision(tp, fp):
    gained = np.diff(np.hstack([np.zeros((len(tp), 1)), tp]), axis=1)
    return (gained * tp / np.maximum(tp + fp, 1e-12)).sum(axis=1) / tp[:, -1]


def auroc(y, score) -> float:
    if y.min() == y.max():
        return float("nan")
    return float(_auroc(*_curves(y, score, np.ones((1, len(y)))))[0])


def average_precision(y, score) -> float:
    if y.min() == y.max():
        return float("nan")
    return float(_average_precision(*_curves(y, score, np.ones((1, len(y)))))[0])


def patient_weights(y, patients, resamples: int, rng) -> np.ndarray:
    """[resamples, n] record weights: patients drawn with replacement, those with a positive and those
    without drawn apart, so that every resample has both."""
    _, index = np.unique(patients, return_inverse=True)
    has = np.zeros(index.max() + 1, bool)
    has[index[y > 0.5]] = True
    counts = np.zeros((resamples, len(has)), np.float64)
    for group in (np.flatnonzero(has), np.flatnonzero(~has)):
        drawn = rng.integers(0, len(group), (resamples, len(group)))
        for b in range(resamples):
            counts[b, group] = np.bincount(drawn[b], minlength=len(group))
    return counts[:, index]


def with_intervals(y, score, patients, resamples: int = 1000, seed: int = 1) -> dict:
    """{"auroc": {value, lower95, upper95}, "auprc": {...}}, percentile bootstrap by patient."""
    rng = np.random.default_rng(seed)
    weight = patient_weights(y, patients, resamples, rng)
    tp, fp = _curves(y, score, weight)
    out = {}
    for name, value, drawn in (("auroc", auroc(y, score), _auroc(tp, fp)),
                               ("auprc", average_precision(y, score), _average_precision(tp, fp))):
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        out[name] = {"value": round(value, 4), "lower95": round(float(low), 4),
                     "upper95": round(float(high), 4)}
    return out
