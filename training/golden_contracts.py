"""Writes the references of test/condition/contracts.test.ts: golden_contracts.py OUT_DIR.

What each published encoder does to a signal before its network, with numpy and scipy alone. It knows neither the engine's
code nor its contracts: the constants stand here a second time, so that a slip in one of the two shows.
"""
import json
import os
import sys
from fractions import Fraction

import numpy as np
from scipy.signal import (butter, decimate, filtfilt, firwin, iirnotch, medfilt, resample,
                          resample_poly, sosfiltfilt)

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
EIGHT = [0, 1, 6, 7, 8, 9, 10, 11]
SECONDS = 10
HOLE = -32768
SAMPLES_KEPT = 1500


class Refused(Exception):
    """The model's own rule: no answer for this record."""


# Records: [12, n] in mV, NaN where there is no sample, a row of NaN where there is no lead.

def record(rate: int, seed: int) -> np.ndarray:
    """A rhythm of Gaussian waves with wander, mains hum and noise, rounded to a microvolt."""
    rng = np.random.default_rng(seed)
    time = np.arange(rate * SECONDS) / rate
    at = np.cumsum(rng.uniform(0.55, 1.05, 20)) - 0.3
    wave = [(-0.16, 0.022), (-0.03, 0.009), (0.0, 0.011), (0.03, 0.010), (0.28, 0.050)]
    height = rng.uniform([0.04, -0.15, 0.3, -0.9, -0.2], [0.15, 0.0, 1.4, -0.1, 0.5], (8, 5))
    eight = np.zeros((8, len(time)))
    for start in at:
        for k, (offset, width) in enumerate(wave):
            eight += height[:, k:k + 1] * np.exp(-0.5 * ((time - start - offset) / width) ** 2)
    eight += 0.3 * rng.uniform(-1, 1, (8, 1)) * np.sin(2 * np.pi * 0.23 * time + rng.uniform(0, 6))
    eight += 0.03 * np.sin(2 * np.pi * 50 * time) + rng.normal(0, 0.015, eight.shape)
    eight = np.round(eight, 3)
    one, two = eight[0], eight[1]
    limb = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    return np.round(np.concatenate([np.array(limb), eight[2:]]), 3)


def records() -> dict[str, tuple[int, np.ndarray]]:
    holes = record(500, 5)
    holes[1, 700:704] = np.nan
    holes[7, :30] = np.nan
    holes[9, 2400:2900] = np.nan
    holes[11, 4990:] = np.nan
    missing = record(500, 6)
    missing[8] = np.nan
    missing[2, 1000:1003] = np.nan
    made = {f"{rate} Hz": (rate, record(rate, rate)) for rate in (500, 360, 250, 240)}
    return {**made, "holes": (500, holes), "missing lead": (500, missing)}


# Rules for what is not there.

def whole(x: np.ndarray):
    if np.isnan(x).all(axis=1).any():
        raise Refused("lead-missing")
    if np.isnan(x).any():
        raise Refused("lead-has-holes")
    return x


def present(x: np.ndarray):
    if np.isnan(x).all(axis=1).any():
        raise Refused("lead-missing")
    return x


def lead_mean(x: np.ndarray):
    mean = np.nanmean(present(x), axis=1, keepdims=True)
    return np.where(np.isnan(x), mean, x)


def near(x: np.ndarray, reach: int = 6):
    filled = present(x).copy()
    for lead, i in np.argwhere(np.isnan(x)):
        window = x[lead, max(0, i - reach):i + reach + 1]
        filled[lead, i] = np.nanmean(window) if np.isfinite(window).any() else np.nanmean(x[lead])
    return filled


# Rates.

def poly(x: np.ndarray, source: int, target: int):
    ratio = Fraction(target, source)
    return resample_poly(x, ratio.numerator, ratio.denominator, axis=1) if source != target else x


def linear(x: np.ndarray, source: int, target: int):
    samples = target * SECONDS
    grid = np.linspace(0, samples - 1, x.shape[1])
    return np.array([np.interp(np.arange(samples), grid, row) for row in x]) if source != target else x


