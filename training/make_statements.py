"""Thresholds of the statements that a report says: make_statements.py ENCODER_JSON HELD_OUT PREDICTIONS:FOLDER ...

PREDICTIONS is what `purkinje evaluate report --predictions` wrote of the labelled FOLDER: records that taught the model, so that the held-out ones have no part. `threshold`: one
for each group of statements (diagnostic, rhythm, form), with the highest micro F1. `listed`: one for each group, with the most lists that are right as a whole. `asked`: the
share of the records that have the statement, where a question that is as often right as wrong is at even odds. A statement is `internal` evidence where the held-out folder
(its labels alone) has at least five records of it, else `none`. Prints models/purkinje-s/statements.json.
"""
import ast
import csv
import json
import os
import sys

import numpy as np

GROUPS = {
    "rhythm": "SR AFIB STACH SARRH SBRAD PACE SVARR BIGU AFLT SVTAC PSVT TRIGU".split(),
    "form": "ABQRS PVC STD_ VCLVH QWAVE LOWT NT_ PAC LPR INVT LVOLT HVOLT TAB_ STE_ PRC(S)".split(),
}
# The heart has one of these at a time: src/explain/terms/rhythm.ts.
ONE_OF = "SR SBRAD STACH SARRH AFIB AFLT SVARR SVTAC PSVT".split()
POSITIVES_MIN = 5
GRID = np.round(np.arange(0.05, 0.951, 0.01), 2)


def labels_of(folder: str) -> dict[str, set[str]]:
    with open(os.path.join(folder, "ptbxl_database.csv"), newline="") as file:
        return {os.path.basename(row["filename_lr"]): set(ast.literal_eval(row["scp_codes"])) for row in csv.DictReader(file)}


def read(pairs: list[str], codes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels, [records, codes]; of rhythms that exclude each other only the highest score counts."""
    scores, positive = [], []
    for pair in pairs:
        predictions, folder = pair.split(":")
        labels = labels_of(folder)
        with open(predictions) as file:
            for line in map(json.loads, file):
                if not line.get("scores"):
                    continue
                own = {code: line["scores"].get(code, 0) for code in codes}
                best = max(ONE_OF, key=own.get)
                scores.append([0 if code in ONE_OF and code != best else own[code] for code in codes])
                positive.append([code in labels[line["record"]] for code in codes])
    return np.array(scores), np.array(positive)


def micro_f1(scores: np.ndarray, positive: np.ndarray, threshold: float) -> float:
    said = scores >= threshold
    return 2 * (said & positive).sum() / (said.sum() + positive.sum())


def whole_lists(scores: np.ndarray, positive: np.ndarray, threshold: float) -> float:
    return float(((scores >= threshold) == positive).all(axis=1).mean())


def main(encoder: str, held_out: str, pairs: list[str]):
    with open(encoder) as file:
        contract = json.load(file)
    codes = [label.split(":")[1] for label in contract["outputs"]["logits"]["labels"] if label.startswith("statement:")]
    groups = {code: next((name for name, of in GROUPS.items() if code in of), "diagnostic") for code in codes}
    scores, positive = read(pairs, codes)
    chosen, listed = {}, {}
    for group in ("diagnostic", "rhythm", "form"):
        at = [i for i, code in enumerate(codes) if groups[code] == group]
        f1 = [micro_f1(scores[:, at], positive[:, at], threshold) for threshold in GRID]
        chosen[group] = float(GRID[int(np.argmax(f1))])
        whole = [whole_lists(scores[:, at], positive[:, at], threshold) for threshold in GRID]
        listed[group] = float(GRID[int(np.argmax(whole))])
        print(f"{group}: {chosen[group]} (micro F1 {max(f1):.4f}), listed {listed[group]} ({max(whole):.4f} whole lists)", file=sys.stderr)
    held = list(labels_of(held_out).values())
    model = contract["model"]
    share = np.clip(positive.mean(axis=0), 1e-4, 0.9999)
    json.dump({
        "schemaVersion": 1,
        "id": "report-1",
        "model": f"{model['name']}@{model['version']}",
        "provenance": "training/make_statements.py, on folds 7 and 8 of PTB-XL, which taught the model; fold 9 had no part. threshold: one a group, the highest micro F1; listed: one a group, the most lists that are right as a whole; asked: the share of records that have the statement. "
                      "Evidence: internal where fold 9 has five records of the statement (docs/explain.md has what they are worth there).",
        "statements": {code: {"threshold": chosen[groups[code]], "asked": round(float(share[i]), 4), "listed": listed[groups[code]], "evidence": "internal" if sum(code in own for own in held) >= POSITIVES_MIN else "none"} for i, code in enumerate(codes)},
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
