/** Beats, waves and the numbers from them: against the network in floating point, against simulated patients' truth, and where there is none. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareBeats } from '../../src/evaluate/index.js';
import { delineate } from '../../src/grade/index.js';
import { measure } from '../../src/grade/measure.js';
import { levelsOf } from '../../src/grade/voltage.js';
import { CHANNELS, runNetwork, UNIT, waveNetwork } from '../../src/grade/waves/network.js';
import { LEADS } from '../../src/ecg/index.js';
import { chunkOf, gradedChunk } from './segment.js';
import { type ConditionId, createPatient, type Patient, readProfile } from '../../src/simulate/index.js';

const profile = await readProfile();
const SEGMENT_S = 10;

describe('the network in whole numbers', () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/waves.json'), 'utf8')) as { rows: number[][]; every: number; logits: number[][] };
  const rows = golden.rows.map((row) => Int16Array.from(row));
  const logits = runNetwork(waveNetwork(), rows);
  test('answers as PyTorch does in floating point, within a quarter of a logit', () => {
    golden.logits.forEach((channel, c) =>
      channel.forEach((logit, i) => expect(Math.abs(logits[i * golden.every * CHANNELS + c] / UNIT - logit), `channel ${c}, step ${i * golden.every}`).toBeLessThan(0.25)),
    );
  });
  test('does not ask in which order the leads come', () => expect(runNetwork(waveNetwork(), rows.toReversed())).toEqual(logits));
});

/** What the room finds in a stretch of a patient, and what is true of it. */
function seen(patient: Patient, fromS: number, leads: readonly number[] = LEADS.map((_, i) => i)) {
  const { rateHz } = patient;
  const from = Math.round(fromS * rateHz);
  const { mv } = patient.render(from, SEGMENT_S * rateHz);
  const { beats, waves } = delineate(leads.map((i) => ({ lead: LEADS[i], mv: mv[i] })), rateHz);
  const levels = levelsOf(LEADS.map((lead, i) => ({ lead, origin: 'measured' as const, mv: mv[i], gaps: [] })), waves, rateHz);
  const truth = patient.truth(fromS, fromS + SEGMENT_S);
  const real = truth.beats.map(({ qrs }) => Math.round((qrs.peakS - fromS) * rateHz)).filter((at) => at >= 0 && at < mv[0].length);
  return { beats, waves, measured: measure(beats, waves, levels, [[0, mv[0].length]], rateHz), truth, real };
}

const PATIENTS = 12;
const patients = (condition: ConditionId, rateHz = 500, noise = 1) => Array.from({ length: PATIENTS }, (_, seed) => createPatient({ condition, rateHz, noise }, seed, profile));
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

