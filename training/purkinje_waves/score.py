"""How near the network comes to the marks: what `purkinje evaluate beats` measures, for choosing between networks."""
import numpy as np
import torch

from .augment import unit
from .recordings import BEAT, HZ, P, QRS, T

WINDOW_S = 0.15
SHORTEST = {P: 3, QRS: 4, T: 6}
REFRACTORY = 25
STRETCH, BESIDE = 1250, 250


@torch.no_grad()
def probabilities(network, x):
    return torch.sigmoid(network(torch.tensor(unit(x))[None].float()))[0].numpy()


def spans(row, level=0.5, shortest=2):
    """Where a row lies above a level, from crossing to crossing."""
    found, i, n = [], 0, len(row)
    while i < n:
        if row[i] < level:
            i += 1
            continue
        j = i
        while j + 1 < n and row[j + 1] >= level:
            j += 1
        onset = i - (row[i] - level) / (row[i] - row[i - 1]) if i else 0.0
        offset = j + (row[j] - level) / (row[j] - row[j + 1]) if j + 1 < n else n - 1.0
        if offset - onset >= shortest:
            found.append((onset, offset))
        i = j + 1
    return found


def boundaries(network, records):
    """{kind: (found, missed, extra, onset errors ms, offset errors ms)} over LUDB records."""
    result = {kind: [0, 0, 0, [], []] for kind in (P, QRS, T)}
    for record in records:
        found = probabilities(network, record['x'])
        scale = HZ / record['hz']
        for kind, tally in result.items():
            marked = [(on * scale, off * scale) for k, on, _, off in record['waves'] if k == kind and on is not None and off is not None]
            middle = lambda w: (w[0] + w[1]) / 2
            waves = [w for w in spans(found[kind], shortest=SHORTEST[kind]) if record['low'] * scale <= middle(w) <= record['high'] * scale]
            free = list(range(len(waves)))
            for mark in marked:
                near = min(free, key=lambda k: abs(middle(waves[k]) - middle(mark)), default=None)
                if near is None or abs(middle(waves[near]) - middle(mark)) > WINDOW_S * HZ:
                    tally[1] += 1
                    continue
                free.remove(near)
                tally[0] += 1
                tally[3].append((waves[near][0] - mark[0]) * 1000 / HZ)
                tally[4].append((waves[near][1] - mark[1]) * 1000 / HZ)
            tally[2] += len(free)
    return result


def beats(network, x, level):
    """Beats of a long signal, in steps, by overlapping stretches."""
    samples = x.shape[1]
    row = np.zeros(samples)
    for start in range(0, samples, STRETCH):
        first = max(0, min(start - BESIDE, samples - STRETCH - 2 * BESIDE))
        found = probabilities(network, x[:, first:first + STRETCH + 2 * BESIDE])[BEAT]
        row[start:start + STRETCH] = found[start - first:start - first + STRETCH]
    kept = []
    for onset, offset in spans(row, level, 1.5):
        steps = np.arange(int(np.ceil(onset)), int(offset) + 1)
        if len(steps) == 0:
            continue
        at = float((steps * row[steps]).sum() / row[steps].sum())
        if kept and at - kept[-1] < REFRACTORY:
            if row[round(at)] > row[round(kept[-1])]:
                kept[-1] = at
        else:
            kept.append(at)
    return kept


def matched(marked, found, window):
    """(found, missed, extra), one to one by nearness."""
    i = j = pairs = 0
    while i < len(marked) and j < len(found):
        apart = found[j] - marked[i]
        if apart < -window:
            j += 1
        elif apart > window:
            i += 1
        elif j + 1 < len(found) and abs(found[j + 1] - marked[i]) < abs(apart):
            j += 1
        elif i + 1 < len(marked) and abs(found[j] - marked[i + 1]) < abs(apart):
            i += 1
        else:
            pairs, i, j = pairs + 1, i + 1, j + 1
    return pairs, len(marked) - pairs, len(found) - pairs
