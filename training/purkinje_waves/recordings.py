"""Labelled recordings as the network sees them: 125 Hz, without wander, with a target and a weight for every step.

Each item: x [leads, time] mV; y [4, time] in 0..1 (P, QRS, T, beat); weight [4, time] (0: not labelled).
LUDB: boundaries by cardiologists, the median over the leads; only the middle of each record is marked.
MIT-BIH: beats, and no P wave during atrial fibrillation and flutter. PTB-XL: no P wave in records told as atrial fibrillation or flutter. Simulated patients: everything, blocked P waves too.
"""
import csv
import json
import os
from fractions import Fraction

import numpy as np
import wfdb
from scipy.signal import butter, resample_poly, sosfiltfilt

from purkinje_training.data import load_fold

HZ = 125
P, QRS, T, BEAT = range(4)
LUDB_LEADS = ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6']
BEAT_SYMBOLS = set('NLRBAaJSVrFejnE/fQ?')
NO_P_RHYTHMS = ('(AFIB', '(AFL', '(VFL')
HIGHPASS = butter(2, 0.5, 'highpass', fs=HZ, output='sos')
# A beat is told within 32 ms of its mark and fades out to 64 ms: readers differ by so much.
BEAT_FULL, BEAT_FADE = 4, 8
# Waves of several leads whose peaks lie this close are one wave.
ONE_WAVE_S = 0.12
LEADS_MIN = 4


def prepared(x, hz):
    """mV [leads, time] at hz -> the same at 125 Hz without wander; src/grade/waves/prepare.ts does the same."""
    ratio = Fraction(HZ / hz).limit_denominator(2000)
    x = np.nan_to_num(x)
    x = x - x.mean(axis=-1, keepdims=True)
    x = resample_poly(x, ratio.numerator, ratio.denominator, axis=-1)
    return sosfiltfilt(HIGHPASS, x, axis=-1).astype(np.float32)


def names(folder):
    return sorted({name[:-4] for name in os.listdir(folder) if name.endswith('.hea')}, key=lambda n: (len(n), n))


def fill(row, onset, offset):
    """Share of each step (half a step to either side) that the wave covers."""
    for i in range(max(0, int(onset + 0.5)), min(len(row) - 1, int(offset + 0.5)) + 1):
        row[i] = max(row[i], min(offset, i + 0.5) - max(onset, i - 0.5), 0)


def mark_beat(row, at):
    for i in range(max(0, int(at) - BEAT_FADE), min(len(row), int(at) + BEAT_FADE + 2)):
        row[i] = max(row[i], np.clip(2 - abs(i - at) / BEAT_FULL, 0, 1))


def blank(samples):
    return np.zeros((4, samples), np.float32), np.zeros((4, samples), np.float32)


def lead_waves(annotation):
    """(kind, onset or None, peak, offset or None) of each wave."""
    symbols, samples = annotation.symbol, annotation.sample
    found = []
    for i, symbol in enumerate(symbols):
        if symbol in 'pNt':
            onset = samples[i - 1] if i > 0 and symbols[i - 1] == '(' else None
            offset = samples[i + 1] if i + 1 < len(symbols) and symbols[i + 1] == ')' else None
            found.append(({'p': P, 'N': QRS, 't': T}[symbol], onset, samples[i], offset))
    return found


def together(waves, hz):
    """The waves that the leads agree on: medians over the leads."""
    result = []
    for kind in (P, QRS, T):
        groups = []
        for wave in sorted((w for lead in waves for w in lead if w[0] == kind), key=lambda w: w[2]):
            if groups and wave[2] - np.median([w[2] for w in groups[-1]]) < ONE_WAVE_S * hz:
                groups[-1].append(wave)
            else:
                groups.append([wave])
        for group in (g for g in groups if len(g) >= LEADS_MIN):
            edge = lambda k: np.median([w[k] for w in group if w[k] is not None]) if any(w[k] is not None for w in group) else None
            result.append((kind, edge(1), edge(2), edge(3)))
    return result


