"""Builds ORU^R01 with hl7apy, field by field from its own structures, and sends them over MLLP, each again until it is acknowledged.

usage: hl7apy_sender.py PORT BEDS SECONDS   prints one JSON object: what was sent, by bed and lead, and what was answered
"""

import json
import math
import socket
import sys
from datetime import datetime, timedelta, timezone

from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message
from hl7apy.parser import parse_message

START = datetime(2026, 3, 1, 12, 0, 0, 741000, tzinfo=timezone(timedelta(hours=1)))
RATE = 250
CODES = {"I": 131329, "II": 131330, "V1": 131331}
# A device whose second is 1/1.00006 of ours.
DRIFT = 1.00006


def counts_of(bed, second, lead):
    return [round(400 * math.sin((bed + 1) * 0.3 + (second * RATE + i) * 0.05 * (lead + 1))) for i in range(RATE)]


def time_of(second):
    at = START + timedelta(seconds=second * DRIFT)
    return at.strftime("%Y%m%d%H%M%S.") + f"{at.microsecond // 1000:03d}" + at.strftime("%z")


def observation(group, number, kind, code, name, sub, value, unit=None):
    obx = group.add_segment("OBX")
    obx.obx_1, obx.obx_2 = str(number), kind
    obx.obx_3 = f"{code}^{name}^MDC"
    obx.obx_4 = sub
    obx.obx_5 = value
    if unit:
        obx.obx_6 = unit
    obx.obx_11 = "R"
    return obx


def message_of(bed, second):
    message = Message("ORU_R01", version="2.6", validation_level=VALIDATION_LEVEL.TOLERANT)
    message.msh.msh_3, message.msh.msh_4 = "MONITOR", "ICU"
    message.msh.msh_7 = time_of(second)
    message.msh.msh_9 = "ORU^R01^ORU_R01"
    message.msh.msh_10 = f"{bed}-{second}"
    message.msh.msh_11 = "P"
    result = message.add_group("oru_r01_patient_result")
    patient = result.add_group("oru_r01_patient")
    pid = patient.add_segment("PID")
    pid.pid_3, pid.pid_5 = "made-up^^^HOSP^PI", "Nobody^Nora"
    order = result.add_group("oru_r01_order_observation")
    obr = order.add_segment("OBR")
    obr.obr_1, obr.obr_4, obr.obr_7 = "1", "69121^MDC_OBS_WAVE_CTS^MDC", time_of(second)
    number = 1
    for k, (lead, code) in enumerate(CODES.items()):
        counts = counts_of(bed, second, k)
        # Lead V1 comes in mV with decimals, the others as counts.
        values = [f"{count * 0.0025:.4f}" for count in counts] if lead == "V1" else [str(count) for count in counts]
        group = order.add_group("oru_r01_observation")
        obx = observation(group, number, "NA", code, f"MDC_ECG_ELEC_POTL_{lead}", f"1.1.{k + 1}.1", "^".join(values), "266418^MDC_DIM_MILLI_VOLT^MDC" if lead == "V1" else None)
        obx.obx_18 = f"bed-{bed}^^0102030405060708^EUI-64"
        group = order.add_group("oru_r01_observation")
        observation(group, number + 1, "NM", 0, "MDC_ATTR_SAMP_RATE", f"1.1.{k + 1}.1.1", str(RATE), "264608^MDC_DIM_HZ^MDC")
        number += 2
        if lead != "V1":
            group = order.add_group("oru_r01_observation")
            observation(group, number, "NM", 2327, "MDC_ATTR_NU_MSMT_RES", f"1.1.{k + 1}.1.2", "0.0025", "266418^MDC_DIM_MILLI_VOLT^MDC")
            number += 1
    return message


def main():
    port, beds, seconds = (int(one) for one in sys.argv[1:])
    answers = {}
    for bed in range(beds):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            received = connection.makefile("rb")
            for second in range(seconds):
                # The fourth is lost on its way; the sixth comes twice.
                if second == 3:
                    continue
                for _ in range(2 if second == 5 else 1):
                    connection.sendall(message_of(bed, second).to_mllp().encode())
                    frame = b""
                    while not frame.endswith(b"\x1c\r"):
                        frame += received.read(1)
                    answer = parse_message(frame.strip(b"\x0b\x1c\r").decode().rstrip("\r"), find_groups=False)
                    assert answer.msa.msa_2.value == f"{bed}-{second}", answer.value
                    answers[answer.msa.msa_1.value] = answers.get(answer.msa.msa_1.value, 0) + 1
    print(json.dumps({"answers": answers, "sent": [[[counts_of(bed, second, lead) for lead in range(3)] for second in range(seconds)] for bed in range(beds)]}))


main()
