"""The other side of the benchmark: one line of JSON in, one out. Run by test/bench/scipy.ts."""

import base64
import json
import sys
import time

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

rows = None


def work(ask):
    if ask["op"] == "resample_poly":
        return lambda: resample_poly(rows, ask["up"], ask["down"], axis=1)
    sos = butter(ask["order"], ask["corners"], "bandpass", fs=ask["rate"], output="sos")
    return lambda: sosfilt(sos, rows, axis=1)


for line in sys.stdin:
    ask = json.loads(line)
    if "rows" in ask:
        rows = np.frombuffer(base64.b64decode(ask["rows"])).reshape(ask["leads"], -1)
        print(json.dumps({}), flush=True)
        continue
    run = work(ask)
    result = run()
    start = time.perf_counter()
    count = 0
    while True:
        run()
        count += 1
        elapsed = time.perf_counter() - start
        if elapsed * 1000 >= ask["ms"]:
            break
    answer = {"us": elapsed / count * 1e6}
    if ask.get("result"):
        answer["result"] = base64.b64encode(np.ascontiguousarray(result, dtype=np.float64).tobytes()).decode()
    print(json.dumps(answer), flush=True)
