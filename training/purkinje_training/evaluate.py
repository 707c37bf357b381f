"""Figures of the network on the held-out fold: per target, with few leads, with a lead missing."""
import numpy as np
from scipy.special import expit

from .calibrate import calibration_error, operating_point, platt, threshold
from .condition import LEADS
from .data import Records
from .metrics import auroc, average_precision, with_intervals

LEAD_SETS = {"I II": ["I", "II"], "I II V1": ["I", "II", "V1"], "I II V5": ["I", "II", "V5"]}
LEAD_SET_LOSS = 0.02
LEAD_SET_POSITIVES = 20


def mask(leads: list[str], n: int) -> np.ndarray:
    """[n, 8]: 1 for the leads that are there."""
    return np.tile(np.array([lead in leads for lead in LEADS], np.float32), (n, 1))


def macro(y: np.ndarray, score: np.ndarray, measure=auroc) -> float:
    """Over the columns of y [n, K] that have both classes; NaN labels are left out."""
    each = []
    for k in range(y.shape[1]):
        known = ~np.isnan(y[:, k])
        each.append(measure(y[known, k], score[known, k]))
    return float(np.nanmean(each))


def evaluate(run, records: Records, targets: list[dict]) -> dict:
    """`run` maps (signal, known, mask) to (logits, embedding). Returns {"targets": [...], "overall": {...}}."""
    n, count = len(records), len(targets)
    y = np.stack([records.target(t) for t in targets], axis=1)
    full, embedding = run(records.signal, records.known)
    few = {name: run(records.signal, records.known, mask(leads, n))[0][:, :count] for name, leads in LEAD_SETS.items()}
    out = []
    for k, target in enumerate(targets):
        known = ~np.isnan(y[:, k])
        own, logit = y[known, k], full[known, k].astype(np.float64)
        a, b = platt(logit, own)
        probability = expit(a * logit + b)
        at = threshold(probability, own)
        figures = with_intervals(own, logit, records.patients[known])
        positives = int(own.sum())
        sets = {name: auroc(own, logits[known, k]) for name, logits in few.items()}
        out.append({
            "id": target["id"], "scp": target["codes"]["scp"], "a": a, "b": b, "threshold": at,
            "records": int(known.sum()), "positives": positives, **figures,
            "ece": calibration_error(probability, own), **operating_point(probability, own, at),
            "fewLeads": sets,
            "holds": [name for name, value in sets.items()
                      if positives >= LEAD_SET_POSITIVES and value >= figures["auroc"]["value"] - LEAD_SET_LOSS],
        })
    lost = {lead: macro(y, run(records.signal, records.known, mask([x for x in LEADS if x != lead], n))[0][:, :count]) for lead in LEADS}
    unknown = run(records.signal, np.zeros_like(records.known))[0]
    overall = {
        "auroc": macro(y, full[:, :count]), "auprc": macro(y, full[:, :count], average_precision),
        "fewLeads": {name: macro(y, logits) for name, logits in few.items()}, "lostLead": lost,
        "unknownPatients": macro(y, unknown[:, :count]),
    }
    return {"targets": out, "overall": overall, "labels": y, "logits": full, "unknownLogits": unknown, "embedding": embedding}
