"""The signal conditioning of the contract. The engine does exactly the same before the network."""
import numpy as np
from scipy.signal import butter, resample_poly, sosfiltfilt

LEADS = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
RATE_HZ = 100
SAMPLES = 1000
HIGHPASS_HZ = 0.5
CLIP_MV = 5.0


def condition(signal: np.ndarray) -> np.ndarray:
    """[..., samples] in mV at 100 Hz -> float32: zero-phase high-pass per lead, then clip."""
    sos = butter(2, HIGHPASS_HZ, "highpass", fs=RATE_HZ, output="sos")
    filtered = sosfiltfilt(sos, np.asarray(signal, np.float64), axis=-1)
    return np.clip(filtered, -CLIP_MV, CLIP_MV).astype(np.float32)


def resample(signal: np.ndarray, up: int, down: int) -> np.ndarray:
    """Polyphase resampling along the last axis, in float64, scipy's default window."""
    return resample_poly(np.asarray(signal, np.float64), up, down, axis=-1)