def fourier(x: np.ndarray, source: int, target: int):
    return resample(x, target * SECONDS, axis=1) if source != target else x


def every(x: np.ndarray, source: int, target: int):
    if source % target == 0:
        return x[:, ::source // target]
    at = np.arange(target * SECONDS) * source / target
    return np.array([np.interp(at, np.arange(x.shape[1]), row) for row in x])


# Amplitudes.

def z(x: np.ndarray, axis=None, epsilon=0.0, ddof=0):
    mean, sd = x.mean(axis=axis, keepdims=True), x.std(axis=axis, ddof=ddof, keepdims=True)
    return np.divide(x - mean, sd + epsilon, out=np.zeros_like(x), where=sd > 1e-9)


def crops(x: np.ndarray, length: int, starts):
    return np.stack([x[:, start:start + length] for start in starts])


# The models: (mV [12, n], Hz) -> [crops, ...].

def merl(x, hz):
    x = poly(near(x), hz, 500)
    x = (x - x.min()) / (x.max() - x.min() + 1e-8)
    return x[None, [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11]]


def ecg_fm(x, hz):
    return crops(z(linear(whole(x), hz, 500), axis=1), 2500, [0, 2500])


def ecgfounder_readme(x, hz):
    x = poly(np.nan_to_num(x), hz, 500)
    x = filtfilt(*iirnotch(50, 30, 500), x)
    x = filtfilt(*butter(4, [0.67, 40], "bandpass", fs=500), x)
    x = x - np.array([medfilt(row, 201) for row in x])
    return z(x, epsilon=1e-8)[None]


def ecgfounder_eval(x, hz):
    return z(poly(np.nan_to_num(x), hz, 500), epsilon=1e-8)[None]


def xresnet1d101(x, hz):
    x = (poly(whole(x), hz, 100) + 0.00083) / 0.23225
    return crops(x, 250, range(0, 751, 125))


def ecg_coca(x, hz):
    return poly(np.nan_to_num(x), hz, 500)[None]


def ked(x, hz):
    return poly(np.nan_to_num(x), hz, 100)[None, [0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11]]


def ribeiro(x, hz):
    return np.pad(poly(whole(x), hz, 400), ((0, 0), (48, 48))).T[None]


def echonext_mini(x, hz):
    lower = [-140, -206, -324, -247, -153, -249, -369, -522, -554, -411, -290, -209]
    upper = [287, 297, 236, 118.5, 270, 245.5, 219, 297, 366, 450, 451, 396]
    mean = [5.439, 4.386, -0.883, -4.901, 3.179, 1.719, -4.385, -1.499, -0.239, 3.622, 5.397, 5.661]
    sd = [32.428, 31.373, 30.155, 28.126, 27.098, 26.149, 37.739, 52.793, 56.751, 49.902, 45.001, 39.066]
    x = every(whole(x), hz, 250) / 0.00488
    one, two = x[0], x[1]
    x[2:6] = two - one, -(one + two) / 2, one - two / 2, two - one / 2
    x = x - np.array([medfilt(medfilt(row, 51), 151) for row in x])
    x = np.clip(x.T, lower, upper)
    return ((x - mean) / sd)[None, None]


def st_mem(x, hz):
    x = crops(fourier(whole(x), hz, 250), 2250, [0, 125, 250])
    x = sosfiltfilt(butter(5, 0.67, "highpass", fs=250, output="sos"), x)
    x = sosfiltfilt(butter(5, 40, "lowpass", fs=250, output="sos"), x)
    return np.stack([z(crop) for crop in x])


def hubert_ecg(x, hz):
    x = np.where(np.isnan(present(x)), np.nanmean(x), x)
    x = filtfilt(firwin(151, [0.05, 47], pass_zero=False, fs=500), [1.0], fourier(x, hz, 500))
    least, most = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    x = 2 * (x - least) / (most - least + 1e-8) - 1
    return decimate(x[:, :2500].reshape(-1), 5)[None]


def esi(x, hz):
    x = z(poly(lead_mean(x), hz, 500), epsilon=1e-6, ddof=1)
    return x[[0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11]].T[None]


def deepecg(x, hz):
    return every(whole(x), hz, 250)[None] * (1 / 0.0048)


def ecg_jepa(x, hz):
    return fourier(whole(x[EIGHT]), hz, 250)[None]


MODELS = {
    "merl": merl, "ecg-fm": ecg_fm, "ecgfounder-readme": ecgfounder_readme,
    "ecgfounder-eval": ecgfounder_eval, "xresnet1d101": xresnet1d101, "ecg-coca": ecg_coca,
    "ked": ked, "ribeiro": ribeiro, "echonext-mini": echonext_mini, "st-mem": st_mem,
    "hubert-ecg": hubert_ecg, "esi": esi, "deepecg": deepecg, "ecg-jepa": ecg_jepa,
}


def echonext_tabular() -> list[dict]:
    """Sex, then scaled age, rate, atrial rate, PR, QRS and QTc; gaps as the model fills them."""
    mean = np.array([61.270, 83.379, 89.227, 142.881, 94.809, 452.880])
    sd = np.array([16.009, 20.389, 44.435, 57.741, 21.872, 40.091])
    cases = [({"ageYears": 70, "sex": "male", "measurements":
               {"heartRateBpm": 88, "prMs": 160, "qrsMs": 96, "qtcMs": 430}}, [70, 88, 0, 160, 96, 430]),
             ({"ageYears": 41, "sex": "female", "measurements":
               {"heartRateBpm": 120, "qrsMs": 140}}, [41, 120, 0, 0, 140, np.nan])]
    out = []
    for known, values in cases:
        scaled = np.nan_to_num((np.array(values) - mean) / sd)
        out.append({"known": known, "values": [float(known["sex"] == "male"), *scaled.tolist()]})
    return out


def prime_from(n: int) -> int:
    while any(n % p == 0 for p in range(2, int(n ** 0.5) + 1)):
        n += 1
    return n


def main(folder: str):
    os.makedirs(folder, exist_ok=True)
    raw, kept, cases, sources = [], [], [], []
    for name, (rate, mv) in records().items():
        counts = np.where(np.isnan(mv), HOLE, np.round(np.nan_to_num(mv) * 1000)).astype("<i2")
        sources.append({"name": name, "rateHz": rate, "samples": mv.shape[1],
                        "missing": [LEADS[i] for i in np.where(np.isnan(mv).all(axis=1))[0]]})
        raw.append(counts.ravel())
        # The engine holds mV as float32, whatever the counts.
        engine = (mv.astype(np.float32)).astype(np.float64)
        for model, prepare in MODELS.items():
            case = {"model": model, "record": name}
            try:
                tensor = prepare(engine.copy(), rate)
            except Refused as refused:
                cases.append({**case, "refused": str(refused)})
                continue
            flat = tensor.ravel()
            stride = prime_from(max(1, flat.size // SAMPLES_KEPT))
            part = flat[::stride].astype("<f4")
            cases.append({**case, "shape": list(tensor.shape), "stride": stride, "kept": part.size,
                          "max": float(np.abs(flat).max()), "energy": float(np.square(flat).sum())})
            kept.append(part)
    np.save(os.path.join(folder, "contracts-raw.npy"), np.concatenate(raw))
    np.save(os.path.join(folder, "contracts.npy"), np.concatenate(kept))
    with open(os.path.join(folder, "contracts.json"), "w") as file:
        json.dump({
            "about": "contracts-raw.npy: int16 microvolt, record after record, [lead, sample], -32768 no sample; "
                     "contracts.npy: float32, every stride-th element of each tensor from the first on, case after case",
            "leads": LEADS, "records": sources, "cases": cases, "tabular": echonext_tabular(),
        }, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
