/** Electrodes that change places in mid-stream: reported against the patient's own beat from before; hearts that change are not. Invariants: I63 */
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_FROM_START, initial, physical, step } from '../../src/assemble/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { exchanged, EXCHANGES, type Exchange, type Followed, grade } from '../../src/grade/index.js';
import { createPatient, patientChunks, type PatientSpec, readProfile } from '../../src/simulate/index.js';
import { decodeBeatState, encodeBeatState } from '../../src/wire/index.js';
import { changed, noise } from '../grade/segment.js';

const RATE_HZ = 250;
const profile = await readProfile();
type Limb = readonly [i: number, ii: number];

function patient(seed: number, spec: Partial<PatientSpec> = {}, chunkMs = 10_000, seconds = 120) {
  const one = createPatient({ condition: 'sinus-rhythm', rateHz: RATE_HZ, noise: 0.5, ...spec }, seed, profile);
  const made = patientChunks(one, { device: 'bed-1', epoch: 1, chunkMs, startMs: 0 });
  return { chunks: Array.from({ length: Math.ceil((seconds * 1000) / chunkMs) }, (_, k) => made.chunkAt(k)), beats: one.truth(0, seconds).beats };
}

/** I and II from what they were, the other limb leads with them; by the number of the sample. */
function limb(chunk: Chunk, of: (leads: Limb, sample: number) => Limb): Chunk {
  const was: Record<string, Float32Array> = {};
  changed(chunk, (lead, mv) => void (was[lead] = mv.slice()));
  const now = Array.from(was.I, (i, n) => of([i, was.II[n]], chunk.firstSample + n));
  const make: Readonly<Record<string, (leads: Limb) => number>> = {
    I: ([i]) => i, II: ([, ii]) => ii, III: ([i, ii]) => ii - i, aVR: ([i, ii]) => -(i + ii) / 2, aVL: ([i, ii]) => i - ii / 2, aVF: ([i, ii]) => ii - i / 2,
  };
  return changed(chunk, (lead, mv) => {
    if (make[lead] !== undefined) now.forEach((leads, n) => void (mv[n] = make[lead](leads)));
  });
}
const swapped = (chunk: Chunk, exchange: Exchange): Chunk => limb(chunk, ([i, ii]) => {
  const [[one], [two]] = exchanged([Float64Array.of(i), Float64Array.of(ii)], exchange);
  return [one, two];
});

/** Einthoven's triangle: I at 0°, II at 60°. */
function inFrontalPlane([i, ii]: Limb, degrees: number): Limb {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const y = (2 * ii - i) / Math.sqrt(3);
  const [x2, y2] = [cos * i - sin * y, sin * i + cos * y];
  return [x2, (x2 + Math.sqrt(3) * y2) / 2];
}

/** Whether an exchange is reported, segment by segment. */
function reported(chunks: readonly Chunk[], between: (followed: Followed | undefined) => Partial<Followed> | undefined = (one) => one) {
  let state = initial('bed-1');
  let followed: Followed | undefined;
  const swaps: string[] = [];
  chunks.forEach((chunk, offset) => {
    const done = step(state, { type: 'chunk', chunk, offset, brokerMs: chunk.deviceTimeMs }, ASSEMBLE_FROM_START);
    state = done.state;
    for (const segment of done.out.segments) {
      const graded = grade(segment, physical(segment), between(followed));
      followed = graded.followed;
      swaps.push(graded.reasons.find((reason) => reason.startsWith('swapped-')) ?? '-');
    }
  });
  return { swaps, followed };
}

