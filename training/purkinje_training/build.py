"""From a trained run to the shipped files: python -m purkinje_training.build --data DIR --run DIR --out DIR."""
import argparse
import json
import os

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from .contract import EVIDENCE, contract, write
from .data import load, read_catalogue
from .evaluate import evaluate, macro
from .export import agreement, runner, session, speed, text_to_onnx, to_int8, to_onnx
from .language import Rows, retrieval, text_side, zero_shot
from .model import Network, TextTower, restore
from .simulated import ONLY_SIMULATED, SimulatedHeads, pooled
from .train import macros

FOLD = 9
QUANTISE_WITH = 512


def int8_figures(evaluation: dict, int8_logits: np.ndarray) -> dict:
    a = np.array([t["a"] for t in evaluation["targets"]])
    b = np.array([t["b"] for t in evaluation["targets"]])
    count = len(a)
    off = np.abs(expit(a * int8_logits[:, :count] + b) - expit(a * evaluation["logits"][:, :count] + b))
    return {"max": float(off.max()), "mean": float(off.mean()), "p999": float(np.quantile(off, 0.999)),
            "auroc": macro(evaluation["labels"], int8_logits[:, :count])}


def with_heads(model: Network, at: int, heads: list[tuple[np.ndarray, float]]):
    """Puts further columns into the head, from column `at` on."""
    old = model.head
    model.head = nn.Linear(old.in_features, old.out_features + len(heads))
    with torch.no_grad():
        weight = torch.stack([torch.from_numpy(w) for w, _ in heads])
        model.head.weight.copy_(torch.cat([old.weight[:at], weight, old.weight[at:]]))
        model.head.bias.copy_(torch.cat([old.bias[:at], torch.tensor([b for _, b in heads]), old.bias[at:]]))


def simulated_rows(model: Network, packed: str | None, real: np.ndarray, records, findings: dict) -> tuple[list, list, dict]:
    """Rows for the contract, heads, and what simulation-only heads are worth on real records.

    The threshold is passed by one real record in a thousand of fold 9, where none is labelled with the pattern.
    """
    if packed is None:
        return [], [], {}
    own = SimulatedHeads(model, packed)
    rows, heads = [], []
    for name in ONLY_SIMULATED:
        if not (own.condition == name).any():
            continue
        weight, bias = own.head(name)
        heads.append((weight, bias))
        rows.append({"id": name, "threshold": round(float(np.quantile(expit(real @ weight + bias), 0.999)), 4),
                     "records": len(own.condition), "positives": int((own.condition == name).sum())})
    return rows, heads, own.on_real(real, records, findings)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--run", required=True)
    p.add_argument("--simulated", help=".npz of simulated patients")
    p.add_argument("--out", required=True)
    args = p.parse_args()
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)
    saved = torch.load(os.path.join(args.run, "encoder.pt"), weights_only=False)
    model, tower = restore(saved), TextTower()
    tower.load_state_dict(saved["text"])
    catalogue = read_catalogue(args.catalogue)
    findings = {f["id"]: f for f in catalogue}
    targets = [findings[i] for i in saved["targets"]]
    records = load(args.data, [FOLD])

    real = pooled(model, records.signal, np.zeros_like(records.known))
    simulated, heads, worth = simulated_rows(model, args.simulated, real, records, findings)
    count = len(targets)
    if heads:
        with_heads(model, count, heads)
    columns = saved["columns"][:count] + [r["id"] for r in simulated] + saved["columns"][count:]

    fp32, int8, text = (os.path.join(args.out, n) for n in ("encoder.onnx", "encoder.int8.onnx", "text.onnx"))
    to_onnx(model, count + len(simulated), fp32)
    same = agreement(model, count + len(simulated), fp32, records)
    assert max(same.values()) < 1e-4 and same["batch"] < 1e-5, same
    some = np.random.default_rng(0).permutation(len(records))[:QUANTISE_WITH]
    to_int8(fp32, int8, records, some)
    text_to_onnx(tower, text)
    evaluation = evaluate(runner(fp32), records, targets)
    write(os.path.join(args.out, "encoder.json"), contract(fp32, int8, evaluation["targets"], simulated, columns, model.steps))
    rows = Rows(session(text))
    side = text_side(rows, 1 / tower.scale().item(), catalogue, [])
    with open(os.path.join(args.out, "text.json"), "w") as file:
        json.dump(side, file)
        file.write("\n")

    kept = [k for k, c in enumerate(columns) if c not in {r["id"] for r in simulated}]
    names = [columns[k] for k in kept]
    y = np.concatenate([evaluation["labels"], records.columns([[c.split(":")[1]] for c in names if c.startswith("statement:")]), records.superclasses], axis=1)
    int8_logits = runner(int8)(records.signal, records.known)[0]
    facts = {
        "data": EVIDENCE, "agreement": same, "int8": int8_figures(evaluation, int8_logits),
        "bytes": {name: os.path.getsize(path) for name, path in (("fp32", fp32), ("int8", int8))},
        "speed": {name: {batch: speed(path, batch) for batch in (1, 16)} for name, path in (("fp32", fp32), ("int8", int8))},
        "macros": macros(names, y, evaluation["logits"][:, kept]),
        "macrosUnknownPatients": macros(names, y, evaluation["unknownLogits"][:, kept]),
        "macrosInt8": macros(names, y, int8_logits[:, kept]),
        "overall": evaluation["overall"], "targets": evaluation["targets"], "simulatedOnReal": worth,
        "simulatedHeads": simulated,
        "zeroShot": zero_shot(side, evaluation["embedding"], records, targets),
        "retrieval": retrieval(rows, evaluation["embedding"], records),
        "run": {k: saved[k] for k in ("seed", "epochs", "network", "shape", "folds", "seconds")},
    }
    with open(os.path.join(args.run, "facts.json"), "w") as file:
        json.dump(facts, file, indent=1)
    print(json.dumps({k: facts[k] for k in ("agreement", "int8", "bytes", "speed", "macros", "macrosUnknownPatients", "macrosInt8", "zeroShot", "retrieval", "simulatedOnReal")}, indent=1))


if __name__ == "__main__":
    main()
