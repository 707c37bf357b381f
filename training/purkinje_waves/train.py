"""python -m purkinje_waves.train --ecg DIR --ptbxl DIR --simulated DIR --out FILE [--cross-validate]

Large networks learn from LUDB, MIT-BIH and simulated patients; their answers on PTB-XL (no waves marked there) teach a small one beside the marks.
With --cross-validate nothing is written: each fifth of the records is measured with networks that never saw it, teachers included.
"""
import argparse
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from . import score
from .augment import disturbed, stretched, unit
from .export import write_golden, write_weights
from .network import LARGE, SMALL, WaveNetwork
from .recordings import HZ, P, ludb, mitdb, ptbxl, simulated

STEPS = 1250
BATCH = 24
LEADS, LEADS_SHARE = [1, 2, 3, 6, 8, 12], [0.15, 0.15, 0.1, 0.15, 0.15, 0.3]
TEACHER_STEPS, STUDENT_STEPS = 2500, 6000
TEACHERS = 2
FOLDS = 5
BEAT_LEVELS = (0.3, 0.4, 0.5)


def batch(pools, shares, rng):
    leads = int(rng.choice(LEADS, p=LEADS_SHARE))
    rows = []
    for _ in range(BATCH):
        pool = pools[rng.choice(len(pools), p=shares)]
        item = pool[rng.integers(len(pool))]
        spare = item['x'].shape[1] - STEPS
        cut = slice(start := int(rng.integers(spare + 1)), start + STEPS)
        x, y, weight = item['x'][:, cut], item['y'][:, cut], item['weight'][:, cut]
        if rng.random() < 0.5:
            x, y, weight = stretched(x, y, weight, np.exp(rng.normal(0, 0.1)))
        rows.append((unit(disturbed(x, rng, leads)), y, weight))
    return [torch.tensor(np.array(part), dtype=torch.float32) for part in zip(*rows)]


def train(network, pools, shares, steps, seed, rate=4e-3):
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    started, loss_sum = time.time(), 0.0
    for step in range(1, steps + 1):
        x, y, weight = batch(pools, shares, rng)
        loss = (F.binary_cross_entropy_with_logits(network(x), y, reduction='none') * weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        loss_sum += loss.item()
        if step % 500 == 0:
            print(f'  step {step}: loss {loss_sum / 500:.4f}, {time.time() - started:.0f} s', flush=True)
            loss_sum = 0.0
    return network.eval()


def fresh(size, seed):
    torch.manual_seed(seed)
    return WaveNetwork(**size)


def taught(teachers, fibrillating, others):
    """PTB-XL with the teachers' answers; where they are unsure it counts less; without P waves where none can be."""
    items = []
    for item, no_p in [*((i, False) for i in others), *((i, True) for i in fibrillating)]:
        y = np.mean([score.probabilities(teacher, item['x']) for teacher in teachers], axis=0).astype(np.float32)
        weight = np.clip(np.abs(y - 0.5) * 4, 0, 1)
        if no_p:
            y[P], weight[P] = 0, 1
        items.append(dict(x=item['x'], y=y, weight=weight))
    return items


def student(marked, beats, patients, fibrillating, others, teachers, seed):
    pools = [marked, beats, patients, fibrillating]
    made = []
    for k in range(teachers):
        print(f'teacher {k + 1}', flush=True)
        made.append(train(fresh(LARGE, seed + k), pools, [0.45, 0.25, 0.15, 0.15], TEACHER_STEPS, seed + k))
    print('student', flush=True)
    return train(fresh(SMALL, seed), [*pools, taught(made, fibrillating, others)], [0.37, 0.2, 0.15, 0.1, 0.18], STUDENT_STEPS, seed)


def measured(network, marked, beats):
    """What the figures are made of: waves from all leads, beats from the first signal."""
    return dict(
        waves=score.boundaries(network, marked),
        beats={level: np.sum([score.matched(r['beats'] * HZ / r['hz'], score.beats(network, r['x'][:1], level), score.WINDOW_S * HZ) for r in beats], axis=0)
               for level in BEAT_LEVELS})


def pooled(parts):
    return dict(
        waves={kind: [sum((p['waves'][kind][i] for p in parts), start=[] if i > 2 else 0) for i in range(5)] for kind in parts[0]['waves']},
        beats={level: np.sum([p['beats'][level] for p in parts], axis=0) for level in BEAT_LEVELS})


def report(counts):
    for kind, (tp, fn, fp, onsets, offsets) in counts['waves'].items():
        edges = ', '.join(f'{edge} {np.mean(e):+.1f} ± {np.std(e):.1f} ms' for edge, e in (('onset', onsets), ('offset', offsets)))
        print(f'{["P", "QRS", "T"][kind]}: Se {100 * tp / (tp + fn):.2f} PPV {100 * tp / max(1, tp + fp):.2f}; {edges}')
    for level, (tp, fn, fp) in counts['beats'].items():
        print(f'beats from {level}: Se {100 * tp / (tp + fn):.3f} PPV {100 * tp / (tp + fp):.3f}', flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--ecg', required=True, help='folder with ludb and mitdb')
    options.add_argument('--ptbxl', required=True, help='folder with the packed PTB-XL at 100 Hz')
    options.add_argument('--simulated', required=True, help='folder of folders from purkinje simulate')
    options.add_argument('--out', help='weights.ts to write')
    options.add_argument('--golden', help='golden file to write for the tests')
    options.add_argument('--cross-validate', action='store_true')
    options.add_argument('--seed', type=int, default=0)
    options = options.parse_args()
    torch.set_num_threads(1)
    marked, beats = list(ludb(os.path.join(options.ecg, 'ludb'))), list(mitdb(os.path.join(options.ecg, 'mitdb')))
    fibrillating, others = ptbxl(options.ptbxl, np.random.default_rng(0))
    patients = list(simulated(options.simulated))
    print(f'{len(marked)} records with boundaries, {len(beats)} with beats, {len(patients)} simulated, {len(fibrillating)} without P waves, {len(others)} unmarked')
    if options.cross_validate:
        parts = []
        for fold in range(FOLDS):
            part = lambda items, same: [item for i, item in enumerate(items) if (i % FOLDS == fold) == same]
            network = student(part(marked, False), part(beats, False), patients, fibrillating, others, 1, fold)
            print(f'fold {fold + 1} of {FOLDS}')
            parts.append(measured(network, part(marked, True), part(beats, True)))
            report(parts[-1])
        print('all folds')
        report(pooled(parts))
        return
    network = student(marked, beats, patients, fibrillating, others, TEACHERS, options.seed)
    report(measured(network, marked, beats))
    write_weights(network, options.out)
    write_golden(network, options.golden)


if __name__ == '__main__':
    main()
