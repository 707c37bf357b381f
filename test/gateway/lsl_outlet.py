"""lsl_outlet.py NAME SECONDS GAP: an LSL outlet of three leads in microvolts at 250 Hz; after half of its seconds it loses GAP seconds."""
import sys
import time

import numpy as np
import pylsl

name, seconds, gap = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
RATE = 250
info = pylsl.StreamInfo(name, "ECG", 3, RATE, "float32", f"{name}-source")
channels = info.desc().append_child("channels")
for label in ("I", "II", "V1"):
    channels.append_child("channel").append_child_value("label", label).append_child_value("unit", "microvolts").append_child_value("type", "ECG")
outlet = pylsl.StreamOutlet(info)
while not outlet.have_consumers():
    time.sleep(0.02)
time.sleep(0.3)
start = pylsl.local_clock()
for k in range(seconds * RATE):
    at = start + k / RATE + (gap if k >= seconds * RATE // 2 else 0)
    time.sleep(max(0, at - pylsl.local_clock()))
    outlet.push_sample([float(k), float(-2 * k), float(k % 100)], at)
time.sleep(1)
