"""Soft labels: what networks say of training records that they never saw.

python -m purkinje_training.soft --data DIR --catalogue FILE --runs RUN... --out FILE.npz
Each run was trained on some of folds 1 to 8; it tells of the others. Where several runs tell of a record, their
probabilities are averaged.
"""
import argparse
import os

import numpy as np
import torch
from scipy.special import expit

from .data import columns, labels, load, read_catalogue
from .model import Encoder
from .train import macros, predict


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--runs", nargs="+", required=True)
    p.add_argument("--out", required=True)
    args = p.parse_args()
    told: dict[int, list[np.ndarray]] = {}
    findings = {f["id"]: f for f in read_catalogue(args.catalogue)}
    for run in args.runs:
        saved = torch.load(os.path.join(run, "encoder.pt"), weights_only=False)
        unseen = [f for f in range(1, 9) if f not in saved["folds"]]
        records = load(args.data, unseen)
        targets = [findings[i] for i in saved["targets"]]
        names = columns(targets)
        assert names == saved["columns"]
        model = Encoder(len(names), saved["channels"])
        model.load_state_dict(saved["state"])
        probability = expit(predict(model, records)[0])
        print(run, "on folds", unseen, macros(names, labels(records, targets), probability), flush=True)
        for i, row in zip(records.ids, probability):
            told.setdefault(int(i), []).append(row)
    np.savez(args.out, ids=np.array(sorted(told)), columns=np.array(names),
             probabilities=np.stack([np.mean(told[i], axis=0) for i in sorted(told)]).astype(np.float32))


if __name__ == "__main__":
    main()
