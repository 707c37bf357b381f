"""Writes encoder.json: what goes in, what comes out, and the evidence of each target."""
import hashlib
import json

from .condition import CLIP_MV, HIGHPASS_HZ, LEADS, RATE_HZ, SAMPLES
from .data import AGE_MEAN, AGE_SD
from .evaluate import LEAD_SETS
from .export import OPSET
from .model import EMBEDDING

VERSION = "0.2.0"
TRAINED_ON = "PTB-XL 1.0.3, folds 1-8"
EVIDENCE = "PTB-XL 1.0.3 fold 9"
SIMULATED = "simulated patients of Purkinje"
CITATION = ("Wagner P, Strodthoff N, Bousseljot R-D, et al. PTB-XL, a large publicly available "
            "electrocardiography dataset. Scientific Data 2020; 7:154. CC BY 4.0.")


def sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def target(row: dict) -> dict:
    return {
        "id": row["id"],
        "threshold": row["threshold"],
        "calibration": {"method": "platt", "a": row["a"], "b": row["b"]},
        "evidence": {"level": "internal", "data": EVIDENCE, "records": row["records"],
                     "positives": row["positives"], "auroc": row["auroc"], "auprc": row["auprc"]},
        "leadSets": [LEADS] + [LEAD_SETS[name] for name in row["holds"]],
        "placements": ["standard"],
        "bandHz": {"highpassMax": 0.67, "lowpassMin": 40},
    }


def simulated_target(row: dict) -> dict:
    """A head that only simulated patients taught: its figures would prove nothing, so none are told."""
    return {
        "id": row["id"], "threshold": row["threshold"], "calibration": {"method": "none"},
        "evidence": {"level": "simulated", "data": SIMULATED, "records": row["records"], "positives": row["positives"]},
        "leadSets": [LEADS], "placements": ["standard"], "bandHz": {"highpassMax": 0.67, "lowpassMin": 40},
    }


def contract(encoder_path: str, int8_path: str, rows: list[dict], simulated: list[dict], columns: list[str], steps: int) -> dict:
    """`columns`: names of the logits in order; those of `rows` and `simulated` are targets, the others are read by `evaluate`. `steps`: of the saliency."""
    claimed = {r["id"] for r in rows + simulated}
    return {
        "schemaVersion": 1,
        "model": {"name": "purkinje-s", "version": VERSION, "license": "Apache-2.0",
                  "sha256": sha256(encoder_path), "opset": OPSET,
                  "trainedOn": [TRAINED_ON] + ([SIMULATED] if simulated else []),
                  "citation": CITATION, "variants": {"int8": {"sha256": sha256(int8_path)}}},
        "input": {
            "tensor": "ecg", "layout": "NCT", "wire": "FP32", "leads": LEADS, "rateHz": RATE_HZ,
            "samples": SAMPLES, "unit": "mV",
            "pipeline": [
                {"step": "resample", "rateHz": RATE_HZ, "method": "polyphase"},
                {"step": "butterworth", "kind": "highpass", "order": 2, "cornersHz": [HIGHPASS_HZ],
                 "phase": "zero", "scope": "lead"},
                {"step": "clip", "limit": int(CLIP_MV)},
            ],
            "missing": "mask", "nan": "zero", "mask": {"tensor": "mask"},
            "tabular": {"tensor": "known", "features": [
                {"name": "ageYears", "mean": AGE_MEAN, "sd": AGE_SD, "missing": {"scaled": 0}},
                {"name": "sex", "mean": 0.5, "sd": 0.5, "missing": {"scaled": 0}},
            ]},
        },
        "outputs": {
            "logits": {"tensor": "logits", "activation": "sigmoid",
                       "targets": [c if c in claimed else None for c in columns], "labels": columns},
            "embedding": {"tensor": "embedding", "size": EMBEDDING, "joint": True, "unitLength": True},
            "saliency": {"tensor": "saliency", "steps": steps},
        },
        "text": {"encoder": "all-MiniLM-L6-v2 and a projection", "size": EMBEDDING, "tokensMax": 96, "casing": "lower"},
        "targets": [target(row) for row in rows] + [simulated_target(row) for row in simulated],
    }


def write(path: str, value: dict):
    with open(path, "w") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
