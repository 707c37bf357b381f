#!/usr/bin/env python3
"""A Lab Streaming Layer stream of ECG into Purkinje, through `purkinje gateway grpc`.

    pip install pylsl==1.18.6 grpcio==1.76.0 grpcio-tools==1.76.0
    PURKINJE_MONITOR_TOKEN=… python bridge.py --device bed-1 --gateway 127.0.0.1:8083

Takes the first stream of type ECG (or --name). Its channels must say their lead (`label`: I, II, V1 …) and unit (`microvolts`, `millivolts`,
`volts`): a channel without them is refused. Each second of samples is one SignalChunk, numbered from the bridge's start; what the
gateway has not answered is sent again. For research: not a medical device.
"""
import argparse
import collections
import importlib
import os
import pathlib
import queue
import sys
import tempfile
import time

import grpc
import numpy as np
import pylsl
from pylsl.util import LostError

MV_PER = {"volts": 1e3, "v": 1e3, "millivolts": 1.0, "mv": 1.0, "microvolts": 1e-3, "uv": 1e-3, "µv": 1e-3}
LEADS = {name.lower(): name for name in ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]}
# Chunks that may wait for their answers before nothing more is read; as many as the gateway gives credit for.
UNANSWERED_MAX = 64
RECONNECT_S = 1.0
# Samples follow one another up to so long a time between them; beyond it, some are missing. A clock that drifts makes no gap.
GAP_S = 0.5


def stubs(proto: pathlib.Path):
    """The messages of proto/ecg/v1, compiled into a folder of their own."""
    from grpc_tools import protoc

    out = tempfile.mkdtemp(prefix="purkinje-proto-")
    files = ["ecg/v1/signal.proto", "ecg/v1/ingest.proto"]
    if protoc.main(["", f"-I{proto}", f"--python_out={out}", f"--grpc_python_out={out}", *files]) != 0:
        sys.exit(f"bridge: {proto} holds no ecg/v1/ingest.proto: give its folder with --proto")
    sys.path.insert(0, out)
    return [importlib.import_module(name) for name in ("ecg.v1.signal_pb2", "ecg.v1.ingest_pb2_grpc")]


def channels(info: pylsl.StreamInfo):
    """Lead and mV per unit of each channel."""
    found = []
    channel = info.desc().child("channels").child("channel")
    for number in range(info.channel_count()):
        label, unit = channel.child_value("label"), channel.child_value("unit")
        if label.lower() not in LEADS:
            sys.exit(f"bridge: channel {number + 1} of {info.name()} is labelled {label!r}: label it with its lead ({', '.join(LEADS.values())})")
        if unit.lower() not in MV_PER:
            sys.exit(f"bridge: channel {label} of {info.name()} has the unit {unit!r}: say microvolts, millivolts or volts")
        found.append((LEADS[label.lower()], MV_PER[unit.lower()]))
        channel = channel.next_sibling("channel")
    return found


class Numbering:
    """Sample numbers: counted, with a gap where times say that samples are missing."""

    def __init__(self, rate_hz: float):
        self.rate_hz = rate_hz
        self.next = 0
        self.due = None

    def place(self, times: np.ndarray) -> int:
        if self.due is not None and times[0] - self.due > GAP_S:
            self.next += round((times[0] - self.due) * self.rate_hz)
        first = self.next
        self.next += len(times)
        self.due = times[-1] + 1 / self.rate_hz
        return first


def seconds_of(inlet: pylsl.StreamInlet, rate_hz: float):
    """Samples (rows) and their times, at most a second at a time and none across a gap, until the stream ends."""
    samples, times = [], []
    while True:
        try:
            new, at = inlet.pull_chunk(timeout=0.2, max_samples=round(rate_hz) - len(times))
        except LostError:
            break
        samples += new
        times += at
        if len(times) >= round(rate_hz):
            yield from whole(samples, times)
            samples, times = [], []
    if times:
        yield from whole(samples, times)


def whole(samples, times):
    gaps = np.flatnonzero(np.diff(times) > GAP_S) + 1
    return zip(np.split(np.asarray(samples), gaps), np.split(np.asarray(times), gaps))


