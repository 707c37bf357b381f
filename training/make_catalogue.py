"""Writes the catalogue of findings from a source list: make_catalogue.py SOURCE.json OUT.json."""
import json
import sys


def finding(target: dict) -> dict:
    return {
        "id": target["id"],
        "name": target["name"],
        "group": target["group"],
        "kind": target["kind"],
        "priority": target["defaultPriority"],
        "codes": {"scp": target["codes"]["scp"], "snomed": target["codes"]["snomed"]},
        "prompt": target["prompt"],
    }


def main(source: str, out: str):
    with open(source) as file:
        targets = json.load(file)["targets"]
    rows = ",\n".join("    " + json.dumps(finding(t)) for t in targets)
    with open(out, "w") as file:
        file.write('{\n  "schemaVersion": 1,\n  "findings": [\n' + rows + "\n  ]\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
