"""Questions in the kinds of ECG-QA, from PTB-XL's labels: make_questions.py DATA FOLDER [--seed N] > questions.jsonl

DATA is the packed set (labels.csv; reports.csv.xz with likelihoods, axis, stage, noise, extra beats), FOLDER a fold as WFDB records (unpack_fold.py). One JSON line a question, with `answers`:
what is right. verify: as many yes as no of each statement, and as many not sure as the labels have (likelihood above 0 and below 80); choose: of two statements one, both or none; query: of every
record its rhythm, diagnoses and form; the attributes of the records that have a report; comparisons of records of one patient. Numeric features have no label: none is asked of.
"""
import argparse
import ast
import csv
import json
import lzma
import os
import random
import re
import sys

DIAGNOSTIC = ("NORM NDT NST_ DIG LNGQT IMI ASMI LVH LAFB ISC_ IRBBB 1AVB IVCD ISCAL CRBBB CLBBB ILMI LAO/LAE AMI ALMI ISCIN INJAS LMI ISCIL LPFB ISCAS INJAL ISCLA RVH ANEUR RAO/RAE EL WPW ILBBB IPLMI "
              "ISCAN IPMI SEHYP INJIN INJLA PMI 3AVB INJIL 2AVB").split()
# Each statement is of one group: those that PTB-XL has in both are diagnoses.
FORM = "ABQRS PVC STD_ VCLVH QWAVE LOWT NT_ PAC LPR INVT LVOLT HVOLT TAB_ STE_ PRC(S)".split()
RHYTHM = "SR AFIB STACH SARRH SBRAD PACE SVARR BIGU AFLT SVTAC PSVT TRIGU".split()
GROUPS = {"diagnostic": DIAGNOSTIC, "form": FORM, "rhythm": RHYTHM}
CODES = list(dict.fromkeys(DIAGNOSTIC + FORM + RHYTHM))
NOISES = ["baseline_drift", "static_noise", "burst_noise", "electrodes_problems"]
PER_CODE = 40
# Of statements with fewer records nothing is asked but in lists.
RECORDS_MIN = 10
AXES = ["MID", "LAD", "ALAD", "RAD", "ARAD"]
STAGES = ["Stadium I", "Stadium II", "Stadium II-III", "Stadium III", "unknown"]


def read(data: str, folder: str) -> list[dict]:
    with lzma.open(os.path.join(data, "reports.csv.xz"), "rt", newline="") as file:
        reports = {int(row["ecg_id"]): row for row in csv.DictReader(file)}
    records = []
    with open(os.path.join(folder, "ptbxl_database.csv"), newline="") as file:
        for row in csv.DictReader(file):
            report = reports.get(int(row["ecg_id"]))
            codes = set(ast.literal_eval(row["scp_codes"]))
            likelihoods = ast.literal_eval(report["scp_codes"]) if report else {}
            unsure = {code for code, value in likelihoods.items() if code in codes and 0 < value < 80}
            records.append({"record": os.path.basename(row["filename_lr"]), "patient": row["patient_id"], "id": int(row["ecg_id"]), "codes": codes, "unsure": unsure, "report": report})
    return records


class Questions:
    def __init__(self, rng: random.Random):
        self.rng, self.count = rng, 0

    def say(self, record: dict, kind: str, attribute: str, target: list[str], answers: list[str], **more):
        self.count += 1
        print(json.dumps({"id": f"q{self.count}", "record": record["record"], "type": kind, "attribute": attribute, "target": target, **more, "answers": answers}))

    def draw(self, of: list, count: int) -> list:
        return self.rng.sample(of, min(count, len(of)))


def known_codes(records: list[dict]) -> list[str]:
    return [code for code in CODES if sum(code in one["codes"] for one in records) >= RECORDS_MIN]


