/** A short recording as if it went on: the same beats, joined where nobody sees it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INDEPENDENT, LEADS } from '../../src/ecg/index.js';
import { delineateRecord } from '../../src/grade/index.js';
import { type ConditionId, createPatient, prolonged, readProfile, type ShortRecording, SimulationError } from '../../src/simulate/index.js';

const profile = await readProfile();
const RATE_HZ = 250;
const AT = INDEPENDENT.map((lead) => LEADS.indexOf(lead));

function recording(condition: ConditionId, seed: number, seconds = 10): ShortRecording {
  const { mv } = createPatient({ condition, rateHz: RATE_HZ, noise: 0.3 }, seed, profile).render(0, seconds * RATE_HZ);
  const leads = AT.map((at) => mv[at]);
  return { name: condition, rateHz: RATE_HZ, mv: leads, beats: beatsOf(leads) };
}

const beatsOf = (mv: readonly Float32Array[]) => delineateRecord(INDEPENDENT.map((lead, k) => ({ lead, mv: mv[k] })), RATE_HZ).beats;
const intervalsOf = (beats: readonly number[]) => beats.slice(1).map((beat, i) => (beat - beats[i]) / RATE_HZ);

describe('what goes on is what was there', () => {
  for (const condition of ['sinus-rhythm', 'atrial-fibrillation', 'left-bundle-branch-block', 'sinus-tachycardia'] as const) {
    test(`${condition}: no seam splits an interval or doubles one`, () => {
      for (let seed = 0; seed < 4; seed++) {
        const short = recording(condition, seed);
        const { mv } = prolonged(short, seed, profile).render(0, 120 * RATE_HZ);
        const [before, after] = [intervalsOf(short.beats), intervalsOf(beatsOf(AT.map((at) => mv[at])))];
        expect(after.length).toBeGreaterThan(40);
        expect(Math.min(...after), `patient ${seed}`).toBeGreaterThan(0.9 * Math.min(...before));
        expect(Math.max(...after), `patient ${seed}`).toBeLessThan(1.1 * Math.max(...before));
      }
    });
  }

  test('intervals are not those of the recording again and again', () => {
    const short = recording('sinus-rhythm', 1);
    const { mv } = prolonged(short, 1, profile, 0).render(0, 600 * RATE_HZ);
    const rounded = new Set(intervalsOf(beatsOf(AT.map((at) => mv[at]))).map((s) => Math.round(s * 200)));
    expect(rounded.size).toBeGreaterThan(new Set(intervalsOf(short.beats).map((s) => Math.round(s * 200))).size);
  });

  test('limb leads agree', () => {
    const { mv } = prolonged(recording('sinus-rhythm', 2), 2, profile).render(1000, 500);
    const [i, ii, iii, avr, avl, avf] = mv;
    i.forEach((a, n) => {
      expect(iii[n]).toBeCloseTo(ii[n] - a, 5);
      expect(avr[n] + avl[n] + avf[n]).toBeCloseTo(0, 5);
    });
  });
});

test('the same sample has the same value, whatever the cuts', () => {
  const long = prolonged(recording('sinus-rhythm', 3), 3, profile);
  const whole = long.render(0, 4000).mv;
  fc.assert(fc.property(fc.nat(3000), fc.integer({ min: 1, max: 900 }), (from, count) => {
    long.render(from, count).mv.forEach((lead, k) => expect(lead).toEqual(whole[k].slice(from, from + count)));
  }), { numRuns: 40 });
});

test('noise is added where it is asked for', () => {
  const short = recording('sinus-rhythm', 4);
  const energy = (noise: number) => prolonged(short, 4, profile, noise).render(0, 2000).mv[1].reduce((sum, value, n, lead) => sum + (n === 0 ? 0 : (value - lead[n - 1]) ** 2), 0);
  expect(energy(3)).toBeGreaterThan(1.2 * energy(0));
});

describe('what cannot be repeated is refused', () => {
  const refused = (short: ShortRecording) => () => prolonged(short, 1, profile);
  const whole = recording('sinus-rhythm', 5);
  test('too few beats', () => expect(refused({ ...whole, beats: whole.beats.slice(0, 3) })).toThrow(SimulationError));
  test('a lead too few', () => expect(refused({ ...whole, mv: whole.mv.slice(1) })).toThrow(/7 leads/));
  test('missing samples', () => {
    const mv = whole.mv.map((lead) => Float32Array.from(lead));
    mv[3][700] = NaN;
    expect(refused({ ...whole, mv })).toThrow(/samples are missing/);
  });
});
