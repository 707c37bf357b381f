"""Packs PTB-XL 1.0.3 as published into the form the training reads: pack_ptbxl.py PTBXL_DIR OUT_DIR.

PTBXL_DIR holds ptbxl_database.csv, scp_statements.csv and records100/. Fold 10 is not packed.
"""
import ast
import csv
import lzma
import os
import sys

import numpy as np

# The published order is I II III aVR aVL aVF V1 .. V6, 16 bit, 1000 steps to the mV.
CHANNELS, EIGHT = 12, [0, 1, 6, 7, 8, 9, 10, 11]
STEP_UV = 10
FOLDS = range(1, 10)
SUPERCLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]


def check_header(path: str):
    """Refuses a header whose leads, gains or rate are not the published ones."""
    with open(path) as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    leads = [line[-1].upper() for line in lines[1:CHANNELS + 1]]
    gains = {line[2] for line in lines[1:CHANNELS + 1]}
    expected = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"]
    if lines[0][1:4] != ["12", "100", "1000"] or leads != expected or gains != {"1000.0(0)/mV"}:
        raise ValueError(f"{path} is not as published")


def read_record(path: str) -> np.ndarray:
    """[8, 1000] int16 in steps of 10 uV."""
    check_header(path + ".hea")
    microvolt = np.fromfile(path + ".dat", "<i2").reshape(-1, CHANNELS).T[EIGHT]
    return np.round(microvolt / STEP_UV).astype(np.int16)


def main(source: str, out: str):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(source, "scp_statements.csv"), newline="") as file:
        superclass = {row[""]: row["diagnostic_class"] for row in csv.DictReader(file)
                      if row["diagnostic"] == "1.0"}
    with open(os.path.join(source, "ptbxl_database.csv"), newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["strat_fold"]) in FOLDS]
    with open(os.path.join(out, "labels.csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ecg_id", "patient_id", "age", "sex", "strat_fold", *SUPERCLASSES, "statements"])
        for row in rows:
            codes = list(ast.literal_eval(row["scp_codes"]))
            own = {superclass.get(code) for code in codes}
            patient = int(float(row["patient_id"]))
            writer.writerow([int(float(row["ecg_id"])), patient, row["age"], row["sex"],
                             row["strat_fold"], *(int(c in own) for c in SUPERCLASSES), " ".join(codes)])
    with lzma.open(os.path.join(out, "reports.csv.xz"), "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ecg_id", "heart_axis", "report"])
        writer.writerows([int(float(row["ecg_id"])), row["heart_axis"], row["report"]] for row in rows)
    for fold in FOLDS:
        members = [row for row in rows if int(row["strat_fold"]) == fold]
        signal = np.stack([read_record(os.path.join(source, row["filename_lr"])) for row in members])
        steps = np.diff(signal, axis=2, prepend=np.zeros_like(signal[:, :, :1]))
        np.savetxt(os.path.join(out, f"fold{fold}.ids"),
                   [int(float(row["ecg_id"])) for row in members], fmt="%d")
        with lzma.open(os.path.join(out, f"fold{fold}.npy.xz"), "wb", preset=1) as file:
            np.save(file, steps)
        print(f"fold {fold}: {len(members)} records", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:3])
