/** Kinds of beats: against the trees as scikit-learn evaluates them, on patients whose beats are known, and what is kept of a patient. Invariants: I63 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_FROM_START, initial, physical, step } from '../../src/assemble/index.js';
import { type Followed, grade, type NamedBeat } from '../../src/grade/index.js';
import { type Classified, classify, smoothed } from '../../src/grade/kinds/classify.js';
import type { Numbers } from '../../src/grade/kinds/index.js';
import { EVIDENCE } from '../../src/grade/kinds/trees.js';
import { LEADS } from '../../src/ecg/index.js';
import { type ConditionId, createPatient, readProfile } from '../../src/simulate/index.js';
import { Checkpoints } from '../../src/line/checkpoints.js';
import { BeatStates } from '../../src/line/score/beat-states.js';
import type { PartitionAssignment } from '../../src/ports/index.js';
import { decodeBeatState, encodeBeatState } from '../../src/wire/index.js';
import { chunkOf, noise } from './segment.js';

const profile = await readProfile();
const RATE_HZ = 250;
const SECONDS = 120;

test('the trees give what scikit-learn gives', () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/beat-kinds.json'), 'utf8')) as { numbers: number[][]; v: number[]; s: number[] };
  expect(golden.numbers.length).toBeGreaterThan(50);
  golden.numbers.forEach((values, i) => {
    const { kind, confidence } = classify(Object.fromEntries(EVIDENCE.map((name, j) => [name, values[j]])) as unknown as Numbers);
    const [v, s] = [golden.v[i], (1 - golden.v[i]) * golden.s[i]];
    // Thresholds are float32 here: a value that lies on one may fall to the other side of it.
    expect(confidence, `row ${i}, ${kind}`).toBeCloseTo(kind === 'V' ? v : kind === 'S' ? s : 1 - v - s, 3);
    expect(kind).toBe(v >= 0.5 ? 'V' : golden.s[i] >= 0.5 ? 'S' : 'N');
  });
});

/** Segment by segment; after each what `between` makes of what goes on. */
function graded(mv: readonly Float32Array[], names: readonly string[], between: (followed: Followed | undefined) => Followed | undefined = (one) => one) {
  let state = initial('bed-1');
  let followed: Followed | undefined;
  const found: (NamedBeat & { readonly atS: number })[] = [];
  for (let s = 0; s < SECONDS; s++) {
    const rows = Object.fromEntries(names.map((lead, i) => [lead, mv[i].subarray(s * RATE_HZ, (s + 1) * RATE_HZ)]));
    const done = step(state, { type: 'chunk', chunk: chunkOf(rows, RATE_HZ, { firstSample: s * RATE_HZ, sequence: s, endOfStream: s === SECONDS - 1 }), offset: s, brokerMs: s * 1000 }, ASSEMBLE_FROM_START);
    state = done.state;
    for (const segment of done.out.segments) {
      const one = grade(segment, physical(segment), between(followed));
      followed = one.followed;
      one.measurements.beats.forEach((beat, i) => found.push({ atS: (segment.firstSample + beat) / RATE_HZ, ...one.kinds[i] }));
    }
  }
  return { found, followed };
}

function patient(condition: ConditionId, seed: number) {
  const one = createPatient({ condition, rateHz: RATE_HZ, noise: 0.5 }, seed, profile);
  return { mv: one.render(0, SECONDS * RATE_HZ).mv, truth: one.truth(0, SECONDS) };
}

describe('patients whose beats are known', () => {
  test('in sinus rhythm hardly a beat is ectopic, with twelve leads and with two', () => {
    for (let seed = 0; seed < 4; seed++) {
      for (const names of [LEADS, LEADS.slice(0, 2)]) {
        const { found } = graded(patient('sinus-rhythm', seed).mv, names);
        expect(found.filter(({ kind }) => kind === 'V').length, `patient ${seed}`).toBeLessThanOrEqual(1);
        expect(found.filter(({ kind }) => kind === 'S').length, `patient ${seed}`).toBeLessThanOrEqual(0.05 * found.length);
      }
    }
  });

  test('a bundle branch block that lasts is no ectopic rhythm', () => {
    for (let seed = 0; seed < 3; seed++) {
      const { found } = graded(patient('left-bundle-branch-block', seed).mv, LEADS);
      expect(found.filter(({ kind }) => kind === 'V').length, `patient ${seed}`).toBeLessThanOrEqual(0.03 * found.length);
    }
  });
});