describe('electrodes come back in other places after a pause', () => {
  const without = (chunks: readonly Chunk[]) => reported(chunks, (one) => one && { reported: one.reported, kinds: one.kinds }).swaps;
  test.each(EXCHANGES)('%s: every segment says so, as long as it lasts, and none once they are put right', (exchange) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { chunks } = patient(seed);
      const story = chunks.flatMap((chunk, k) => (k === 4 || k === 5 ? [] : [k >= 6 && k < 9 ? swapped(chunk, exchange) : chunk]));
      const { swaps } = reported(story);
      expect(swaps.slice(0, 4), `patient ${seed}`).toEqual(new Array(4).fill('-'));
      expect(swaps.slice(-6, -3), `patient ${seed}`).toEqual(new Array(3).fill(`swapped-${exchange}`));
      // The last chunks close no further segment.
      expect(swaps.slice(-2), `patient ${seed}`).toEqual(['-', '-']);
    }
  });
  test('a heart that lies flatter than its chest leads say: arm and leg of the left side are seen by the own beat alone', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { chunks } = patient(seed, {}, 10_000, 60);
      const story = chunks.map((chunk) => limb(chunk, (leads) => inFrontalPlane(leads, -40))).map((chunk, k) => (k >= 3 ? swapped(chunk, 'LA-LL') : chunk));
      expect(new Set(without(story)), `patient ${seed}`).toEqual(new Set(['-']));
      expect(reported(story).swaps.slice(3), `patient ${seed}`).toEqual(new Array(3).fill('swapped-LA-LL'));
    }
  });
  test('noise and a lead that is off in between neither report it nor forget the beat', () => {
    const white = noise(3);
    const { chunks } = patient(2);
    const story = chunks.map((chunk, k) => {
      if (k === 4) return changed(chunk, (_, mv) => mv.forEach((_value, n) => void (mv[n] = white())));
      if (k === 5) return changed(chunk, (lead, mv) => void (lead === 'V3' && mv.fill(0)));
      return k > 5 ? swapped(chunk, 'LA-LL') : chunk;
    });
    const { swaps } = reported(story);
    expect(swaps.slice(0, 6)).toEqual(new Array(6).fill('-'));
    expect(swaps.slice(6)).toEqual(new Array(swaps.length - 6).fill('swapped-LA-LL'));
  });
});

describe('the heart changes, the electrodes stay', () => {
  const SEEDS = [1, 2, 3, 4, 5, 6];
  test.each(['inferior-stemi', 'anterior-stemi', 'left-bundle-branch-block', 'right-bundle-branch-block'] as const)('%s begins: no exchange', (condition) => {
    for (const seed of SEEDS) expect(new Set(reported(patient(seed, { condition, onsetS: 50 }).chunks).swaps), `patient ${seed}`).toEqual(new Set(['-']));
  });
  /** The QRS turns in the frontal plane and the chest leads stay; P and T are as they were. */
  const turned = (degrees: number, seed: number): Chunk[] => {
    const { chunks, beats } = patient(seed);
    const peaks = beats.map(({ qrs }) => qrs.peakS * RATE_HZ);
    return chunks.map((chunk, k) => (k < 5 ? chunk : limb(chunk, ([i, ii], sample) => {
      const off = Math.min(...peaks.map((peak) => Math.abs(peak - sample))) / RATE_HZ;
      const share = off < 0.06 ? 1 : off < 0.08 ? (0.08 - off) / 0.02 : 0;
      const [i2, ii2] = inFrontalPlane([i, ii], degrees);
      return [i + share * (i2 - i), ii + share * (ii2 - ii)];
    })));
  };
  test.each([['left anterior fascicular block', -75], ['left posterior fascicular block', 70], ['a heart that lies down', -30], ['one that stands up', 30]])('%s: no exchange', (_, degrees) => {
    for (const seed of SEEDS) expect(new Set(reported(turned(degrees, seed)).swaps), `patient ${seed}`).toEqual(new Set(['-']));
  });
});

test('what is kept of the beat, and what is reported, does not depend on how the stream is cut, nor on take-overs', () => {
  const story = (chunkMs: number) => patient(4, {}, chunkMs, 80).chunks.map((chunk) => (chunk.firstSample >= 40 * RATE_HZ ? swapped(chunk, 'LA-LL') : chunk));
  const whole = reported(story(10_000));
  expect(whole.swaps).toEqual(['-', '-', '-', '-', ...new Array(4).fill('swapped-LA-LL')]);
  expect(whole.followed!.own!.wave).not.toBe('');
  const fine = reported(story(500));
  expect(fine).toEqual(whole);
  const taken = reported(story(500), (one) => one && decodeBeatState(encodeBeatState({ encounter: 'e-1', ...one })));
  expect(taken).toEqual(whole);
});
