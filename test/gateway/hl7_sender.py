"""Sends files of messages over MLLP, as an interface engine does: one at a time, each again until it is acknowledged.

usage: hl7_sender.py PORT PAUSE_S FILE...   one connection a file; prints one JSON object when all is acknowledged
"""

import json
import sys
import threading
import time

import hl7
from hl7.client import MLLPClient

ANSWER_MAX_S = 20
GIVE_UP_S = 300


class Bed(threading.Thread):
    def __init__(self, port, path):
        super().__init__(daemon=True)
        self.port = port
        with open(path, encoding="utf-8") as file:
            self.messages = json.load(file)
        self.acknowledged = 0
        self.resent = 0
        self.refused = []
        self.pause = 0.0

    def run(self):
        client = None
        for text in self.messages:
            wanted = str(hl7.parse(text).segment("MSH")[10])
            deadline = time.monotonic() + GIVE_UP_S
            first = True
            while time.monotonic() < deadline:
                if not first:
                    self.resent += 1
                first = False
                try:
                    if client is None:
                        client = MLLPClient("127.0.0.1", self.port)
                        client.socket.settimeout(ANSWER_MAX_S)
                    answer = client.send_message(text)
                    if not answer:
                        raise OSError("closed")
                    msa = hl7.parse(answer.strip(b"\x0b\x1c\r").decode("utf-8") + "\r").segment("MSA")
                except (OSError, IndexError):
                    if client is not None:
                        client.socket.close()
                    client = None
                    time.sleep(0.1)
                    continue
                if str(msa[2]) != wanted:
                    raise SystemExit(f"acknowledged {msa[2]} where {wanted} was sent")
                if str(msa[1]) == "AR":
                    self.refused.append(answer.decode("utf-8"))
                    break
                if str(msa[1]) == "AA":
                    self.acknowledged += 1
                    break
                time.sleep(0.1)
            time.sleep(self.pause)


def main():
    beds = [Bed(int(sys.argv[1]), path) for path in sys.argv[3:]]
    for bed in beds:
        bed.pause = float(sys.argv[2])
        bed.start()
    for bed in beds:
        bed.join()
    print(json.dumps({"acknowledged": sum(b.acknowledged for b in beds), "resent": sum(b.resent for b in beds), "refused": sum((b.refused for b in beds), [])}))


main()