def ludb(folder):
    for name in names(folder):
        record = wfdb.rdrecord(os.path.join(folder, name))
        labels = [label.lower() for label in record.sig_name]
        x = np.array([record.p_signal[:, labels.index(lead)] for lead in LUDB_LEADS])
        waves = [lead_waves(wfdb.rdann(os.path.join(folder, name), lead)) for lead in LUDB_LEADS]
        scale = HZ / record.fs
        slow = prepared(x, record.fs)
        y, weight = blank(slow.shape[1])
        marks = [edge for lead in waves for w in lead for edge in w[1:] if edge is not None]
        low, high = min(marks), max(marks)
        weight[:, int(np.ceil(low * scale)):int(high * scale) + 1] = 1
        # The record's first and last marks are edges: just outside there is nothing.
        weight[:3, max(0, int(np.ceil(low * scale)) - 2):int(high * scale) + 3] = 1
        for kind, onset, peak, offset in together(waves, record.fs):
            if onset is None or offset is None:
                weight[kind, max(0, int(peak * scale) - 25):int(peak * scale) + 25] = 0
            else:
                fill(y[kind], onset * scale, offset * scale)
            if kind == QRS:
                mark_beat(y[BEAT], peak * scale)
        yield dict(record=name, x=slow, y=y, weight=weight, waves=together(waves, record.fs), low=low, high=high, hz=record.fs)


def mitdb(folder):
    for name in names(folder):
        record = wfdb.rdrecord(os.path.join(folder, name))
        marks = wfdb.rdann(os.path.join(folder, name), 'atr')
        scale = HZ / record.fs
        x = prepared(record.p_signal.T, record.fs)
        y, weight = blank(x.shape[1])
        weight[BEAT] = 1
        rhythm, since = '', 0
        for sample, symbol, note in [*zip(marks.sample, marks.symbol, marks.aux_note), (int(x.shape[1] / scale), '+', '')]:
            if symbol in BEAT_SYMBOLS:
                mark_beat(y[BEAT], sample * scale)
            elif symbol == '+':
                if rhythm in NO_P_RHYTHMS:
                    weight[P, int(since * scale):int(sample * scale)] = 1
                rhythm, since = note.strip('\0'), sample
        beats = np.array([s for s, symbol in zip(marks.sample, marks.symbol) if symbol in BEAT_SYMBOLS])
        yield dict(record=name, x=x, y=y, weight=weight, beats=beats, hz=record.fs)


RARE = {'1AVB', '2AVB', '3AVB', 'PAC', 'PVC', 'CLBBB', 'CRBBB', 'PACE', 'SVARR', 'SARRH', 'WPW', 'SVTAC', 'PSVT', 'BIGU', 'TRIGU', 'ILBBB',
        'IVCD', 'LNGQT', 'STACH', 'SBRAD', 'LAO/LAE', 'RAO/RAE', 'AMI', 'IMI', 'LVH'}
RAREST = {'2AVB', '3AVB', 'WPW', 'PSVT', 'SVTAC', 'PACE', 'BIGU', 'TRIGU'}


def ptbxl(folder, rng):
    """(records without P waves, other records: all of the rarest, a part of the rest), folds 1 to 8, at 100 Hz."""
    with open(os.path.join(folder, 'labels.csv')) as file:
        statements = {int(row['ecg_id']): set(row['statements'].split()) for row in csv.DictReader(file)}
    fibrillating, others = [], []
    for fold in range(1, 9):
        for ecg_id, signal in zip(*load_fold(folder, fold)):
            told = statements[int(ecg_id)]
            if told & {'AFIB', 'AFLT'}:
                if not told & {'SR', 'SBRAD', 'STACH', 'SARRH', 'PACE'}:
                    fibrillating.append(signal)
            elif told & RAREST or rng.random() < 0.06 + 0.12 * bool(told & RARE):
                others.append(signal)

    def item(signal, no_p):
        x = prepared(signal, 100)
        y, weight = blank(x.shape[1])
        weight[P] = no_p
        return dict(x=x, y=y, weight=weight)

    return [item(s, 1) for s in fibrillating], [item(s, 0) for s in others]


def simulated(folder):
    """What `purkinje simulate --noise 0` wrote, one folder a seed."""
    for seed in sorted(os.listdir(folder)):
        with open(os.path.join(folder, seed, 'labels.json')) as file:
            labels = json.load(file)
        for truth in labels['records']:
            record = wfdb.rdrecord(os.path.join(folder, seed, truth['record']))
            x = prepared(record.p_signal.T, record.fs)
            y, weight = blank(x.shape[1])
            weight[:] = 1
            for beat in truth['beats']:
                for kind, name in ((P, 'p'), (QRS, 'qrs'), (T, 't')):
                    if beat.get(name):
                        fill(y[kind], beat[name][0] * HZ, beat[name][2] * HZ)
                mark_beat(y[BEAT], beat['qrs'][1] * HZ)
            for onset, _, offset in truth['blockedP']:
                fill(y[P], onset * HZ, offset * HZ)
            # A P wave under a QRS is not seen.
            y[P][y[QRS] > 0] = 0
            yield dict(x=x, y=y, weight=weight)
