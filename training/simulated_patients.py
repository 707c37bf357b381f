"""Simulated patients for the heads that only they can teach: simulated_patients.py --seeds N --out FILE.npz.

Each seed is one call of `purkinje simulate`, which writes one patient of each condition. FILE holds `signal` int16 [n, 8, 1000]
(100 Hz, 10 uV a step, leads I II V1 .. V6), `condition` [n] and `seed` [n].
"""
import argparse
import glob
import os
import subprocess
import tempfile

import numpy as np
import wfdb

from purkinje_training.condition import LEADS, resample

MAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "dist", "cli", "main.js")
SECONDS, STEP_MV = 10, 0.01
RATE_HZ = 500


def patients(seed: int) -> list[tuple[str, np.ndarray]]:
    """(condition, mV [8, 1000]) of every condition; a sample that the monitor has not is zero."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["node", MAIN, "simulate", "--out", folder, "--duration", f"{SECONDS}s", "--rate", str(RATE_HZ), "--seed", str(seed)],
                       check=True, stdout=subprocess.DEVNULL)
        out = []
        for path in sorted(glob.glob(os.path.join(folder, "*.hea"))):
            record = wfdb.rdrecord(path.removesuffix(".hea"))
            order = [record.sig_name.index(lead) for lead in LEADS]
            mv = np.nan_to_num(record.p_signal[:, order].T)
            out.append((record.record_name, resample(mv, 1, RATE_HZ // 100)))
        return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seeds", type=int, required=True)
    p.add_argument("--out", required=True)
    args = p.parse_args()
    rows = [(seed, name, mv) for seed in range(1, args.seeds + 1) for name, mv in patients(seed)]
    signal = np.stack([np.clip(np.round(mv / STEP_MV), -32767, 32767).astype(np.int16) for _, _, mv in rows])
    np.savez_compressed(args.out, signal=signal, condition=np.array([name for _, name, _ in rows]), seed=np.array([seed for seed, _, _ in rows]))
    print(f"{len(rows)} patients, {len({name for _, name, _ in rows})} conditions: {args.out}")


if __name__ == "__main__":
    main()
