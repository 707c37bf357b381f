"""Weights of src/grade/quality/score.ts: a ridge logistic regression on the labels of PhysioNet/CinC Challenge 2011.

    node dist/cli/main.js evaluate quality --data CINC2011 --predictions quality.jsonl
    python training/quality_weights.py quality.jsonl CINC2011/labels.csv

Prints the weights, and AUROC and accuracy of ten five-fold cross-validations in which the weights are fitted anew in each fold, beside those
of the one rule "a lead's range outside 0.2 to 15 mV", which has nothing to fit. The limits within the four amounts of trouble are
not fitted here. The rule reads the records as format 16.
"""
import csv
import json
import pathlib
import sys

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

REPEATS = 10


def auroc(score, positive):
    ranks = rankdata(score)
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n))


predictions, labels = sys.argv[1:]
quality = {row["record"]: row["quality"] == "acceptable" for row in csv.DictReader(open(labels))}
rows = [json.loads(line) for line in open(predictions)]
rows = [row for row in rows if row["record"] in quality and "trouble" in row]
y = np.array([quality[row["record"]] for row in rows])
amounts = [[t["stillS"], np.log(0.5 + t["excursionMv"]), t["bursts"], t["noise"]] for t in (row["trouble"] for row in rows)]
x = np.array(amounts)


def model():
    return make_pipeline(StandardScaler(), LogisticRegression(C=1))


held = np.zeros((REPEATS, len(y)))
for k, (fit, test) in enumerate(RepeatedStratifiedKFold(n_splits=5, n_repeats=REPEATS, random_state=1).split(x, y)):
    held[k // 5, test] = model().fit(x[fit], y[fit]).predict_proba(x[test])[:, 1]
told = model().fit(x, y)
weights = told[1].coef_[0] / told[0].scale_
print("still, excursion, burst, noise:", weights.round(2), "sound:", round(told[1].intercept_[0] - (weights * told[0].mean_).sum(), 2))
print(f"cross-validated: AUROC {np.mean([auroc(h, y) for h in held]):.3f}, accuracy {np.mean([((h > 0.5) == y).mean() for h in held]):.3f}")
score = np.array([row["score"] for row in rows])
print(f"as rounded in the code: AUROC {auroc(score, y):.3f}, accuracy {((score >= 0.5) == y).mean():.3f}, n {len(y)}")

folder = pathlib.Path(labels).parent
spans = []
for row in rows:
    signal = np.fromfile(folder / f"{row['record']}.dat", dtype="<i2").reshape(-1, 12) / 200
    spans.append(np.ptp(signal, axis=0))
spans = np.array(spans)
rule = np.minimum(spans.min(1) / 0.2, 15 / np.maximum(spans.max(1), 1e-9))
print(f"the rule: AUROC {auroc(rule, y):.3f}, accuracy {((rule >= 1) == y).mean():.3f}")
