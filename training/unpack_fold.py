"""Writes one packed fold as a WFDB folder with labels, for `purkinje evaluate encoder`: unpack_fold.py DATA FOLD OUT.

OUT/records100/NNNNN_lr.{hea,dat}: format 16, 100 adu to the mV, twelve leads (III, aVR, aVL and aVF follow from I and II);
OUT/ptbxl_database.csv: ecg_id, patient_id, age, sex, scp_codes, heart_axis, strat_fold, filename_lr.
"""
import csv
import lzma
import os
import sys

import numpy as np

from purkinje_training.data import read_reports

NAMES = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"]
COLUMNS = ["ecg_id", "patient_id", "age", "sex", "scp_codes", "heart_axis", "strat_fold", "filename_lr"]


def twelve(eight: np.ndarray) -> np.ndarray:
    """int16 [12, n] from I, II, V1 .. V6."""
    one, two = eight[0].astype(np.int32), eight[1].astype(np.int32)
    limb = [one, two, two - one, -((one + two) // 2), one - two // 2, two - one // 2]
    return np.stack([*limb, *eight[2:]]).astype("<i2")


def main(data: str, fold: int, out: str):
    with lzma.open(os.path.join(data, f"fold{fold}.npy.xz")) as file:
        signals = np.cumsum(np.load(file), axis=2, dtype=np.int16)
    ids = np.loadtxt(os.path.join(data, f"fold{fold}.ids"), dtype=np.int64)
    with open(os.path.join(data, "labels.csv"), newline="") as file:
        rows = {int(row["ecg_id"]): row for row in csv.DictReader(file)}
    told = read_reports(data)
    os.makedirs(os.path.join(out, "records100"), exist_ok=True)
    with open(os.path.join(out, "ptbxl_database.csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for i, eight in zip(ids.tolist(), signals):
            name, leads, row = f"{i:05d}_lr", twelve(eight), rows[i]
            leads.T.tofile(os.path.join(out, "records100", f"{name}.dat"))
            with open(os.path.join(out, "records100", f"{name}.hea"), "w") as header:
                header.write(f"{name} 12 100 {leads.shape[1]}\n")
                for lead, values in zip(NAMES, leads):
                    header.write(f"{name}.dat 16 100/mV 16 0 {values[0]} {values.sum(dtype=np.int16)} 0 {lead}\n")
            codes = {code: 100.0 for code in row["statements"].split()}
            writer.writerow([i, row["patient_id"], row["age"], row["sex"], repr(codes), told.get(i, {}).get("heart_axis", ""), fold, f"records100/{name}"])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
