"""References for `purkinje evaluate encoder`, by scikit-learn: golden_evaluate.py OUT_DIR writes evaluate.json."""
import json
import os
import sys

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, precision_score, recall_score, roc_auc_score


def told(values) -> list:
    return [float(v) for v in np.round(np.asarray(values, dtype=np.float64), 12).ravel()]


def rankings(rng) -> list[dict]:
    """Scores with and without ties, common and rare positives, weights as a bootstrap draws them."""
    out = []
    for n, share, digits in ((40, 0.5, 1), (200, 0.1, 2), (300, 0.02, 6), (25, 0.4, 0)):
        positive = rng.random(n) < share
        positive[:2] = [True, False]
        scores = np.round(rng.normal(0, 1, n) + positive, digits)
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        weights[:2] = 1
        out.append({"scores": told(scores), "positive": positive.tolist(), "weights": weights.tolist(),
                    "auroc": roc_auc_score(positive, scores), "auprc": average_precision_score(positive, scores),
                    "weightedAuroc": roc_auc_score(positive, scores, sample_weight=weights),
                    "weightedAuprc": average_precision_score(positive, scores, sample_weight=weights)})
    return out


def calibrations(rng) -> list[dict]:
    out = []
    for sureness in (1.0, 2.5):
        logit = rng.normal(-1, 1.5, 400)
        positive = rng.random(400) < 1 / (1 + np.exp(-logit))
        probability = 1 / (1 + np.exp(-sureness * logit))
        observed, mean = calibration_curve(positive, probability, n_bins=10)
        shown = np.bincount(np.minimum((probability * 10).astype(int), 9), minlength=10)
        ece = np.sum(shown[shown > 0] * np.abs(observed - mean)) / len(logit)
        fitted = LogisticRegression(C=1e12, tol=1e-12, max_iter=10000).fit((sureness * logit)[:, None], positive)
        fired = probability >= 0.4
        out.append({"probability": told(probability), "positive": positive.tolist(), "brier": brier_score_loss(positive, probability),
                    "ece": ece, "slope": fitted.coef_[0, 0], "threshold": 0.4, "sensitivity": recall_score(positive, fired),
                    "specificity": recall_score(~positive, ~fired), "ppv": precision_score(positive, fired), "f1": f1_score(positive, fired)})
    return out


def probe(rng) -> dict:
    rows = np.round(rng.normal(0, 1, (120, 6)), 4)
    positive = rng.random(120) < 1 / (1 + np.exp(-(rows @ [1.5, -1, 0, 0.5, 0, 0] - 1)))
    new = np.round(rng.normal(0, 1, (10, 6)), 4)
    fits = {c: LogisticRegression(C=c, tol=1e-12, max_iter=10000).fit(rows, positive).decision_function(new) for c in (0.1, 1.0, 10.0)}
    return {"rows": rows.tolist(), "positive": positive.tolist(), "new": new.tolist(), "logOdds": {str(c): told(v) for c, v in fits.items()}}


def main():
    rng = np.random.default_rng(7)
    with open(os.path.join(sys.argv[1], "evaluate.json"), "w") as file:
        json.dump({"rankings": rankings(rng), "calibrations": calibrations(rng), "probe": probe(rng)}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
