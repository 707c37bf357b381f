"""Trees of src/grade/kinds/trees.ts: which beats are ventricular, and which of the others supraventricular ectopic, by gradient boosting on the
evidence that the engine writes of each beat.

    purkinje evaluate beats --data MITDB --predictions mitdb.jsonl        (twice: mitdb and mitdb-more)
    python training/beat_kinds.py mitdb.jsonl more.jsonl --golden test/golden/beat-kinds.json > src/grade/kinds/trees.ts
    python training/beat_kinds.py mitdb.jsonl more.jsonl --tested noisy.jsonl

On stderr: cross-validation by record, in eight groups, trees fitted anew in each; the limit of a beat between two ventricular ones was chosen on it. `--tested`: the same records as
something else shows them, measured by the trees of the other groups. Records with paced beats are left out, as EC57 does; beats in
ventricular flutter too. Supraventricular beats are taught and measured outside atrial fibrillation and flutter.
"""
import argparse
import base64
import json
import struct
import sys
import types
import warnings

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

warnings.filterwarnings("ignore", module="sklearn")
TREES, DEPTH, LIMIT = 60, 3, 0.5
LIMIT_BETWEEN = 0.1  # of a beat between two ventricular ones
GROUPS = 8


def model():
    return HistGradientBoostingClassifier(max_iter=TREES, learning_rate=0.1, max_leaf_nodes=2**DEPTH, max_depth=DEPTH, l2_regularization=20, min_samples_leaf=100, early_stopping=False, random_state=0)


def weights(names, positive):
    """A record counts by the root of its beats beyond 300 of either sort: one patient is not to be the whole of what is taught."""
    out = np.ones(len(names))
    for name in np.unique(names):
        for sort in (True, False):
            those = (names == name) & (positive == sort)
            out[those] = np.sqrt(300 / max(those.sum(), 300))
    return out


def ventricular_model(of, which):
    return model().fit(of.x[which], of.y[which] == "V")


def supraventricular_model(of, which):
    return model().fit(of.x[which], of.y[which] == "S", sample_weight=weights(of.record[which], of.y[which] == "S"))


def complete(nodes, at=0, depth=0):
    """The tree below a node as one of full depth: features, thresholds, leaves. A leaf that comes early fills what is below it."""
    node = nodes[at]
    if depth == DEPTH:
        assert node["is_leaf"]
        return [], [], [node["value"]]
    if node["is_leaf"]:
        left = right = complete(nodes, at, depth + 1) if depth + 1 < DEPTH else ([], [], [node["value"]])
        feature, threshold = 0, 0.0
    else:
        left, right = complete(nodes, node["left"], depth + 1), complete(nodes, node["right"], depth + 1)
        feature, threshold = node["feature_idx"], node["num_threshold"]
    return [[feature, threshold], left, right], None, left[2] + right[2]


def rows(tree, out, at=0):
    """Breadth first: node k has its branches at 2k + 1 and 2k + 2."""
    if tree:
        out[at] = tree[0]
        rows(tree[1][0], out, 2 * at + 1)
        rows(tree[2][0], out, 2 * at + 2)
    return out


def packed(fitted):
    data = struct.pack("<f", float(np.ravel(fitted._baseline_prediction)[0]))
    for (predictor,) in fitted._predictors:
        tree = complete(predictor.nodes)
        nodes = rows(tree[0], {})
        splits = [nodes[k] for k in range(2**DEPTH - 1)]
        data += bytes(int(f) for f, _ in splits) + struct.pack(f"<{len(splits)}f", *(t for _, t in splits)) + struct.pack(f"<{2**DEPTH}f", *tree[2])
    return base64.b64encode(data).decode()


def share(a, b):
    return a / (a + b) if a + b else float("nan")


def beats(paths):
    """Beats of the records in these files: their evidence, their kinds by the marks."""
    records = [r for path in paths for r in map(json.loads, open(path)) if r.get("lead") == "stream" and not r["paced"]]
    y = np.concatenate([list(r["marked"]) for r in records])
    seen, fibrillates = y != "-", np.concatenate([r["fibrillates"] for r in records]).astype(bool)
    return types.SimpleNamespace(
        names=records[0]["evidence"], x=np.vstack([r["numbers"] for r in records]), y=y, record=np.concatenate([[r["record"]] * len(r["marked"]) for r in records]),
        seen=seen, fibrillates=fibrillates, ectopic=seen & ~fibrillates & np.isin(y, ["N", "S"]), seconds={r["record"]: r["seconds"] for r in records},
    )


