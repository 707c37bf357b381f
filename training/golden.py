"""Writes golden data for tests of the signal path: golden.py OUT_DIR ENCODER_DIR."""
import json
import os
import sys
from math import gcd

import numpy as np
from scipy.signal import butter, firwin, resample_poly, sosfilt, sosfilt_zi, sosfiltfilt
from scipy.special import expit

from golden_records import ALL_LEADS, RATE_HZ, records
from purkinje_training.condition import LEADS, condition, resample

PAIRS = [(500, 100), (500, 250), (360, 500), (360, 100), (250, 500), (250, 100), (257, 100),
         (1000, 500), (128, 100)]


def save(folder: str, name: str, value):
    with open(os.path.join(folder, name), "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


def signal(rate: int, seconds: float, seed: int) -> np.ndarray:
    """Sines, an offset and noise, rounded to 1e-4."""
    time = np.arange(int(rate * seconds)) / rate
    noise = np.random.default_rng(seed).normal(0, 0.05, len(time))
    wave = 0.3 + np.sin(2 * np.pi * 1.3 * time) + 0.4 * np.sin(2 * np.pi * 11 * time + 0.5)
    return np.round(wave + 0.2 * np.sin(2 * np.pi * 43 * time) + noise, 4)


def resampling() -> dict:
    cases = []
    for seed, (source, target) in enumerate(PAIRS):
        shared = gcd(source, target)
        up, down = target // shared, source // shared
        most = max(up, down)
        window = firwin(20 * most + 1, 1 / most, window=("kaiser", 5.0))
        x = signal(source, 3, seed)
        y = resample_poly(x, up, down)
        assert np.array_equal(y, resample_poly(x, up, down, window=window))
        cases.append({"from": source, "to": target, "up": up, "down": down, "input": x.tolist(),
                      "window": window.tolist(), "output": y.tolist()})
    return {"about": "scipy.signal.resample_poly, default window and padding; the window is before "
                     "its scaling by up", "cases": cases}


def filters() -> dict:
    signals, cases = {}, []
    for rate in (100, 250, 500):
        signals[str(rate)] = signal(rate, 2, rate).tolist()
        x = np.array(signals[str(rate)])
        for kind, corners in (("highpass", [0.5]), ("lowpass", [40.0]), ("bandpass", [0.5, 40.0])):
            for order in (2, 4):
                sos = butter(order, corners if len(corners) > 1 else corners[0], kind, fs=rate,
                             output="sos")
                zi = sosfilt_zi(sos)
                cases.append({"rateHz": rate, "kind": kind, "order": order, "cornersHz": corners,
                              "sos": sos.tolist(), "zi": zi.tolist(),
                              "filtfilt": sosfiltfilt(sos, x).tolist(),
                              "filt": sosfilt(sos, x, zi=zi * x[0])[0].tolist()})
    return {"about": "scipy.signal: butter (sos), sosfiltfilt with its default odd padding, and "
                     "sosfilt started from sosfilt_zi * x[0]", "signals": signals, "cases": cases}


def conditioned(folder: str, encoder: str) -> dict:
    from purkinje_training.export import OUTPUTS, feed, session

    with open(os.path.join(encoder, "encoder.json")) as file:
        contract = json.load(file)
    names, microvolt = records()
    order = [ALL_LEADS.index(lead) for lead in LEADS]
    tensor = condition(resample(microvolt[:, order].astype(np.float64) / 1000, 1, 5))
    np.save(os.path.join(folder, "conditioned-raw.npy"), microvolt)
    np.save(os.path.join(folder, "conditioned.npy"), tensor)
    whole = feed(tensor, np.zeros((len(tensor), 2), np.float32))
    logits, embedding = session(os.path.join(encoder, "encoder.onnx")).run(OUTPUTS[:2], whole)
    read = [k for k, target in enumerate(contract["outputs"]["logits"]["targets"]) if target is not None]
    logits = logits[:, read]
    a, b = (np.array([t["calibration"].get(k, d) for t in contract["targets"]]) for k, d in (("a", 1.0), ("b", 0.0)))
    return {
        "about": "conditioned-raw.npy: int16 microvolt [record, lead, sample]; conditioned.npy: float32 "
                 "millivolt [record, lead, sample], the tensor of the encoder; probabilities: "
                 "sigmoid(logit); calibrated: sigmoid(a * logit + b)",
        "rateHz": RATE_HZ, "leads": ALL_LEADS, "tensorLeads": LEADS,
        "sha256": contract["model"]["sha256"], "targets": [t["id"] for t in contract["targets"]],
        "records": [{"name": name, "logits": z.tolist(), "probabilities": expit(z).tolist(),
                     "calibrated": expit(a * z + b).tolist(), "embedding": e.tolist()}
                    for name, z, e in zip(names, logits.astype(np.float64), embedding.astype(np.float64))],
    }


def main(folder: str, encoder: str):
    os.makedirs(folder, exist_ok=True)
    save(folder, "resample.json", resampling())
    save(folder, "butterworth.json", filters())
    save(folder, "conditioned.json", conditioned(folder, encoder))


if __name__ == "__main__":
    main(*sys.argv[1:3])
