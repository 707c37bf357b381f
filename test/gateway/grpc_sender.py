"""Sends chunks of many beds over IngestService with grpcio, each stream as fast as it is let.

usage: grpc_sender.py PORT TOKEN PROTO_FOLDER STREAMS BEDS SECONDS   prints a line a second of what was sent and answered, then one JSON object
"""

import json
import os
import struct
import sys
import tempfile
import threading
import time

import grpc
from grpc_tools import protoc

port, token, protos, streams, beds, seconds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
out = tempfile.mkdtemp()
assert protoc.main(["", f"-I{protos}", f"--python_out={out}", f"--grpc_python_out={out}", "ecg/v1/ingest.proto", "ecg/v1/signal.proto"]) == 0
sys.path.insert(0, out)
from ecg.v1 import ingest_pb2_grpc, signal_pb2  # noqa: E402

RATE = 250
LEADS = ["I", "II"]
START_MS = 1772366400000


def chunk(bed, second):
    blocks = [
        signal_pb2.LeadBlock(lead=lead, origin=1, adu_per_mv=400, format=1, samples=struct.pack(f"<{RATE}h", *((second * 31 + bed * 7 + k * 3 + i) % 2000 - 1000 for i in range(RATE))))
        for k, lead in enumerate(LEADS)
    ]
    return signal_pb2.SignalChunk(schema_version=1, device=f"bed-{bed}", epoch=1, sequence=second, first_sample=second * RATE, device_time_ms=START_MS + second * 1000, rate_hz=RATE, declared_leads=LEADS, blocks=blocks)


class Stream(threading.Thread):
    def __init__(self, index):
        super().__init__(daemon=True)
        self.beds = range(index, beds, streams)
        self.sent = self.answered = self.most = 0
        self.credit = 0
        self.refused = {}
        self.offsets = set()
        self.error = None

    def chunks(self):
        for second in range(seconds):
            for bed in self.beds:
                self.sent += 1
                self.most = max(self.most, self.sent - self.answered)
                yield chunk(bed, second)

    def run(self):
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        try:
            for response in ingest_pb2_grpc.IngestServiceStub(channel).Ingest(self.chunks(), metadata=[("authorization", f"Bearer {token}")]):
                result = response.WhichOneof("result")
                self.credit = response.credit
                if result is None:
                    continue
                assert response.chunk == self.answered, "answers come in order"
                self.answered += 1
                if result == "written":
                    self.offsets.add((response.written.partition, response.written.offset))
                else:
                    self.refused[response.refused.reason] = self.refused.get(response.refused.reason, 0) + 1
        except grpc.RpcError as error:
            self.error = f"{error.code()}: {error.details()}"


all_streams = [Stream(k) for k in range(streams)]
for one in all_streams:
    one.start()
while any(one.is_alive() for one in all_streams):
    time.sleep(0.5)
    print(json.dumps({"sent": sum(s.sent for s in all_streams), "answered": sum(s.answered for s in all_streams)}), flush=True)
places = set().union(*(s.offsets for s in all_streams))
print(
    json.dumps(
        {
            "sent": sum(s.sent for s in all_streams),
            "answered": sum(s.answered for s in all_streams),
            "most": max(s.most for s in all_streams),
            "credit": max(s.credit for s in all_streams),
            "places": len(places),
            "lowest": min((offset for _, offset in places), default=None),
            "refused": [s.refused for s in all_streams if s.refused],
            "errors": [s.error for s in all_streams if s.error],
        }
    )
)
os._exit(0)
