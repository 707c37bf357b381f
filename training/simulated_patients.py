"""Simulated patients for the heads that only they can teach: simulated_patients.py --seeds N [--conditions all] --out FILE.npz.

Each seed is one call of `purkinje simulate`, which writes one patient of each condition; conditions that are named are a call each. FILE
holds `signal` int16 [n, 8, 1000] (100 Hz, 10 uV a step, leads I II V1 .. V6), `condition` [n] and `seed` [n].
"""
import argparse
import glob
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import wfdb

from purkinje_training.condition import LEADS, resample

MAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "dist", "cli", "main.js")
SECONDS, STEP_MV = 10, 0.01
RATE_HZ = 500
# The work is in node: threads that wait for it are enough.
AT_ONCE = 2


def patients(seed: int, condition: str | None) -> list[tuple[int, str, np.ndarray]]:
    """(seed, condition, int16 [8, 1000]) of one condition or of every one; a sample that the monitor has not is zero."""
    one = [] if condition is None else ["--condition", condition]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["node", MAIN, "simulate", "--out", folder, "--duration", f"{SECONDS}s", "--rate", str(RATE_HZ), "--seed", str(seed), *one],
                       check=True, stdout=subprocess.DEVNULL)
        out = []
        for path in sorted(glob.glob(os.path.join(folder, "*.hea"))):
            record = wfdb.rdrecord(path.removesuffix(".hea"))
            order = [record.sig_name.index(lead) for lead in LEADS]
            mv = resample(np.nan_to_num(record.p_signal[:, order].T), 1, RATE_HZ // 100)
            out.append((seed, record.record_name, np.clip(np.round(mv / STEP_MV), -32767, 32767).astype(np.int16)))
        return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seeds", type=int, required=True)
    p.add_argument("--conditions", default="all", help="all, or ids with commas between")
    p.add_argument("--out", required=True)
    args = p.parse_args()
    conditions = [None] if args.conditions == "all" else sorted(set(args.conditions.split(",")))
    calls = [(seed, condition) for seed in range(1, args.seeds + 1) for condition in conditions]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = [row for told in pool.map(lambda call: patients(*call), calls) for row in told]
    seeds, names, signals = zip(*rows)
    np.savez_compressed(args.out, signal=np.stack(signals), condition=np.array(names), seed=np.array(seeds))
    print(f"{len(rows)} patients, {len(set(names))} conditions: {args.out}")


if __name__ == "__main__":
    main()
