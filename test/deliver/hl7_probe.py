"""Reads messages with hl7apy, which knows the standard's segments and types, and with hl7; prints what each found."""

import json
import sys
import tempfile

import hl7
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import ValidationError
from hl7apy.parser import parse_message
from hl7apy.validation import Validator

FACETS = ["68480", "68481", "68482", "68483", "68484", "68485", "68546"]


def errors_of(message):
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as report:
        try:
            Validator.validate(message, report_file=report.name)
        except ValidationError:
            pass  # The first of those in the report.
        return [line.strip() for line in report if line.startswith("Error")]


def strict(text):
    """hl7apy has no ORU_R40 in any version; HL7 2.6 has that event's structure as ORU_R01."""
    message = parse_message(text.replace("ORU^R40^ORU_R40", "ORU^R01^ORU_R01"), validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=True)
    errors = errors_of(message)
    group = message.oru_r01_patient_result
    order = group.oru_r01_order_observation
    return {
        "errors": errors,
        "version": message.msh.msh_12.to_er7(),
        "event": message.msh.msh_21.ei_1.to_er7(),
        "patientClass": group.oru_r01_patient.oru_r01_visit.pv1.pv1_2.to_er7() if group.oru_r01_patient.oru_r01_visit else None,
        "filler": order.obr.obr_3.ei_1.to_er7(),
        "observations": len(order.oru_r01_observation),
    }


def plain(text):
    message = hl7.parse(text)
    obx = [[str(field) for field in segment] for segment in message.segments("OBX")]
    facets = {}
    for segment in obx:
        code = segment[3].split("^")[0]
        if code in FACETS:
            facets[code] = message.unescape(segment[5])
    return {"segments": [str(segment[0]) for segment in message], "facets": facets, "subIds": [segment[4] for segment in obx]}


def texts(text):
    """The text of a field, a component, a subcomponent and a repetition; what is empty at the end is not there."""
    message = hl7.parse(text)
    found = []
    for place in [(1, 1, 1, 1), (2, 1, 2, 1), (3, 1, 2, 2), (4, 2, 1, 1)]:
        try:
            found.append(message.extract_field("ZPK", 1, *place))
        except IndexError:
            found.append("")
    return found


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    given = json.load(file)
print(json.dumps({"messages": [{**strict(text), **plain(text)} for text in given["messages"]], "texts": [texts(text) for text in given["texts"]]}))