def cross_validated(taught, tested):
    """Of each tested beat: is it V, is it S, by trees that were taught without its group of records."""
    v, s = np.zeros(len(tested.y)), np.zeros(len(tested.y))
    for group in np.array_split(np.random.default_rng(1).permutation(sorted(set(taught.record))), GROUPS):
        others, those = ~np.isin(taught.record, group), np.isin(tested.record, group)
        if those.any():
            v[those] = ventricular_model(taught, taught.seen & others).predict_proba(tested.x[those])[:, 1]
            s[those] = supraventricular_model(taught, taught.ectopic & others).predict_proba(tested.x[those])[:, 1]
    alone = v >= LIMIT
    neighbours = (tested.record[2:] == tested.record[:-2]) & alone[2:] & alone[:-2]
    is_v = alone.copy()
    is_v[1:-1] |= neighbours & (v[1:-1] >= LIMIT_BETWEEN)
    return is_v, ~is_v & (s >= LIMIT)


def runs(which):
    """Beats in a row: from, to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], which.astype(int), [0]])))
    return [(a, b) for a, b in zip(edges[::2], edges[1::2]) if b - a >= 3]


def report(of, is_v, is_s):
    y, record, seen, counted = of.y, of.record, of.seen, of.seen & ~of.fibrillates
    missed, false = np.sum(seen & ~is_v & (y == "V")), np.sum(seen & is_v & np.isin(y, ["N", "S", "O"]))
    right = np.sum(seen & is_v & (y == "V"))
    right_s, missed_s, false_s = np.sum(counted & is_s & (y == "S")), np.sum(counted & ~is_s & (y == "S")), np.sum(counted & is_s & (y != "S"))
    without = [r for r in set(record) if not np.any((record == r) & (y == "V"))]
    hours = sum(of.seconds[r] for r in without) / 3600
    order = sorted(set(record))
    true_runs = [(r, run) for r in order for run in runs((y[record == r] == "V"))]
    found_runs = [(r, run) for r in order for run in runs(is_v[record == r])]
    overlap = lambda one, others: any(r == one[0] and a < one[1][1] and b > one[1][0] for r, (a, b) in others)
    say = lambda text: print(text, file=sys.stderr)
    say(f"V: sensitivity {share(right, missed):.3f}, predictivity {share(right, false):.3f} ({right} found, {missed} missed, {false} false)")
    say(f"S outside fibrillation: {share(right_s, missed_s):.3f}, {share(right_s, false_s):.3f} ({right_s}, {missed_s}, {false_s})")
    say(f"false V an hour in {len(without)} records without any: {np.sum(is_v & np.isin(record, without)) / hours:.1f}")
    say(f"runs of three or more: {sum(overlap(one, found_runs) for one in true_runs)} of {len(true_runs)} found, {sum(overlap(one, true_runs) for one in found_runs)} of {len(found_runs)} right")
    for r in order:
        m = record == r
        say(f"  {r}: V {np.sum(m & is_v & (y == 'V'))} of {np.sum(m & (y == 'V'))}, false {np.sum(m & is_v & np.isin(y, ['N', 'S', 'O']))}; S {np.sum(m & is_s & (y == 'S'))} of {np.sum(m & (y == 'S'))}, false {np.sum(m & is_s & (y != 'S'))}")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("taught", nargs="+")
parser.add_argument("--tested", nargs="+")
parser.add_argument("--golden")
options = parser.parse_args()
taught = beats(options.taught)
tested = beats(options.tested) if options.tested else taught
report(tested, *cross_validated(taught, tested))
if options.golden is None:
    sys.exit()

ventricular, supraventricular = ventricular_model(taught, taught.seen), supraventricular_model(taught, taught.ectopic)
some = taught.x[:: len(taught.x) // 120]
with open(options.golden, "w") as golden:
    json.dump({"numbers": some.tolist(), "v": ventricular.predict_proba(some)[:, 1].tolist(), "s": supraventricular.predict_proba(some)[:, 1].tolist()}, golden)
print(f"""/** Boosted trees as they were taught: made by `training/beat_kinds.py`, not by hand. */

/** What the trees ask for, in their order. */
export const EVIDENCE = {json.dumps(taught.names).replace('"', "'")} as const;

/** A float32 to begin with; then of each tree seven features (a byte each), seven thresholds and eight leaves (float32). */
export const VENTRICULAR = '{packed(ventricular)}';
export const SUPRAVENTRICULAR = '{packed(supraventricular)}';""")
