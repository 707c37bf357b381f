"""Writes the references of test/condition/steps.test.ts: golden_steps.py OUT_DIR. Every step of a contract by itself, by numpy and scipy."""
import json
import os
import sys
from fractions import Fraction

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import (butter, decimate, filtfilt, firwin, iirnotch, lfilter, lfilter_zi,
                          medfilt, resample, resample_poly, sosfilt, sosfilt_zi, sosfiltfilt)

LEADS = ["V1", "I"]


def signal(rate: int, samples: int) -> np.ndarray:
    """Two leads in mV: waves, an offset and noise, as float32 holds them."""
    rng = np.random.default_rng(rate + samples)
    time = np.arange(samples) / rate
    one = 0.2 + np.sin(2 * np.pi * 1.3 * time) + 0.3 * np.sin(2 * np.pi * 50 * time)
    two = -0.4 + 0.5 * np.sin(2 * np.pi * 7 * time + 1)
    both = np.stack([one, two]) + rng.normal(0, 0.1, (2, samples))
    return np.round(both, 3).astype(np.float32).astype(np.float64)


def causal(b, a, x):
    state = lfilter_zi(b, a)
    return np.array([lfilter(b, a, row, zi=state * row[0])[0] for row in x])


def per_row(function, x):
    return np.array([function(row) for row in x])


def filters(rate: int, x: np.ndarray):
    for hertz in (50, 60):
        b, a = iirnotch(hertz, 30, rate)
        step = {"step": "notch", "frequencyHz": hertz, "q": 30, "scope": "lead"}
        yield {**step, "phase": "zero"}, filtfilt(b, a, x)
        yield {**step, "phase": "causal"}, causal(b, a, x)
    for kind, corners in (("highpass", [0.5]), ("lowpass", [40]), ("bandpass", [0.67, 40])):
        cut = corners if kind == "bandpass" else corners[0]
        for order in (1, 3, 5):
            sos = butter(order, cut, kind, fs=rate, output="sos")
            zi = sosfilt_zi(sos)
            step = {"step": "butterworth", "kind": kind, "order": order, "cornersHz": corners, "scope": "lead"}
            yield {**step, "phase": "zero"}, sosfiltfilt(sos, x)
            yield {**step, "phase": "causal"}, per_row(lambda row: sosfilt(sos, row, zi=zi * row[0])[0], x)
        taps = firwin(int(0.1 * rate) | 1, cut, pass_zero=kind, fs=rate)
        half = len(taps) // 2
        step = {"step": "fir", "kind": kind, "lengthS": 0.1, "cornersHz": corners, "scope": "lead"}
        yield {**step, "phase": "zero"}, filtfilt(taps, [1.0], x)
        yield {**step, "phase": "causal"}, causal(taps, [1.0], x)
        yield {**step, "phase": "delay"}, per_row(lambda row: np.convolve(row, taps)[half:half + len(row)], x)
    for windows in ([0.2], [0.2, 0.6]):
        sizes = [int(round(seconds * rate)) | 1 for seconds in windows]
        for edges in ("zero", "reflect"):
            base = x
            for size in sizes:
                base = per_row(lambda row: medfilt(row, size) if edges == "zero" else median_filter(row, size), base)
            yield {"step": "median-baseline", "windowsS": windows, "edges": edges, "scope": "lead"}, x - base


def amplitudes(x: np.ndarray):
    yield {"step": "gain", "factor": 2.5, "frozen": "device"}, x * 2.5
    yield {"step": "clip", "limit": 0.4}, np.clip(x, -0.4, 0.4)
    yield {"step": "clip", "lower": [-0.3, -1], "upper": 0.25}, np.clip(x, [[-0.3], [-1]], 0.25)
    yield {"step": "quantise", "stepSize": 0.25}, np.rint(x / 0.25) * 0.25
    yield {"step": "quantise", "stepSize": 0.25, "rounding": "truncate"}, np.trunc(x / 0.25) * 0.25
    yield {"step": "scale", "mean": [0.1, -0.2], "sd": 0.5}, (x - [[0.1], [-0.2]]) / 0.5
    for scope, axis in (("lead", 1), ("record", None)):
        mean = x.mean(axis=axis, keepdims=True)
        for ddof in (0, 1):
            sd = x.std(axis=axis, ddof=ddof, keepdims=True)
            yield {"step": "zscore", "scope": scope, "epsilon": 0.01, "ddof": ddof}, (x - mean) / (sd + 0.01)
        least, most = x.min(axis=axis, keepdims=True), x.max(axis=axis, keepdims=True)
        yield ({"step": "minmax", "scope": scope, "lower": -1, "upper": 2, "epsilon": 0.01},
               3 * (x - least) / (most - least + 0.01) - 1)


