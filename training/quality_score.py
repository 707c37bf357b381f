"""Units and limit of src/grade/quality/score.ts, on the labels of PhysioNet/CinC Challenge 2011 and on clean records that were spoilt on purpose.

    python training/spoilt_records.py --out SPOILT PTBXL500 LUDB
    purkinje evaluate quality --data CINC2011 --predictions cinc2011.jsonl
    purkinje evaluate quality --data SPOILT --predictions spoilt.jsonl
    python training/quality_score.py --data CINC2011 --predictions cinc2011.jsonl --spoilt SPOILT --spoilt-predictions spoilt.jsonl

Prints AUROC and accuracy of twenty five-fold cross-validations by record, with 95% intervals by bootstrap over the records. In each fold the units are those
that rank its other records and the spoilt ones best, and the limit is the one at which most of its other records fall right. Then the same with
what the code has, chosen on all, and of the one rule "a lead's range outside 0.2 to 15 mV", which has nothing to choose. Records: format 16.
"""
import argparse
import csv
import itertools
import json
import pathlib

import numpy as np
from scipy.stats import rankdata
from sklearn.model_selection import StratifiedKFold

REPEATS = 20
FOLDS = 5
BOOTSTRAPS = 2000
# Still (s), hard (lead-seconds), drift (mV over the least), range (e-folds).
UNITS = tuple(itertools.product((0.5, 2 / 3, 1), (6, 12), (10, 20), (2, 3)))


def auroc(score, positive):
    ranks = rankdata(score)
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n))


def amounts(trouble):
    drift = max(0, np.log(trouble['driftMv'] / 0.4)) if trouble['driftMv'] > 0 else 0
    return [trouble['stillS'], np.log(1 + trouble['hardS']), drift, trouble['range'] + np.log(5)]


def distance(x, units):
    still, hard, drift, span = units
    return np.sqrt(((x / [still, np.log(1 + hard), np.log(drift), span]) ** 2).sum(1))


def read(predictions, folder):
    quality = {row['record']: row['quality'] == 'acceptable' for row in csv.DictReader(open(pathlib.Path(folder) / 'labels.csv'))}
    rows = [json.loads(line) for line in open(predictions)]
    rows = [row for row in rows if row['record'] in quality and 'trouble' in row]
    x = np.array([amounts(row['trouble']) for row in rows])
    return np.array([row['score'] for row in rows]), x, np.array([quality[row['record']] for row in rows]), [row['record'] for row in rows]


def chosen(x, y, spoilt, labels):
    """Units that rank best, and the middle of the limits at which most records fall right."""
    best = max(UNITS, key=lambda units: auroc(-distance(x, units), y) + auroc(-distance(spoilt, units), labels))
    limits = np.arange(0.5, 4, 0.025)
    right = np.array([((distance(x, best) < limit) == y).mean() for limit in limits])
    return best, np.median(limits[right == right.max()])


def shown(name, score, accepted, y):
    """Means over the repeats, a row each; intervals over the records."""
    rng = np.random.default_rng(1)
    right = (accepted == y).mean(0)
    found = []
    for _ in range(BOOTSTRAPS):
        pick = rng.integers(0, len(y), len(y))
        found.append((auroc(score[0, pick], y[pick]), right[pick].mean()))
    (low, low_right), (high, high_right) = np.percentile(found, [2.5, 97.5], axis=0)
    print(f'{name}: AUROC {np.mean([auroc(one, y) for one in score]):.3f} ({low:.3f} to {high:.3f}), accuracy {right.mean():.3f} ({low_right:.3f} to {high_right:.3f}), '
          f'sensitivity {accepted[:, y].mean():.3f}, specificity {1 - accepted[:, ~y].mean():.3f}')


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('data', 'predictions', 'spoilt', 'spoilt-predictions'):
        options.add_argument(f'--{name}', required=True)
    options = options.parse_args()
    score, x, y, names = read(options.predictions, options.data)
    spoilt_score, spoilt, labels, spoilt_names = read(options.spoilt_predictions, options.spoilt)

    held, accepted = np.zeros((REPEATS, len(y))), np.zeros((REPEATS, len(y)), bool)
    for repeat in range(REPEATS):
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(x, y):
            units, limit = chosen(x[train], y[train], spoilt, labels)
            # A distance in units of the fold's own limit: folds are compared.
            held[repeat, test] = -distance(x[test], units) / limit
            accepted[repeat, test] = distance(x[test], units) < limit
    shown('cross-validated', held, accepted, y)
    print('chosen on all: still (s), hard (s), drift, range:', *chosen(x, y, spoilt, labels))
    shown('as in the code', score[None], score[None] >= 0.5, y)
    shown('the same, spoilt records', spoilt_score[None], spoilt_score[None] >= 0.5, labels)
    kinds = {row['record']: row['kind'] for row in csv.DictReader(open(pathlib.Path(options.spoilt) / 'labels.csv'))}
    for kind in sorted(set(kinds.values())):
        of = np.array([kinds[name] == kind for name in spoilt_names])
        print(f'  {kind}: accepted of the little spoilt {(spoilt_score[of & labels] >= 0.5).mean():.2f}, refused of the much spoilt {(spoilt_score[of & ~labels] < 0.5).mean():.2f}')

    spans = np.array([np.ptp(np.fromfile(pathlib.Path(options.data) / f'{name}.dat', dtype='<i2').reshape(-1, 12) / 200, axis=0) for name in names])
    rule = np.minimum(spans.min(1) / 0.2, 15 / np.maximum(spans.max(1), 1e-9))
    shown('the rule', rule[None], rule[None] >= 1, y)


if __name__ == '__main__':
    main()
