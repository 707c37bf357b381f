"""What the same segments cost in Python, with the packages that a team would take: scipy, neurokit2, onnxruntime; one thread.

    pip install numpy scipy onnxruntime neurokit2
    npx purkinje segments docs/recordings/atrial-fibrillation --out segments
    python test/bench/pipeline.py segments models/purkinje-s/encoder.onnx

Each segment (twelve leads of ten seconds, mV) is cleaned, its beats are found and delineated, its quality is rated, in lead II alone
or in every lead; eight leads are resampled to 100 Hz, filtered and scored. No Kafka, no decision, no alerts.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import neurokit2 as nk
import numpy as np
import onnxruntime
from scipy.signal import butter, resample_poly, sosfilt

ROUNDS = 5
LEADS = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
HIGHPASS = butter(2, 0.5, "highpass", fs=100, output="sos")


def graded(row, rate):
    clean = nk.ecg_clean(row, sampling_rate=rate)
    peaks = nk.ecg_peaks(clean, sampling_rate=rate)[1]["ECG_R_Peaks"]
    nk.ecg_quality(clean, rpeaks=peaks, sampling_rate=rate)
    nk.ecg_delineate(clean, peaks, sampling_rate=rate, method="dwt")


def scored(session, rows, rate):
    tensor = sosfilt(HIGHPASS, resample_poly(rows, 100, rate, axis=1), axis=1).astype(np.float32)
    # What else the model takes, as which leads are there, is all ones: it costs the same.
    beside = {one.name: np.ones([size if isinstance(size, int) else 1 for size in one.shape], np.float32) for one in session.get_inputs()[1:]}
    return session.run(None, {session.get_inputs()[0].name: tensor[None], **beside})


def segments(folder):
    for path in sorted(Path(folder).glob("*.physical.npy")):
        about = json.loads(path.with_name(path.name.replace(".physical.npy", ".json")).read_text())
        rows = dict(zip(about["leads"], np.load(path).astype(np.float64)))
        if all(lead in rows for lead in LEADS) and not about["partial"]:
            yield rows, int(about["rateHz"])


def main(folder, model):
    warnings.simplefilter("ignore")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    found = list(segments(folder))
    if not found:
        raise SystemExit(f"{folder}: no segment of twelve leads: make some by `purkinje segments`")
    for name, leads in (("lead II graded", ["II"]), ("every lead graded", None)):
        times = []
        for number in range(ROUNDS + 1):
            begin = time.process_time()
            for rows, rate in found:
                for lead in leads or rows:
                    graded(rows[lead], rate)
                scored(session, np.stack([rows[lead] for lead in LEADS]), rate)
            if number > 0:
                times.append((time.process_time() - begin) * 1000 / len(found))
        print(f"{name}: {np.median(times):.0f} ms of one core a segment ({len(found)} segments, {ROUNDS} rounds)")


main(*sys.argv[1:3])
