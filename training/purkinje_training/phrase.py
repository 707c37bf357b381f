"""An operator's own phrase as a watch row: python -m purkinje_training.phrase --model DIR --data DIR --id NAME "the phrase".

The row goes into the model's text.json, with the similarities that the records of fold 9 have to it: a score is a rank
among these, never a probability. A phrase is uncalibrated; the engine raises it as low priority at most.
"""
import argparse
import json
import os
import re

import numpy as np

from .contract import EVIDENCE
from .data import load
from .export import runner, session
from .language import Rows, watch_row


def main():
    p = argparse.ArgumentParser()
    p.add_argument("phrase")
    p.add_argument("--model", required=True)
    p.add_argument("--data", default=os.environ.get("PURKINJE_PTBXL100_DIR"))
    p.add_argument("--id", required=True, help="lower-case letters, digits and hyphens")
    args = p.parse_args()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", args.id):
        p.error(f"--id {args.id}: lower-case letters, digits and hyphens, 41 at most")
    path = os.path.join(args.model, "text.json")
    with open(path) as file:
        text = json.load(file)
    records = load(args.data, [9])
    _, embedding = runner(os.path.join(args.model, "encoder.onnx"))(records.signal, np.zeros_like(records.known))
    [row] = Rows(session(os.path.join(args.model, "text.onnx")))([args.phrase])
    text["watch"] = [w for w in text["watch"] if w["id"] != f"watch-{args.id}"]
    text["watch"].append(watch_row(row, args.phrase, args.id, embedding, EVIDENCE))
    with open(path, "w") as file:
        json.dump(text, file)
        file.write("\n")
    print(f"watch-{args.id}: written to {path}")


if __name__ == "__main__":
    main()
