"""Three synthetic 12-lead records, 500 Hz, 10 s, made of Gaussian waves. They resemble no patient."""
import numpy as np

RATE_HZ = 500
SECONDS = 10
ALL_LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
EIGHT = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
# Height in mV of P, Q, R, S and T in each of the eight leads.
WAVES = np.array([
    [0.08, -0.05, 0.60, -0.10, 0.20], [0.12, -0.08, 1.00, -0.15, 0.30],
    [0.05, 0.00, 0.20, -0.90, -0.10], [0.06, 0.00, 0.40, -1.40, 0.40],
    [0.06, -0.02, 0.80, -0.90, 0.45], [0.06, -0.05, 1.30, -0.50, 0.40],
    [0.06, -0.08, 1.20, -0.20, 0.30], [0.06, -0.08, 0.90, -0.08, 0.25],
])
OFFSET_S = np.array([-0.16, -0.03, 0.0, 0.03, 0.28])
WIDTH_S = np.array([0.022, 0.009, 0.011, 0.010, 0.050])


def beats(at_s, waves=WAVES, stretch: float = 1.0) -> np.ndarray:
    """[8, samples] in mV; `stretch` widens Q, R and S."""
    time = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    factor = np.array([1, stretch, stretch, stretch, 1])
    out = np.zeros((len(EIGHT), len(time)))
    for start in at_s:
        for k in range(5):
            distance = (time - start - OFFSET_S[k] * factor[k]) / (WIDTH_S[k] * factor[k])
            out += waves[:, k:k + 1] * np.exp(-0.5 * distance ** 2)
    return out


def twelve(eight: np.ndarray) -> np.ndarray:
    one, two = eight[0], eight[1]
    limb = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    return np.concatenate([np.array(limb), eight[2:]])


def records() -> tuple[list[str], np.ndarray]:
    """Names and int16 microvolts [3, 12, 5000]."""
    rng = np.random.default_rng(7)
    time = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    regular = beats(np.arange(0.4, SECONDS, 60 / 72))
    no_p = WAVES.copy()
    no_p[:, 0] = 0
    irregular = beats(np.cumsum(rng.uniform(0.4, 0.95, 16)), no_p)
    irregular += 0.05 * np.sin(2 * np.pi * 6.3 * time + 0.4 * np.sin(2 * np.pi * 0.7 * time))
    irregular += 0.3 * np.sin(2 * np.pi * 0.25 * time) + rng.normal(0, 0.02, irregular.shape)
    wide = beats(np.arange(0.7, SECONDS, 60 / 45), WAVES * 1.5, 2.2) + 0.8
    wide[3] *= 5  # V2 beyond the clip
    wide[4] = 0  # V3 not connected
    every = np.stack([twelve(x) for x in (regular, irregular, wide)])
    return ["regular", "irregular", "wide"], np.round(every * 1000).astype(np.int16)
