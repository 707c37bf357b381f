/** Beats of a stream: what a border cuts is reported once and in its place, and a noisy lead spoils no clean one. Invariants: I27 */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, type AssembleOptions, initial, physical, step } from '../../src/assemble/index.js';
import { beatsAfter } from '../../src/decide/rhythm.js';
import { delineateRecord, type Followed, grade } from '../../src/grade/index.js';
import { LEADS, type Outcome } from '../../src/ecg/index.js';
import { type ConditionId, createPatient, readProfile } from '../../src/simulate/index.js';
import { chunkOf, noise } from './segment.js';

const profile = await readProfile();
const RATE_HZ = 250;
const SECONDS = 120;

function rendered(condition: ConditionId, seed: number): Record<string, Float32Array> {
  const { mv } = createPatient({ condition, rateHz: RATE_HZ, noise: 0.5 }, seed, profile).render(0, SECONDS * RATE_HZ);
  return Object.fromEntries(LEADS.map((lead, i) => [lead, mv[i]]));
}

/** As the engine takes it: one chunk a second. */
function streamed(leads: Readonly<Record<string, Float32Array>>, options: AssembleOptions = ASSEMBLE_FROM_START) {
  let state = initial('bed-1');
  let followed: Followed | undefined;
  const found = [];
  for (let s = 0; s < SECONDS; s++) {
    const rows = Object.fromEntries(Object.entries(leads).map(([lead, mv]) => [lead, mv.subarray(s * RATE_HZ, (s + 1) * RATE_HZ)]));
    const chunk = chunkOf(rows, RATE_HZ, { firstSample: s * RATE_HZ, sequence: s, endOfStream: s === SECONDS - 1 });
    const done = step(state, { type: 'chunk', chunk, offset: s, brokerMs: s * 1000 }, options);
    state = done.state;
    for (const segment of done.out.segments) {
      const graded = grade(segment, physical(segment), followed);
      followed = graded.followed;
      found.push({ segment, graded });
    }
  }
  return found;
}

const beatsOf = (leads: Readonly<Record<string, Float32Array>>) => streamed(leads).flatMap(({ segment, graded }) => graded.measurements.beats.map((beat) => segment.firstSample + beat));

describe('the beats of a stream are those of the whole record', () => {
  for (const condition of ['sinus-rhythm', 'sinus-tachycardia', 'atrial-fibrillation', 'premature-ventricular-complex'] as const) {
    test(condition, () => {
      for (let seed = 0; seed < 4; seed++) {
        const leads = rendered(condition, seed);
        // What the very end cuts may be detected or not.
        const inside = (beats: readonly number[]) => beats.filter((beat) => beat < (SECONDS - 0.3) * RATE_HZ);
        const stream = inside(beatsOf(leads));
        const whole = inside(delineateRecord(LEADS.map((lead) => ({ lead, mv: leads[lead] })), RATE_HZ).beats);
        expect(stream.length, `patient ${seed}`).toBe(whole.length);
        stream.forEach((beat, i) => expect(Math.abs(beat - whole[i]), `patient ${seed}, beat ${i}`).toBeLessThan(0.04 * RATE_HZ));
      }
    });
  }

  test.each([['one after another', ASSEMBLE_FROM_START], ['the second over the first, by its phase', ASSEMBLE_DEFAULTS], ['each over the one before', { ...ASSEMBLE_DEFAULTS, strideS: 7 }]])('one that lies before the border is reported by the segment after it, and a run of beats counts it in its place: segments %s', (_, options) => {
    let before = 0;
    let runs: ReturnType<typeof beatsAfter>['runs'] = [];
    for (let seed = 0; seed < 6; seed++) {
      runs = [];
      for (const { segment, graded } of streamed(rendered('sinus-tachycardia', seed), options)) {
        const [first] = graded.measurements.beats;
        expect(first).toBeGreaterThanOrEqual(-0.2 * RATE_HZ - 1);
        if (first < 0) before++;
        ({ runs } = beatsAfter(runs, { ...segment, ...graded, source: { partition: 0, offsets: segment.sources } } as unknown as Outcome));
        // The end of the stream cut it short: the run is over.
        if (segment.partial) continue;
        const { beats } = runs[0];
        // As regular as the patient: no border doubles an interval, and none splits one.
        beats.slice(1).forEach((beat, i) => expect(beat - beats[i], `patient ${seed}`).toBeLessThan(0.8));
      }
    }
    expect(before).toBeGreaterThan(0);
  });
});

test('one lead of nothing but noise among twelve, or beside another, costs no beat', () => {
  for (const names of [LEADS, ['II', 'V1']]) {
    for (let seed = 0; seed < 3; seed++) {
      const clean = rendered('sinus-rhythm', seed);
      const leads = Object.fromEntries(names.map((lead) => [lead, clean[lead]]));
      const white = noise(seed + 1);
      let slow = 0;
      const noisy = { ...leads, V1: leads.V1.map(() => (slow = 0.6 * slow + 0.5 * white())) };
      const expected = beatsOf(leads);
      const found = beatsOf(noisy);
      expect(found.filter((beat) => !expected.some((one) => Math.abs(one - beat) < 0.1 * RATE_HZ)), `${names.length} leads, patient ${seed}: extra`).toHaveLength(0);
      expect(expected.filter((beat) => !found.some((one) => Math.abs(one - beat) < 0.1 * RATE_HZ)), `${names.length} leads, patient ${seed}: missed`).toHaveLength(0);
    }
  }
});
