"""Reads the packed data set, its labels, and turns codes into target columns."""
import csv
import json
import lzma
import os
from dataclasses import dataclass

import numpy as np

from .condition import condition

SUPERCLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]
MIN_POSITIVES = 25


@dataclass
class Records:
    """Conditioned records [n, 8, 1000], the statements of each, superclasses [n, 5] and patients [n]."""

    signal: np.ndarray
    statements: list[set[str]]
    superclasses: np.ndarray
    patients: np.ndarray

    def __len__(self):
        return len(self.signal)

    def columns(self, groups: list[list[str]]) -> np.ndarray:
        """[n, len(groups)]: 1 where a record has any code of the group."""
        sets = [set(group) for group in groups]
        return np.array([[bool(s & own) for s in sets] for own in self.statements], np.float32)


def load_fold(folder: str, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids [n] and signal [n, 8, 1000] in mV: int16 differences along time, 10 uV a step."""
    with lzma.open(os.path.join(folder, f"fold{fold}.npy.xz")) as file:
        steps = np.cumsum(np.load(file), axis=2, dtype=np.int16)
    ids = np.loadtxt(os.path.join(folder, f"fold{fold}.ids"), dtype=np.int64)
    return ids, steps.astype(np.float64) * 0.01


def load(folder: str, folds) -> Records:
    with open(os.path.join(folder, "labels.csv"), newline="") as file:
        rows = {int(row["ecg_id"]): row for row in csv.DictReader(file)}
    ids, signals = [], []
    for fold in folds:
        fold_ids, signal = load_fold(folder, fold)
        ids.extend(fold_ids.tolist())
        signals.append(condition(signal))
    own = [rows[i] for i in ids]
    return Records(
        signal=np.concatenate(signals),
        statements=[set(row["statements"].split()) for row in own],
        superclasses=np.array([[float(row[c]) for c in SUPERCLASSES] for row in own], np.float32),
        patients=np.array([row["patient_id"] for row in own]),
    )


def read_catalogue(path: str) -> list[dict]:
    with open(path) as file:
        return json.load(file)["findings"]


def supported(findings: list[dict], train: Records) -> list[dict]:
    """Findings of the ECG group with enough positive training records.

    Echocardiographic and rare-disease findings are left out even where an ECG statement bears a
    similar name: a statement read from the ECG is no evidence of structural disease.
    """
    own = [f for f in findings if f["group"] == "ecg" and f["codes"]["scp"]]
    counts = train.columns([f["codes"]["scp"] for f in own]).sum(axis=0)
    return [f for f, count in zip(own, counts) if count >= MIN_POSITIVES]


def auxiliary_codes(train: Records) -> list[str]:
    """Single statements with enough positives; learnt beside the targets, never exported."""
    codes = sorted(set().union(*train.statements))
    counts = train.columns([[c] for c in codes]).sum(axis=0)
    return [c for c, count in zip(codes, counts) if count >= MIN_POSITIVES]