def verify(records: list[dict], out: Questions):
    for code in known_codes(records):
        sure = [one for one in records if code in one["codes"] and code not in one["unsure"]]
        there = out.draw(sure, PER_CODE)
        missing = out.draw([one for one in records if code not in one["codes"]], len(there))
        unsure = out.draw([one for one in records if code in one["unsure"]], len(there) // 8)
        for answer, group in (("yes", there), ("no", missing), ("not sure", unsure)):
            for one in group:
                out.say(one, "verify", "scp", [code], [answer])


def choose(records: list[dict], out: Questions):
    known, codes = [one for one in records if not one["unsure"]], known_codes(records)
    for code in codes:
        for one in out.draw([one for one in known if code in one["codes"]], PER_CODE // 4):
            others = [other for other in codes if other not in one["codes"]]
            pair = [code, out.rng.choice(others)]
            own = [other for other in sorted(one["codes"]) if other != code and other in codes]
            roll = out.rng.random()
            if roll < 0.2 and own:
                pair = [code, out.rng.choice(own)]
            elif roll < 0.4:
                pair = out.rng.sample(others, 2)
            out.rng.shuffle(pair)
            right = [other for other in pair if other in one["codes"]]
            out.say(one, "choose", "scp", pair, right or ["none"], options=pair)


def query(records: list[dict], out: Questions):
    for one in records:
        for group, codes in GROUPS.items():
            out.say(one, "query", "scp", [group], [code for code in codes if code in one["codes"]] or ["none"])


def extra(text: str) -> list[str]:
    found = ["SVES"] if "SVES" in text else []
    return found + (["VES"] if re.search(r"(?<!S)VES", text) else [])


def attributes(records: list[dict], out: Questions):
    """Of records with a report: an empty cell says that there was none."""
    reported = [one for one in records if one["report"]]

    def balanced(attribute: str, target: list[str], is_there):
        there = out.draw([one for one in reported if is_there(one["report"])], 2 * PER_CODE)
        for answer, group in (("yes", there), ("no", out.draw([one for one in reported if not is_there(one["report"])], len(there)))):
            for one in group:
                out.say(one, "verify", attribute, target, [answer])

    for noise in NOISES:
        balanced("noise", [noise], lambda row, noise=noise: row[noise].strip(" ,") != "")
    for one in reported:
        row = one["report"]
        out.say(one, "query", "noise", ["noise"], [noise for noise in NOISES if row[noise].strip(" ,") != ""] or ["none"])
        out.say(one, "query", "extra-systole", ["extra-systole"], extra(row["extra_beats"]) or ["none"])
        out.say(one, "query", "stage", ["stage"], [row["infarction_stadium1"]] if row["infarction_stadium1"] else ["none"])
        if row["heart_axis"] in AXES:
            out.say(one, "query", "axis", ["axis"], [row["heart_axis"]])
    balanced("extra-systole", ["ES"], lambda row: row["extra_beats"] != "")
    for kind in ("SVES", "VES"):
        balanced("extra-systole", [kind], lambda row, kind=kind: kind in extra(row["extra_beats"]))
    for stage in STAGES:
        balanced("stage", [stage], lambda row, stage=stage: row["infarction_stadium1"] == stage)
    reported = [one for one in reported if one["report"]["heart_axis"] in AXES]
    for axis in AXES:
        balanced("axis", [axis], lambda row, axis=axis: row["heart_axis"] == axis)


def comparisons(records: list[dict], out: Questions):
    by_patient: dict[str, list[dict]] = {}
    for one in records:
        by_patient.setdefault(one["patient"], []).append(one)
    for own in by_patient.values():
        own.sort(key=lambda one: one["id"])
        for before, now in zip(own, own[1:]):
            for direction, (there, gone) in {"gained": (now, before), "lost": (before, now)}.items():
                for group, codes in GROUPS.items():
                    right = [code for code in codes if code in there["codes"] and code not in gone["codes"]]
                    out.say(now, "compare-query", "scp", [direction, group], right or ["none"], record2=before["record"])
                changed = [code for code in CODES if code in there["codes"] and code not in gone["codes"]]
                if changed:
                    code = out.rng.choice(changed)
                    out.say(now, "compare-verify", "scp", [direction, code], ["yes"], record2=before["record"])
                    # What stays is as good a no as what was never there.
                    stays = [code for code in CODES if code in there["codes"] and code in gone["codes"]]
                    other = out.rng.choice(stays if stays and out.rng.random() < 0.5 else [code for code in CODES if code not in changed])
                    out.say(now, "compare-verify", "scp", [direction, other], ["no"], record2=before["record"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    records, out = read(args.data, args.folder), Questions(random.Random(args.seed))
    for ask in (verify, choose, query, attributes, comparisons):
        ask(records, out)
    print(out.count, "questions", file=sys.stderr)


if __name__ == "__main__":
    main()