test('what is doubtful between two ventricular beats is one of them; the conducted beats of bigeminy, and what is doubtful elsewhere, are not', () => {
  const beats = (text: string): Classified[] => text.split(' ').map((one) => ({ kind: one[0] as Classified['kind'], confidence: 0.9, ventricular: Number(one.slice(1)) }));
  const kinds = (text: string) => smoothed(beats(text)).map(({ kind }) => kind).join('');
  expect(kinds('N0 V.9 S.3 V.8 N0')).toBe('NVVVN');
  expect(kinds('N.01 V.9 N.02 V.9 N.01')).toBe('NVNVN');
  expect(kinds('N0 S.3 V.8 S.4 N0')).toBe('NSVSN');
  expect(kinds('V.9 Q0 V.9')).toBe('VQV');
  // What was doubtful itself speaks for no other.
  expect(kinds('V.9 N.4 S.4 V.9')).toBe('VNSV');
});

test('what is known of a patient survives a take-over bit for bit, and stays within its bound', () => {
  const { mv } = patient('premature-ventricular-complex', 1);
  const through = (followed: Followed | undefined) => followed && decodeBeatState(encodeBeatState({ encounter: 'e-1', ...followed }));
  const [straight, taken] = [graded(mv, LEADS), graded(mv, LEADS, through)];
  expect(taken).toEqual(straight);
  expect(encodeBeatState({ encounter: 'e'.repeat(128), ...straight.followed! }).length).toBeLessThan(16 * 1024);
  // With all it may hold: four forms in eight leads, every number as long as numbers are.
  const kinds = straight.followed!.kinds!;
  const wave = Buffer.alloc(2 * 27 * 8, 0x5a).toString('base64');
  const form = { weight: Math.PI, early: Math.E, width: Math.SQRT1_2, p: Math.LN2, t: -Math.LN10, bend: Math.LOG2E };
  const full = { ...kinds, leads: LEADS.slice(0, 8), templates: Array.from({ length: 4 }, () => ({ wave, ...form })), intervals: new Array<number>(8).fill(Math.SQRT2), usual: Math.SQRT2 };
  const { reported, own } = straight.followed!;
  expect(Buffer.from(own!.wave, 'base64').length).toBe(2 * 8 * 71);
  expect(JSON.stringify(own).length).toBeLessThan(1700);
  expect(encodeBeatState({ encounter: 'e'.repeat(128), reported, kinds: full, own: { ...own!, epoch: '18446744073709551615', seen: Number.MAX_SAFE_INTEGER } }).length).toBeLessThan(16 * 1024);
});

test('noise teaches nothing: forms are those from before it', () => {
  const { mv } = patient('sinus-rhythm', 2);
  const white = noise(5);
  let slow = 0;
  const spoilt = mv.map((row) => row.map((value, i) => (i < 60 * RATE_HZ ? value : (slow = 0.7 * slow + 0.5 * white()))));
  let before: Followed | undefined;
  const { followed } = graded(spoilt, LEADS, (one) => {
    if (one !== undefined && one.reported.through <= 60 * RATE_HZ) before = one;
    return one;
  });
  expect(followed!.kinds!.templates).toEqual(before!.kinds!.templates);
});

test('another encounter begins anew, and so does the next owner where nothing was kept', () => {
  const kept = new Map<string, Uint8Array>();
  const checkpoints = new Checkpoints({ checkpoints: kept, step: 'score', partition: 0 } as unknown as PartitionAssignment);
  const states = new BeatStates(checkpoints, () => true, () => undefined);
  const state = { encounter: 'e-1', reported: { epoch: 1, rateHz: 250, through: 2460 } };
  states.keep('bed-1', state);
  expect(states.of('bed-1', 'e-1')).toEqual(state);
  expect(states.of('bed-1', 'e-2')).toBeUndefined();
  expect(states.of('bed-1', undefined)).toBeUndefined();
  for (const { key, value } of states.records('bed-1')) kept.set(key as string, value!);
  expect(new BeatStates(checkpoints, () => true, () => undefined).of('bed-1', 'e-1')).toEqual(state);
  expect(states.forget('bed-1').map(({ value }) => value)).toEqual([null]);
  expect(states.records('bed-1')).toEqual([]);
});
