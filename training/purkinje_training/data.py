"""Reads the packed data set, its labels, reports and demographics, and turns codes into label columns."""
import csv
import json
import lzma
import os
from dataclasses import dataclass

import numpy as np

from .condition import condition
from .phrases import PHRASES
from .text import clean

SUPERCLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]
STATEMENTS = list(PHRASES)
MIN_POSITIVES = 25
AXIS = {"left-axis-deviation": {"LAD", "ALAD"}, "right-axis-deviation": {"RAD", "ARAD"}}
AXIS_KNOWN = {"LAD", "ALAD", "RAD", "ARAD", "MID"}
AGE_MEAN, AGE_SD = 60.0, 20.0


@dataclass
class Records:
    """Conditioned records [n, 8, 1000] and what is known of each. `known` [n, 2]: scaled age and sex, 0 where unknown."""

    ids: np.ndarray
    signal: np.ndarray
    statements: list[set[str]]
    superclasses: np.ndarray
    patients: np.ndarray
    known: np.ndarray
    axis: list[str]
    reports: list[str]

    def __len__(self):
        return len(self.signal)

    def columns(self, groups: list[list[str]]) -> np.ndarray:
        """[n, len(groups)]: 1 where a record has any code of the group."""
        sets = [set(group) for group in groups]
        return np.array([[bool(s & own) for s in sets] for own in self.statements], np.float32)

    def target(self, finding: dict) -> np.ndarray:
        """[n]: 1, 0, or NaN where the source does not tell. Axes stand in a column that most rows leave empty."""
        if finding["id"] in AXIS:
            return np.array([np.nan if a not in AXIS_KNOWN else float(a in AXIS[finding["id"]]) for a in self.axis], np.float32)
        return self.columns([finding["codes"]["scp"]])[:, 0]


def load_fold(folder: str, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids [n] and signal [n, 8, 1000] in mV: int16 differences along time, 10 uV a step."""
    with lzma.open(os.path.join(folder, f"fold{fold}.npy.xz")) as file:
        steps = np.cumsum(np.load(file), axis=2, dtype=np.int16)
    ids = np.loadtxt(os.path.join(folder, f"fold{fold}.ids"), dtype=np.int64)
    return ids, steps.astype(np.float64) * 0.01


def read_reports(folder: str) -> dict[int, dict]:
    path = os.path.join(folder, "reports.csv.xz")
    if not os.path.exists(path):
        return {}
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        return {int(row["ecg_id"]): row for row in csv.DictReader(file)}


def scaled(row: dict) -> tuple[float, float]:
    """Age (300 stands for over 89) and sex (0 male, 1 female in the source; male +1, female -1 here), 0 where unknown."""
    age = float(row["age"]) if row["age"] else np.nan
    age = 90.0 if age > 120 else age
    sex = {"0": 1.0, "1": -1.0}.get(row["sex"].split(".")[0], 0.0)
    return (0.0 if np.isnan(age) else (age - AGE_MEAN) / AGE_SD), sex


def load(folder: str, folds) -> Records:
    with open(os.path.join(folder, "labels.csv"), newline="") as file:
        rows = {int(row["ecg_id"]): row for row in csv.DictReader(file)}
    told = read_reports(folder)
    ids, signals = [], []
    for fold in folds:
        fold_ids, signal = load_fold(folder, fold)
        ids.extend(fold_ids.tolist())
        signals.append(condition(signal))
    own = [rows[i] for i in ids]
    return Records(
        ids=np.array(ids),
        signal=np.concatenate(signals),
        statements=[set(row["statements"].split()) for row in own],
        superclasses=np.array([[float(row[c]) for c in SUPERCLASSES] for row in own], np.float32),
        patients=np.array([row["patient_id"] for row in own]),
        known=np.array([scaled(row) for row in own], np.float32),
        axis=[told.get(i, {}).get("heart_axis", "") for i in ids],
        reports=[clean(told.get(i, {}).get("report", "")) for i in ids],
    )


def read_catalogue(path: str) -> list[dict]:
    with open(path) as file:
        return json.load(file)["findings"]


def supported(findings: list[dict], train: Records) -> list[dict]:
    """Findings of the ECG group with enough positive training records.

    Echocardiographic and rare-disease findings are left out even where an ECG statement bears a
    similar name: a statement read from the ECG is no evidence of structural disease.
    """
    own = [f for f in findings if f["group"] == "ecg" and (f["codes"]["scp"] or f["id"] in AXIS)]
    return [f for f in own if np.nansum(train.target(f)) >= MIN_POSITIVES]


def columns(targets: list[dict]) -> list[str]:
    """The names of all label columns, in the order of the network's logits."""
    return [t["id"] for t in targets] + [f"statement:{c}" for c in STATEMENTS] + [f"superclass:{c}" for c in SUPERCLASSES]


def labels(records: Records, targets: list[dict]) -> np.ndarray:
    """[n, columns]: 1, 0, or NaN where unknown."""
    return np.concatenate([
        np.stack([records.target(t) for t in targets], axis=1),
        records.columns([[c] for c in STATEMENTS]),
        records.superclasses,
    ], axis=1)
