"""Figures of the network on the held-out fold: per target, with two leads, with a lead missing."""
import numpy as np
from scipy.special import expit

from .calibrate import calibration_error, operating_point, platt, threshold
from .condition import LEADS
from .data import Records
from .metrics import auroc, average_precision, with_intervals

RHYTHM = {
    "sinus-bradycardia", "sinus-tachycardia", "sinus-arrhythmia", "atrial-fibrillation",
    "atrial-flutter", "supraventricular-tachycardia", "premature-atrial-complex",
    "premature-ventricular-complex", "ventricular-bigeminy-or-trigeminy", "paced-rhythm",
}
LIMB = ["I", "II"]
LEAD_SET_LOSS = 0.02
LEAD_SET_POSITIVES = 20


def keep_leads(signal: np.ndarray, leads: list[str]) -> np.ndarray:
    kept = np.array([lead in leads for lead in LEADS], np.float32)
    return signal * kept[None, :, None]


def macro(y: np.ndarray, score: np.ndarray, measure=auroc) -> float:
    return float(np.mean([measure(y[:, k], score[:, k]) for k in range(y.shape[1])]))


def evaluate(run, records: Records, targets: list[dict]) -> dict:
    """`run` maps [n, 8, 1000] to logits. Returns {"targets": [...], "overall": {...}}."""
    y = records.columns([t["codes"]["scp"] for t in targets])
    full, limb = run(records.signal), run(keep_leads(records.signal, LIMB))
    out = []
    for k, target in enumerate(targets):
        a, b = platt(full[:, k].astype(np.float64), y[:, k])
        probability = expit(a * full[:, k] + b)
        at = threshold(probability, y[:, k])
        limb_auroc = auroc(y[:, k], limb[:, k])
        figures = with_intervals(y[:, k], full[:, k], records.patients)
        positives = int(y[:, k].sum())
        limb_holds = (target["id"] in RHYTHM and positives >= LEAD_SET_POSITIVES
                      and limb_auroc >= figures["auroc"]["value"] - LEAD_SET_LOSS)
        out.append({
            "id": target["id"], "scp": target["codes"]["scp"], "a": a, "b": b, "threshold": at,
            "records": len(y), "positives": positives, **figures,
            "ece": calibration_error(probability, y[:, k]),
            **operating_point(probability, y[:, k], at),
            "limbAuroc": limb_auroc, "limbHolds": limb_holds,
            "limb": operating_point(expit(a * limb[:, k] + b), y[:, k], at),
        })
    lost = {lead: macro(y, run(keep_leads(records.signal, [x for x in LEADS if x != lead])))
            for lead in LEADS}
    overall = {
        "auroc": macro(y, full), "auprc": macro(y, full, average_precision),
        "limbAuroc": macro(y, limb), "lostLeadAuroc": lost,
        "chestOnlyAuroc": macro(y, run(keep_leads(records.signal, LEADS[2:]))),
    }
    return {"targets": out, "overall": overall, "labels": y, "logits": full}
