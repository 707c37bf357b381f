// What must hold of every patient: the seed decides, the cuts do not, Einthoven holds, and the truth fits the signal.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEADS, NO_SAMPLE_INT16 } from '../../src/ecg/index.js';
import { CONDITION_IDS, countsOf, createPatient, patientChunks, readProfile, wardOf, type ConditionId, type PatientSpec } from '../../src/simulate/index.js';

const profile = await readProfile();
const anyCondition = fc.constantFrom<ConditionId>(...CONDITION_IDS);
const signal = (spec: PatientSpec, seed: number, from: number, count: number) => createPatient(spec, seed, profile).render(from, count).mv;

describe('the seed', () => {
  it('makes the same patient again, another seed another', () => {
    const spec: PatientSpec = { condition: 'atrial-fibrillation' };
    expect(signal(spec, 5, 0, 3000)).toEqual(signal(spec, 5, 0, 3000));
    expect(signal(spec, 5, 0, 3000)).not.toEqual(signal(spec, 6, 0, 3000));
  });
  it('makes the same ward, whatever its size', () => {
    const [small, large] = [3, 8].map((beds) => wardOf(beds, 11, profile).map((patient) => [patient.spec, patient.seed]));
    expect(large.slice(0, 3)).toEqual(small);
    expect(new Set(wardOf(60, 11, profile).map((patient) => patient.spec.condition)).size).toBeGreaterThan(8);
  });
});

describe('the cuts', () => {
  it('do not matter, nor does their order', () => {
    fc.assert(fc.property(
      anyCondition, fc.integer({ min: 0, max: 1000 }), fc.constantFrom(100, 250, 360, 499.97, 500, 1000), fc.integer({ min: 0, max: 200_000 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }), fc.boolean(),
      (condition, seed, rateHz, from, sizes, backwards) => {
        const spec: PatientSpec = { condition, rateHz, onsetS: 20, noise: 3 };
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const whole = createPatient(spec, seed, profile).render(from, total);
        const patient = createPatient(spec, seed, profile);
        let at = from;
        const pieces = sizes.map((size) => ({ first: (at += size) - size, size }));
        for (const { first, size } of backwards ? pieces.reverse() : pieces) {
          const piece = patient.render(first, size);
          piece.mv.forEach((lead, index) => expect(lead).toEqual(whole.mv[index].slice(first - from, first - from + size)));
          expect(piece.paceMarks).toEqual(whole.paceMarks.filter((mark) => mark >= first && mark < first + size));
        }
      },
    ), { numRuns: 60 });
  });
  it('of truth do not matter either', () => {
    const patient = createPatient({ condition: 'premature-ventricular-complex' }, 4, profile);
    const whole = createPatient({ condition: 'premature-ventricular-complex' }, 4, profile).truth(0, 900).beats;
    const parts = [0, 1, 2].flatMap((part) => patient.truth(300 * part, 300 * part + 300).beats);
    expect(parts).toEqual(whole);
    expect(patient.truth(0, 300).beats).toEqual(parts.slice(0, patient.truth(0, 300).beats.length));
  });
});

describe('the leads', () => {
  it('obey Einthoven and Goldberger: exactly in counts, to rounding in mV', () => {
    fc.assert(fc.property(anyCondition, fc.integer({ min: 0, max: 99 }), (condition, seed) => {
      const { mv } = createPatient({ condition, noise: 2 }, seed, profile).render(0, 2000);
      const counts = countsOf(mv, 200);
      for (let n = 0; n < 2000; n++) {
        const [i, ii, iii, avr, avl, avf] = counts.map((lead) => lead[n]);
        if (i === NO_SAMPLE_INT16) { expect([iii, avr, avl, avf]).toEqual(new Array(4).fill(NO_SAMPLE_INT16)); continue; }
        expect(iii).toBe(ii - i);
        expect(Math.abs(avr + (i + ii) / 2)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(avl - (i - ii / 2))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(avf - (ii - i / 2))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(mv[2][n] - (mv[1][n] - mv[0][n]))).toBeLessThan(1e-5);
      }
    }), { numRuns: 20 });
  });
  it('that are off show nothing, or a flat line, and say so', () => {
    const off = (shows: 'flat' | 'no-sample') => createPatient(
      { condition: 'sinus-rhythm', noise: 0, leadOff: [{ electrode: 'V3', fromS: 1, toS: 2, shows }, { electrode: 'LA', fromS: 3, toS: 4, shows }] }, 1, profile);
    const none = off('no-sample').render(0, 2500);
    expect(none.leadsOff).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V3']);
    expect([...none.mv[8]].map(Number.isNaN)).toEqual(Array.from({ length: 2500 }, (_, n) => n >= 500 && n < 1000));
    expect([...none.mv[9]].some(Number.isNaN)).toBe(false);
    const flat = off('flat').render(0, 2500);
    expect(flat.leadsOff).toEqual([]);
    expect(new Set(flat.mv[2].slice(1500, 2000))).toEqual(new Set([0]));
  });
});

