"""Writes golden/: small records and annotations made by wfdb for Python, and golden.json with what wfdb reads from them.

    pip install wfdb==4.3.1 numpy && python test/records/golden.py
"""
import json
from pathlib import Path

import numpy as np
import wfdb

HERE = Path(__file__).parent / "golden"
HERE.mkdir(exist_ok=True)
rng = np.random.default_rng(7)


def record(name, fmt, gains, baselines, units, labels, rate, n, low, high, **more):
    counts = rng.integers(low, high, size=(n, len(labels)))
    counts[0], counts[1] = low, high
    wfdb.wrsamp(name, fs=rate, units=units, sig_name=labels, d_signal=counts, fmt=[fmt] * len(labels),
                adc_gain=gains, baseline=baselines, write_dir=str(HERE), **more)


record("f16", "16", [1000.0, 16830.0, 71.47], [0, -3, 12], ["mV", "mV", "mmHg"], ["AVR", "MLII", "ABP"], 250, 101, -32767, 32767)
record("f212", "212", [200.0, 200.0], [1024, 0], ["mV", "mV"], ["ECG", "MLIII"], 360, 77, -2047, 2047,
       base_date=__import__("datetime").date(2020, 5, 5), base_time=__import__("datetime").time(9, 49, 17))
record("odd212", "212", [200.0], [0], ["uV"], ["V1-V2"], 128, 33, -2047, 2047)

wfdb.wrann("f212", "atr", np.array([3, 70, 1200, 200000, 200001]), symbol=["N", "V", "+", "/", "~"],
           aux_note=["", "", "(AFIB\x00", "", "c"], subtype=np.array([0, 0, 0, 1, 2]), chan=np.array([0, 0, 0, 1, 1]),
           num=np.array([0, 0, 0, 0, 3]), write_dir=str(HERE))

golden = {}
for name in ("f16", "f212", "odd212"):
    raw = wfdb.rdrecord(str(HERE / name), physical=False)
    golden[name] = {
        "rateHz": raw.fs,
        "labels": raw.sig_name,
        "gain": raw.adc_gain,
        "baseline": raw.baseline,
        "counts": raw.d_signal.T.tolist(),
    }
ann = wfdb.rdann(str(HERE / "f212"), "atr")
golden["annotations"] = [
    {"sample": int(s), "symbol": y, "aux": a.rstrip("\0"), "subtype": int(t), "channel": int(c), "num": int(n)}
    for s, y, a, t, c, n in zip(ann.sample, ann.symbol, ann.aux_note, ann.subtype, ann.chan, ann.num)
]
(HERE / "golden.json").write_text(json.dumps(golden) + "\n")
