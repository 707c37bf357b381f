"""What prompts alone find of targets that were left out of training: python -m purkinje_training.left_out --data DIR --catalogue FILE --run DIR.

Writes RUN/left-out.json: for each target that the run was never told of, in labels or in text, the AUROC and average precision
of its prompt on fold 9, and of a head taught by all labels in the run RUN is compared with (`--taught DIR`).
"""
import argparse
import json
import os

import numpy as np
import torch

from .data import columns, labels, load, read_catalogue
from .language import Rows
from .metrics import auroc, average_precision
from .model import Network, TextTower, restore
from .train import predict


class TorchTower:
    """The text tower where ONNX's would be."""

    def __init__(self, tower: TextTower):
        self.tower = tower.eval()

    @torch.no_grad()
    def run(self, _, feed: dict) -> list[np.ndarray]:
        return [self.tower(torch.from_numpy(feed["sentence"])).numpy()]


def opened(run: str) -> tuple[dict, Network]:
    saved = torch.load(os.path.join(run, "encoder.pt"), weights_only=False)
    return saved, restore(saved)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--catalogue", required=True)
    p.add_argument("--run", required=True)
    p.add_argument("--taught", required=True)
    args = p.parse_args()
    saved, model = opened(args.run)
    findings = {f["id"]: f for f in read_catalogue(args.catalogue)}
    records = load(args.data, [9])
    tower = TextTower()
    tower.load_state_dict(saved["text"])
    embedding = predict(model, records)[1]
    taught, other = opened(args.taught)
    logits = predict(other, records)[0]
    y = labels(records, [findings[i] for i in taught["targets"]])
    names = columns([findings[i] for i in taught["targets"]])
    rows, out = Rows(TorchTower(tower)), {}
    for name in saved["leaveOut"]:
        k = names.index(name)
        known = ~np.isnan(y[:, k])
        own, prompt = y[known, k], embedding[known] @ rows([findings[name]["prompt"]])[0]
        out[name] = {"prompt": findings[name]["prompt"], "positives": int(own.sum()), "records": int(known.sum()),
                     "zeroShot": [auroc(own, prompt), average_precision(own, prompt)],
                     "taught": [auroc(own, logits[known, k]), average_precision(own, logits[known, k])]}
    with open(os.path.join(args.run, "left-out.json"), "w") as file:
        json.dump(out, file, indent=1)
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