def pads(x: np.ndarray):
    for side, before in (("start", 13), ("end", 0), ("centre", 6), ("both", 6)):
        yield {"step": "pad", "samples": x.shape[1] + 13, "side": side}, np.pad(x, ((0, 0), (before, 13 - before)))


def rates(source: int, x: np.ndarray):
    for target in (100, 240, 250, 400, 500):
        if target == source:
            continue
        ratio = Fraction(target, source)
        samples = round(x.shape[1] * ratio)
        fit = lambda y: np.pad(y, ((0, 0), (0, max(0, samples - y.shape[1]))))[:, :samples]
        at = np.linspace(0, int(x.shape[1] * ratio) - 1, x.shape[1])
        step = {"step": "resample", "rateHz": target}
        yield {**step, "method": "polyphase"}, fit(resample_poly(x, ratio.numerator, ratio.denominator, axis=1))
        yield {**step, "method": "fft"}, fit(resample(x, int(x.shape[1] * ratio), axis=1))
        yield {**step, "method": "linear"}, fit(per_row(lambda row: np.interp(np.arange(int(x.shape[1] * ratio)), at, row), x))
        if source % target == 0:
            factor = source // target
            yield {**step, "method": "decimate"}, fit(x[:, ::factor])
            yield {**step, "method": "decimate-chebyshev"}, fit(decimate(x, factor, axis=1))


def crops(x: np.ndarray):
    n = x.shape[1]
    cut = lambda starts: np.stack([np.pad(x, ((0, 0), (0, 250)))[:, s:s + 250] for s in starts])
    yield {"step": "crop", "samples": 250, "strideSamples": 100}, cut(range(0, n - 249, 100))
    yield {"step": "crop", "samples": 250, "strideSamples": 100, "tail": "keep"}, cut([0, 100, 200, 300, 400])
    yield {"step": "crop", "samples": 250, "starts": [7, 300, 500]}, cut([7, 300, 500])
    yield {"step": "crop", "samples": 250}, cut(range(0, n - 249, 250))


def holes() -> list[dict]:
    x = signal(250, 120)
    x[0, 40:44] = x[0, :3] = x[1, 117:] = x[1, 50:80] = np.nan
    rows = {
        "zero": np.nan_to_num(x),
        "lead-mean": np.where(np.isnan(x), np.nanmean(x, axis=1, keepdims=True), x),
        "record-mean": np.where(np.isnan(x), np.nanmean(x), x),
        "interpolate": per_row(lambda row: np.interp(np.arange(120), np.flatnonzero(~np.isnan(row)), row[~np.isnan(row)]), x),
    }
    text = [[None if np.isnan(v) else float(v) for v in row] for row in x]
    return [{"nan": rule, "input": text, "output": rounded(y)} for rule, y in rows.items()]


def rounded(y: np.ndarray):
    return np.round(y, 9).tolist()


def main(folder: str):
    signals, cases = [], []

    def add(rate: int, x: np.ndarray, made):
        signals.append({"rateHz": rate, "rows": x.tolist()})
        for step, y in made:
            cases.append({"signal": len(signals) - 1, "step": step, "samples": y.shape[-1],
                          "output": np.float32(y).astype(np.float64).round(7).ravel().tolist()})

    x = signal(250, 331)
    add(250, x, list(filters(250, x)))
    x = signal(100, 97)
    add(100, x, [*amplitudes(x), *pads(x)])
    for rate, samples in ((500, 300), (360, 216), (250, 257), (1000, 307)):
        x = signal(rate, samples)
        add(rate, x, list(rates(rate, x)))
    x = signal(100, 610)
    add(100, x, list(crops(x)))
    with open(os.path.join(folder, "steps.json"), "w") as file:
        json.dump({"about": "one step each: signals in mV [lead, sample], outputs [crop, lead, sample]; numpy and scipy",
                   "leads": LEADS, "signals": signals, "cases": cases, "holes": holes()}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