describe('the truth', () => {
  it('has its R peaks where the signal has them, at any rate', () => {
    fc.assert(fc.property(anyCondition, fc.integer({ min: 0, max: 200 }), fc.constantFrom(250, 500, 1000), (condition, seed, rateHz) => {
      const patient = createPatient({ condition, noise: 0, rateHz }, seed, profile);
      const { mv } = patient.render(0, 10 * rateHz);
      const power = (n: number) => [0, 1, 6, 7, 8, 9, 10, 11].reduce((sum, lead) => sum + mv[lead][n] ** 2, 0);
      for (const { qrs } of patient.truth(1, 9).beats) {
        const from = Math.ceil((qrs.onS + 0.02) * rateHz);
        let best = from;
        for (let n = from; n <= qrs.offS * rateHz; n++) if (power(n) > power(best)) best = n;
        const stated = Math.round(qrs.peakS * rateHz);
        // P, T and the ST segment lie under QRS and may move its peak, or choose between two of equal height.
        expect(Math.abs(best - stated) / rateHz <= 0.012 || power(stated) > 0.85 * power(best), `${condition} ${seed}`).toBe(true);
      }
    }), { numRuns: 80 });
  });
  it('orders the waves of a beat, and names what was true when', () => {
    const patient = createPatient({ condition: 'anterior-stemi', onsetS: 30 }, 2, profile);
    const { beats, findings } = patient.truth(0, 60);
    for (const { p, qrs, t } of beats) {
      const order = [p!.onS, p!.peakS, p!.offS, qrs.onS, qrs.peakS, qrs.offS, t.onS, t.peakS, t.offS];
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    expect(findings).toContainEqual({ id: 'stemi', onsetMs: 30_000, fullMs: 45_000, offsetMs: undefined });
    expect(findings).toContainEqual({ id: 'normal-ecg', onsetMs: 0, fullMs: 0, offsetMs: 30_000 });
  });
});

describe('chunks', () => {
  it('follow one another, say that they are simulated, and can be had by index', () => {
    const chunks = patientChunks(createPatient({ condition: 'paced-rhythm', rateHz: 250 }, 3, profile), { device: 'd', epoch: 2, chunkMs: 333, startMs: 7000 });
    let next = 0;
    let marks = 0;
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({ firstSample: next, demo: true, placement: 'standard', epoch: 2, band: { highpassHz: 0.05, lowpassHz: 150, phase: 'zero' } });
      expect(chunk.declaredLeads).toEqual(LEADS);
      expect(chunk.deviceTimeMs).toBe(7000 + Math.round((next * 1000) / 250));
      for (const mark of chunk.paceMarks!) expect(mark).toBeGreaterThanOrEqual(next);
      marks += chunk.paceMarks!.length;
      next += chunk.blocks[0].samples.length;
      if (chunk.sequence === 30) break;
    }
    expect(marks).toBeGreaterThan(5);
    expect(chunks.chunkAt(3)).toEqual(chunks.chunkAt(3));
    expect(chunks.chunkAt(3).sequence).toBe(3);
  });
});

it('an unknown condition, a bad rate and a bad profile are refused', async () => {
  expect(() => createPatient({ condition: 'plague' as ConditionId }, 1, profile)).toThrow(/no condition "plague"/);
  expect(() => createPatient({ condition: 'sinus-rhythm', rateHz: 5000 }, 1, profile)).toThrow(/5000 Hz/);
  await expect(readProfile('/nowhere/p.json')).rejects.toMatchObject({ code: 'missing-file' });
  await expect(readProfile(import.meta.filename)).rejects.toMatchObject({ code: 'bad-profile' });
});
