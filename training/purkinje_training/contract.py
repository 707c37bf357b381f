"""Writes encoder.json: what goes in, what comes out, and the evidence of each target."""
import hashlib
import json

from .condition import CLIP_MV, HIGHPASS_HZ, LEADS, RATE_HZ, SAMPLES
from .evaluate import LIMB
from .export import OPSET
from .model import EMBEDDING

VERSION = "0.1.0"
TRAINED_ON = "PTB-XL 1.0.3, folds 1-8"
EVIDENCE = "PTB-XL 1.0.3 fold 9"
CITATION = ("Wagner P, Strodthoff N, Bousseljot R-D, et al. PTB-XL, a large publicly available "
            "electrocardiography dataset. Scientific Data 2020; 7:154. CC BY 4.0.")


def sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def target(row: dict) -> dict:
    sets = [LEADS] + ([LIMB] if row["limbHolds"] else [])
    return {
        "id": row["id"],
        "threshold": row["threshold"],
        "calibration": {"method": "platt", "a": row["a"], "b": row["b"]},
        "evidence": {"level": "internal", "data": EVIDENCE, "records": row["records"],
                     "positives": row["positives"], "auroc": row["auroc"], "auprc": row["auprc"]},
        "leadSets": sets,
        "placements": ["standard"],
        "bandHz": {"highpassMax": 0.67, "lowpassMin": 40},
    }


def contract(encoder_path: str, int8_path: str, rows: list[dict]) -> dict:
    return {
        "schemaVersion": 1,
        "model": {"name": "purkinje-s", "version": VERSION, "license": "Apache-2.0",
                  "sha256": sha256(encoder_path), "opset": OPSET, "trainedOn": [TRAINED_ON],
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
            "missing": "zero", "nan": "zero",
        },
        "outputs": {
            "logits": {"tensor": "logits", "activation": "sigmoid", "targets": [r["id"] for r in rows]},
            "embedding": {"tensor": "embedding", "size": EMBEDDING, "joint": False},
        },
        "targets": [target(row) for row in rows],
    }


def write(path: str, value: dict):
    with open(path, "w") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
