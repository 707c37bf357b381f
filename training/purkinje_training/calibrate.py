"""Platt calibration and the threshold of each target."""
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

SPECIFICITY = 0.99


def platt(logit: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """a, b of sigmoid(a * logit + b): maximum likelihood on Platt's smoothed targets, a > 0."""
    positives = y.sum()
    negatives = len(y) - positives
    goal = np.where(y > 0.5, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(v):
        z = np.exp(v[0]) * logit + v[1]
        p = expit(z)
        error = p - goal
        value = np.sum(np.logaddexp(0, z) - goal * z)
        return value, np.array([np.sum(error * logit) * np.exp(v[0]), np.sum(error)])

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-2, 2), (-10, 10)])
    return round(float(np.exp(found.x[0])), 4), round(float(found.x[1]), 4)


def threshold(probability: np.ndarray, y: np.ndarray) -> float:
    """The least threshold, to four digits, with at least SPECIFICITY of the negatives under it."""
    value = np.quantile(probability[y < 0.5], SPECIFICITY, method="higher")
    return float(min(0.9999, np.ceil(value * 1e4 + 1e-6) / 1e4))


def operating_point(probability: np.ndarray, y: np.ndarray, at: float) -> dict:
    fired, positive = probability >= at, y > 0.5
    return {
        "sensitivity": float(fired[positive].mean()),
        "specificity": float((~fired[~positive]).mean()),
        "ppv": float(positive[fired].mean()) if fired.any() else float("nan"),
    }


def calibration_error(probability: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    index = np.minimum((probability * bins).astype(int), bins - 1)
    return float(sum(abs(probability[index == b].mean() - y[index == b].mean()) * (index == b).mean()
                     for b in range(bins) if (index == b).any()))