describe('simulated patients', () => {
  const rhythms: ConditionId[] = ['sinus-rhythm', 'sinus-bradycardia', 'sinus-tachycardia', 'atrial-fibrillation', 'premature-ventricular-complex', 'complete-av-block', 'left-bundle-branch-block', 'low-qrs-voltage', 'paced-rhythm', 'anterior-stemi'];
  for (const condition of rhythms) {
    test(`${condition}: nearly every beat is found, from twelve leads and from one`, () => {
      for (const leads of [LEADS.map((_, i) => i), [1]]) {
        const counts = { tp: 0, fn: 0, fp: 0 };
        for (const patient of patients(condition)) {
          const { beats, real } = seen(patient, 20, leads);
          // What an end of the segment cuts may be detected or not.
          const inside = (list: readonly number[]) => list.filter((at) => at > 0.15 * patient.rateHz && at < (SEGMENT_S - 0.15) * patient.rateHz);
          const { tp, fn, fp } = compareBeats(inside(real), inside(beats), [], patient.rateHz);
          counts.tp += tp;
          counts.fn += fn;
          counts.fp += fp;
        }
        // One lead alone may show an escape beat hardly at all.
        const least = leads.length > 1 ? 0.97 : 0.93;
        expect(counts.tp / (counts.tp + counts.fn), `sensitivity, ${leads.length} leads`).toBeGreaterThan(least);
        expect(counts.tp / (counts.tp + counts.fp), `predictivity, ${leads.length} leads`).toBeGreaterThan(least);
      }
    });
  }

  test('in sinus rhythm the intervals are the patient’s own', () => {
    const errors = { pr: [] as number[], qrs: [] as number[], qt: [] as number[], rate: [] as number[] };
    for (const patient of patients('sinus-rhythm')) {
      const { measured, truth } = seen(patient, 20);
      const of = (value: (beat: (typeof truth.beats)[number]) => number) => median(truth.beats.map((beat) => value(beat) * 1000));
      errors.pr.push(measured.prMs! - of(({ p, qrs }) => qrs.onS - p!.onS));
      errors.qrs.push(measured.qrsMs! - of(({ qrs }) => qrs.offS - qrs.onS));
      errors.qt.push(measured.qtMs! - of(({ qrs, t }) => t.offS - qrs.onS));
      errors.rate.push(Math.abs(measured.heartRateBpm! - patient.diseased.heartRateBpm) / patient.diseased.heartRateBpm);
    }
    for (const [name, list] of Object.entries(errors)) expect(Math.abs(median(list)), name).toBeLessThan(name === 'rate' ? 0.1 : 25);
  });

  test('first-degree block has a long PR, bundle branch block a wide QRS, and a healthy heart neither', () => {
    const typical = (condition: ConditionId, value: 'prMs' | 'qrsMs') => median(patients(condition).flatMap((patient) => seen(patient, 20).measured[value] ?? []));
    expect(typical('first-degree-av-block', 'prMs')).toBeGreaterThan(200);
    expect(typical('sinus-rhythm', 'prMs')).toBeLessThan(200);
    expect(typical('left-bundle-branch-block', 'qrsMs')).toBeGreaterThan(120);
    expect(typical('sinus-rhythm', 'qrsMs')).toBeLessThan(115);
  });

  test('no PR is reported of atrial fibrillation, and RR is irregular', () => {
    const measured = patients('atrial-fibrillation').map((patient) => seen(patient, 20).measured);
    expect(measured.filter(({ prMs }) => prMs !== undefined).length).toBeLessThanOrEqual(1);
    expect(median(measured.map(({ rrCv }) => rrCv!))).toBeGreaterThan(0.1);
  });

  test('in complete block the atria are faster than the ventricles, and there is no PR', () => {
    const both = patients('complete-av-block').map((patient) => seen(patient, 20).measured).filter(({ atrialRateBpm }) => atrialRateBpm !== undefined);
    expect(both.length).toBeGreaterThan(PATIENTS / 2);
    expect(median(both.map(({ atrialRateBpm, heartRateBpm }) => atrialRateBpm! / heartRateBpm!))).toBeGreaterThan(1.3);
    expect(both.filter(({ prMs }) => prMs !== undefined).length).toBeLessThanOrEqual(both.length / 4);
  });

  test('ST rises in the leads over an anterior infarction and not in a healthy heart', () => {
    const st = (condition: ConditionId) => median(patients(condition).map((patient) => seen(patient, 600).measured.st.find(({ lead }) => lead === 'V3')!.mv));
    expect(st('anterior-stemi')).toBeGreaterThan(0.15);
    expect(Math.abs(st('sinus-rhythm'))).toBeLessThan(0.1);
  });

  test('a segment at 250 Hz gives what it gives at 500', () => {
    const at = (rateHz: number) => patients('sinus-rhythm', rateHz, 0.3).map((patient) => seen(patient, 20).measured);
    at(250).forEach((slow, i) => expect(Math.abs(slow.qrsMs! - at(500)[i].qrsMs!)).toBeLessThan(12));
  });
});