class Sender:
    """Chunks to the gateway, each kept until it is answered."""

    def __init__(self, address: str, token: str, service):
        self.address, self.service = address, service
        self.metadata = [("authorization", f"Bearer {token}")]
        self.unanswered = collections.deque()
        self.refused = 0
        self.open()

    def open(self):
        self.outgoing = queue.SimpleQueue()
        self.channel = grpc.insecure_channel(self.address)
        for chunk in self.unanswered:
            self.outgoing.put(chunk)
        self.answers = self.service.IngestServiceStub(self.channel).Ingest(iter(self.outgoing.get, None), metadata=self.metadata)
        self.answered = None

    def send(self, chunk):
        self.unanswered.append(chunk)
        self.outgoing.put(chunk)
        while len(self.unanswered) >= UNANSWERED_MAX:
            self.hear()

    def hear(self):
        """One answer; where the call has ended, a new one that begins with what has none."""
        try:
            answer = next(self.answers)
        except StopIteration:
            sys.exit("bridge: the gateway ended the call")
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED):
                sys.exit(f"bridge: the gateway refuses: {error.code().name}: {error.details()}")
            print(f"bridge: {error.details()}: trying again", file=sys.stderr)
            self.channel.close()
            time.sleep(RECONNECT_S)
            return self.open()
        result = answer.WhichOneof("result")
        if result is None:
            return
        self.unanswered.popleft()
        if result == "refused":
            self.refused += 1
            print(f"bridge: a chunk is refused: {answer.refused.reason}", file=sys.stderr)

    def close(self):
        while self.unanswered:
            self.hear()
        self.outgoing.put(None)
        self.channel.close()


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--device", required=True, help="its name in Purkinje")
    asked.add_argument("--gateway", default="127.0.0.1:8083", help="host:port of purkinje gateway grpc")
    asked.add_argument("--name", help="of the stream; default: the first of type ECG")
    asked.add_argument("--proto", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "proto")
    asked.add_argument("--wait", type=float, default=60, help="seconds for the stream to appear")
    given = asked.parse_args()
    token = os.environ.get("PURKINJE_MONITOR_TOKEN") or sys.exit("bridge: set PURKINJE_MONITOR_TOKEN to a token that may ingest")
    signal, service = stubs(given.proto)

    prop = ("name", given.name) if given.name else ("type", "ECG")
    streams = pylsl.resolve_byprop(*prop, timeout=given.wait)
    if not streams:
        sys.exit(f"bridge: no stream of {prop[0]} {prop[1]} within {given.wait:.0f} s")
    # Times by this machine's clock. Not made even: that would smear a gap over the seconds after it.
    inlet = pylsl.StreamInlet(streams[0], recover=False, processing_flags=pylsl.proc_clocksync)
    info = inlet.info()
    rate_hz = info.nominal_srate()
    if rate_hz <= 0:
        sys.exit(f"bridge: {info.name()} has no nominal rate: an ECG has one")
    leads = channels(info)
    unix_minus_lsl = time.time() - pylsl.local_clock()
    epoch = round(time.time() * 1000)
    numbering = Numbering(rate_hz)
    sender = Sender(given.gateway, token, service)
    sequence = 0
    for samples, times in seconds_of(inlet, rate_hz):
        first = numbering.place(times)
        sender.send(
            signal.SignalChunk(
                schema_version=1,
                device=given.device,
                epoch=epoch,
                sequence=sequence,
                first_sample=first,
                device_time_ms=round((times[0] + unix_minus_lsl) * 1000),
                rate_hz=rate_hz,
                declared_leads=[lead for lead, _ in leads],
                blocks=[
                    signal.LeadBlock(lead=lead, origin=signal.ORIGIN_MEASURED, adu_per_mv=1 / mv_per, format=signal.SAMPLE_FORMAT_FLOAT32, samples=samples[:, k].astype("<f4").tobytes())
                    for k, (lead, mv_per) in enumerate(leads)
                ],
            )
        )
        sequence += 1
    sender.close()
    print(f"bridge: the stream ended; {sequence} chunks sent, {sender.refused} refused")


if __name__ == "__main__":
    main()
