"""Writes into encoder.json what may be claimed: python -m purkinje_training.claims --contract FILE --fold9 JSON [--external JSON ...].

All figures are what `purkinje evaluate encoder --json` printed: `--fold9` with `--as-monitor`, `--external` of recordings that
taught and tuned nothing. A target that loses more than MONITOR_LOSS of its AUROC as a monitor with twelve leads shows the
records is claimed for resting ECGs alone (standard placement, diagnostic band); with fewer leads it may lose FEW_LEADS_LOSS.
"""
import argparse
import json

from .condition import LEADS
from .contract import write

MONITOR_LOSS, FEW_LEADS_LOSS = 0.02, 0.05
POSITIVES_FEW_LEADS = 20
POSITIVES_EXTERNAL = 10
CHANCE = 0.5
FEW = {"7 leads with V1": ["I", "II", "V1"], "7 leads with V5": ["I", "II", "V5"], "2 leads": ["I", "II"]}
RESTING = {"placements": ["standard"], "bandHz": {"highpassMax": 0.05, "lowpassMin": 100}}
MONITORED = {"placements": ["standard", "mason-likar"], "bandHz": {"highpassMax": 0.67, "lowpassMin": 40}}


def claim(target: dict, own: dict, monitor: dict) -> dict:
    """Lead sets, placements and band of one target from its losses as a monitor shows the records."""
    loss = {name: next((t["loss"] for t in figures["targets"] if t["id"] == target["id"]), None) for name, figures in monitor["leadSets"].items()}
    full = loss["12 leads"]
    if full is None:
        return {**target, "leadSets": [LEADS], **RESTING}
    enough = own["nPos"] >= POSITIVES_FEW_LEADS
    few = [leads for name, leads in FEW.items() if enough and loss[name] <= FEW_LEADS_LOSS and leads in target["leadSets"]]
    return {**target, "leadSets": [LEADS, *few], **(MONITORED if full <= MONITOR_LOSS else RESTING)}


def external(target: dict, sources: list[dict]) -> dict:
    """The evidence of the external source with most positives, where there are enough; else what stands there. None where its interval holds chance."""
    found = [(s, t) for s in sources for t in s["targets"] if t["id"] == target["id"] and t["nPos"] >= POSITIVES_EXTERNAL and t.get("intervals")]
    if not found:
        return target["evidence"]
    source, own = max(found, key=lambda pair: pair[1]["nPos"])

    def interval(name: str) -> dict:
        return {"value": round(own[name], 4), **{k: round(v, 4) for k, v in own["intervals"][name].items()}}

    level = "external" if own["intervals"]["auroc"]["lower95"] > CHANCE else "none"
    return {"level": level, "data": f"{source['dataset']}, {source['n']} records", "records": own["n"], "positives": own["nPos"],
            "auroc": interval("auroc"), "auprc": interval("auprc")}


def read(path: str) -> dict:
    with open(path) as file:
        return json.load(file)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--contract", required=True)
    p.add_argument("--fold9", required=True)
    p.add_argument("--external", nargs="*", default=[])
    args = p.parse_args()
    contract, fold9, sources = read(args.contract), read(args.fold9), [read(path) for path in args.external]
    figures = {t["id"]: t for t in fold9["targets"]}
    for k, target in enumerate(contract["targets"]):
        if target["evidence"]["level"] == "simulated":
            continue
        claimed = claim(target, figures[target["id"]], fold9["asMonitor"])
        contract["targets"][k] = {**claimed, "evidence": external(target, sources)}
    write(args.contract, contract)


if __name__ == "__main__":
    main()