describe('noise without a heart', () => {
  const noise = (seed: number) => {
    let state = seed;
    const white = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5);
    let slow = 0;
    return Float32Array.from({ length: 5000 }, () => (slow = 0.9 * slow + 0.3 * white()));
  };
  test('beats are disputed there, and no interval or ST is reported', () => {
    let disputed = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const rows = LEADS.map((lead, i) => [lead, noise(seed * 100 + i)] as const);
      const { reasons, gates, measurements } = gradedChunk(chunkOf(Object.fromEntries(rows)));
      if (!reasons.includes('detectors-disagree')) continue;
      disputed++;
      expect(gates.morphology).toBe(false);
      expect([measurements.prMs, measurements.qrsMs, measurements.qtMs, measurements.axisDeg]).toEqual([undefined, undefined, undefined, undefined]);
      expect(measurements.st).toEqual([]);
    }
    expect(disputed).toBeGreaterThan(16);
  });
  test('and not in patients, however slow', () => {
    for (const condition of ['sinus-rhythm', 'complete-av-block', 'sinus-bradycardia', 'atrial-fibrillation', 'paced-rhythm'] as const) {
      const disputes = patients(condition).map((patient) => {
        const rows = patient.render(10_000, 5000).mv.map((mv, i) => [LEADS[i], mv] as const);
        return gradedChunk(chunkOf(Object.fromEntries(rows))).reasons.includes('detectors-disagree');
      });
      expect(disputes.filter(Boolean).length, condition).toBeLessThanOrEqual(1);
    }
  });
});

describe('whatever comes in', () => {
  const patient = createPatient({ condition: 'sinus-rhythm', rateHz: 250, noise: 0.3 }, 1, profile);
  const clean = patient.render(5000, 2500).mv;
  const alone = (mv: Float32Array) => delineate([{ lead: 'II', mv }], 250);

  test('a gain changes nothing but the voltages', () => {
    const plain = alone(clean[1]);
    for (const gain of [0.01, 3, 200]) {
      const { beats, waves } = alone(clean[1].map((mv) => mv * gain));
      expect(beats).toEqual(plain.beats);
      waves.forEach((wave, i) => expect(Math.abs(wave.onset - plain.waves[i].onset)).toBeLessThan(2));
    }
  });
  test('a hole is no beat', () => {
    const holed = clean[1].slice().fill(NaN, 900, 1500);
    expect(alone(holed).beats.filter((beat) => beat > 950 && beat < 1450)).toEqual([]);
  });
  test('nothing, one sample, flat, infinite and rail to rail: no NaN comes out', () => {
    const anything = fc.oneof(fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e30, -1e30), fc.double({ min: -5, max: 5, noNaN: true }));
    const signal = fc.oneof(
      fc.array(anything, { maxLength: 400 }),
      fc.tuple(fc.integer({ min: 0, max: 2500 }), anything).map(([n, value]) => new Array<number>(n).fill(value)),
      fc.integer({ min: 2, max: 200 }).map((half) => Array.from({ length: 2500 }, (_, i) => (Math.floor(i / half) % 2 === 0 ? 16 : -16))),
    );
    fc.assert(
      fc.property(fc.array(signal, { minLength: 1, maxLength: 3 }), fc.constantFrom(100, 250, 500), (signals, rateHz) => {
        const length = Math.max(...signals.map((one) => one.length));
        const leads = signals.map((one, k) => ({ lead: LEADS[k], mv: Float32Array.from({ length }, (_, i) => one[i] ?? NaN) }));
        const { beats, waves } = delineate(leads, rateHz);
        const measurements = measure(beats, waves, [], [[0, length]], rateHz);
        for (const value of [...beats, ...waves.flatMap(({ onset, peak, offset }) => [onset, peak, offset]), ...Object.values(measurements).flat().filter((one) => typeof one === 'number')]) {
          expect(value).toBeGreaterThan(-1);
          expect(value).toBeLessThan(Infinity);
        }
      }),
      { numRuns: 60 },
    );
  });
});
