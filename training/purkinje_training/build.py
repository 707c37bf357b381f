"""From a trained run to the shipped files: python -m purkinje_training.build --data DIR --run DIR --out DIR."""
import argparse
import os

import numpy as np
import torch
from scipy.special import expit

from .card import card
from .contract import contract, write
from .data import load, read_catalogue
from .evaluate import evaluate, macro
from .export import agreement, runner, speed, to_int8, to_onnx
from .model import Encoder

FOLD = 9
QUANTISE_WITH = 256


def int8_figures(evaluation: dict, int8_logits: np.ndarray) -> dict:
    a = np.array([t["a"] for t in evaluation["targets"]])
    b = np.array([t["b"] for t in evaluation["targets"]])
    off = np.abs(expit(a * int8_logits + b) - expit(a * evaluation["logits"] + b))
    return {"max": float(off.max()), "mean": float(off.mean()), "p999": float(np.quantile(off, 0.999)),
            "auroc": macro(evaluation["labels"], int8_logits)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--run", required=True)
    p.add_argument("--out", required=True)
    args = p.parse_args()
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)
    saved = torch.load(os.path.join(args.run, "encoder.pt"), weights_only=True)
    model = Encoder(len(saved["targets"]), saved["auxiliary"])
    model.load_state_dict(saved["state"])
    by_id = {f["id"]: f for f in read_catalogue(args.catalogue)}
    targets = [by_id[i] for i in saved["targets"]]
    records = load(args.data, [FOLD])

    fp32, int8 = (os.path.join(args.out, n) for n in ("encoder.onnx", "encoder.int8.onnx"))
    to_onnx(model, fp32)
    same = agreement(model, fp32, records.signal[:64])
    assert same["torch"] < 1e-5 and same["batch"] < 1e-5, same
    some = np.random.default_rng(0).permutation(len(records))[:QUANTISE_WITH]
    to_int8(fp32, int8, records.signal[some])
    evaluation = evaluate(runner(fp32), records, targets)
    write(os.path.join(args.out, "encoder.json"), contract(fp32, int8, evaluation["targets"]))
    facts = {
        "agreement": same, "int8": int8_figures(evaluation, runner(int8)(records.signal)),
        "bytes": {"fp32": os.path.getsize(fp32), "int8": os.path.getsize(int8)},
        "speed": {name: {batch: speed(path, batch) for batch in (1, 16)}
                  for name, path in (("fp32", fp32), ("int8", int8))},
    }
    with open(os.path.join(args.out, "MODEL_CARD.md"), "w") as file:
        file.write(card(saved, evaluation, facts, targets))
    print(facts, {k: v for k, v in evaluation["overall"].items()})


if __name__ == "__main__":
    main()
