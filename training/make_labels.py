"""Writes models/labels.json, the joins of three label systems, from a source list: make_labels.py SOURCE OUT.

SOURCE is a JSON of the Challenge's own mappings (PhysioNet/CinC 2021, dx_mapping and the workbook of its sources' labels), PTB-XL's
scp_statements.csv, and the values of LUDB's ludb.csv. What that list assigned by itself ("assigned") needs a clinician's review.
"""
import json
import sys

OF_SOURCE = {"CPSC": "cpsc_2018", "CPSC-Extra": "cpsc_2018_extra", "PTB": "ptb", "PTBxl": "ptb-xl", "G12EC": "georgia",
             "Chapman": "chapman_shaoxing", "Ningbo": "ningbo", "INCART": "st_petersburg_incart"}
UNKNOWN = "unknown "


def entry(row: dict) -> dict:
    superclass = row["superclass"] or ""
    out = {"targets": sorted(row["targetIds"])}
    if superclass.startswith(UNKNOWN):
        out["doubtful"] = superclass.removeprefix(UNKNOWN).split()
    elif superclass:
        out["superclass"] = superclass
    return out


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        source = json.load(file)
    axis = {code: targets[0] for code, targets in source["ptbxlHeartAxis"].items() if code != "note"}
    snomed = {code: {**entry(row), "basis": row["superclassBasis"] or "none", "sources": sorted(OF_SOURCE[s] for s in row["sourceLabels"])}
              for code, row in sorted(source["snomed"].items())}
    labels = {
        "schemaVersion": 1,
        "ptbxl": {"superclasses": {code: row["superclass"] for code, row in sorted(source["ptbxl"].items()) if row["superclass"]},
                  "statements": sorted(source["ptbxl"]), "axis": axis},
        "ludb": {column: {line: entry(row) for line, row in sorted(lines.items())} for column, lines in source["ludbValues"].items()},
        "snomed": snomed,
    }
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(labels, file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
