"""python training/patient_records.py PTBXL100_FOLDER OUT

PTB-XL's patients of several recordings (100 Hz, folds 1 to 9, packed by pack_ptbxl.py) as WFDB, and who is who in OUT/labels.csv: for
`purkinje evaluate quality`, which then compares each recording with the same patient's one before it.
"""
import csv
import os
import sys
from collections import Counter

import numpy as np

from purkinje_training.data import load_fold

LEADS = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]

source, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
with open(os.path.join(source, "labels.csv"), newline="") as file:
    patients = {int(row["ecg_id"]): row["patient_id"] for row in csv.DictReader(file)}
# A patient who is not known has one recording each time.
recordings = Counter(patient for patient in patients.values() if not patient.startswith("u"))
with open(os.path.join(out, "labels.csv"), "w", newline="") as file:
    labels = csv.writer(file)
    labels.writerow(["record", "patient"])
    for fold in range(1, 10):
        for ecg, signal in zip(*load_fold(source, fold)):
            if recordings[patients[int(ecg)]] < 2:
                continue
            name = f"{ecg:05d}"
            counts = np.round(signal * 100).astype("<i2")
            counts.T.tofile(os.path.join(out, f"{name}.dat"))
            with open(os.path.join(out, f"{name}.hea"), "w") as header:
                header.write(f"{name} {len(LEADS)} 100 {counts.shape[1]}\n")
                header.writelines(f"{name}.dat 16 100/mV 16 0 {row[0]} {row.astype(np.int16).sum(dtype=np.int16)} 0 {lead}\n" for lead, row in zip(LEADS, counts))
            labels.writerow([name, patients[int(ecg)]])
