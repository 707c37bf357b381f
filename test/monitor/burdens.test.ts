/** What each minute of a bed held: counted once, and only where it was watched. Invariants: I81 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BeatKind, Outcome } from '../../src/ecg/index.js';
import { BurdenBook } from '../../src/monitor/burdens.js';
import { outcome } from '../decide/series.js';

/** A whole minute. */
const START = 1_700_000_040_000;
const RATE = 500;

/** A stream's beats at seconds of the epoch, and its outcomes: ten seconds, each so long after the one before. */
function outcomesOf(beats: readonly { readonly atS: number; readonly kind: BeatKind }[], seconds: number, strideS = 10, more: (fromS: number) => Partial<Outcome> = () => ({})): Outcome[] {
  const segments = Array.from({ length: Math.floor((seconds - 10) / strideS) + 1 }, (_, k) => k * strideS);
  return segments.map((fromS) => {
    const own = beats.filter(({ atS }) => atS >= fromS && atS < fromS + 10);
    return outcome(0, 0, {
      id: `bed-1/1/${fromS * RATE}`,
      firstSample: fromS * RATE,
      startMs: START + fromS * 1000,
      measurements: { beats: own.map(({ atS }) => Math.round((atS - fromS) * RATE)), voltages: [], st: [] },
      kinds: own.map(({ kind }) => ({ kind, confidence: 1 })),
      ...more(fromS),
    });
  });
}

const every = (stepS: number, seconds: number, kind: (i: number) => BeatKind = () => 'N') =>
  Array.from({ length: Math.floor(seconds / stepS) }, (_, i) => ({ atS: 0.3 + i * stepS, kind: kind(i) }));

function seriesOf(outcomes: readonly Outcome[], { minutes = 60, laterMs = 0 } = {}) {
  const book = new BurdenBook();
  outcomes.forEach((one) => book.take(one, one.startMs + 10_000));
  return book.series(outcomes.at(-1)!.startMs + 10_000 + laterMs, minutes, () => true)[0];
}

test('bigeminy at 75 a minute for three minutes', () => {
  const found = seriesOf(outcomesOf(every(0.8, 180, (i) => (i % 2 === 1 ? 'V' : 'N')), 180));
  expect(found).toMatchObject({ fromMs: START, seconds: [60, 60, 60], kindSeconds: [60, 60, 60], beats: [75, 75, 75], supraventricular: [0, 0, 0], heartRateBpm: [75, 75, 75] });
  expect(found.ventricular.map((v) => Math.abs(v! - 37.5))).toEqual([0.5, 0.5, 0.5]);
  expect(found.fibrillation).toEqual([0, 0, 0]);
});

test('however segments overlap, and however often one is repeated, each beat counts once', () => {
  fc.assert(fc.property(fc.constantFrom(1, 2, 2.5, 5, 10), fc.array(fc.record({ gap: fc.double({ min: 0.3, max: 2, noNaN: true }), kind: fc.constantFrom<BeatKind>('N', 'V', 'S') }), { minLength: 60, maxLength: 200 }), (strideS, list) => {
    let atS = 0.3;
    const beats = list.map(({ gap, kind }) => ({ atS: (atS += gap), kind })).filter((beat) => beat.atS < 120);
    const outcomes = outcomesOf(beats, 120, strideS);
    const found = seriesOf(outcomes.flatMap((one, k) => (k % 5 === 4 ? [one, one] : [one])));
    const within = (minute: number, kind?: BeatKind) => beats.filter((beat) => Math.floor(beat.atS / 60) === minute && (kind === undefined || beat.kind === kind)).length;
    expect([found.seconds, found.beats, found.ventricular, found.supraventricular]).toEqual([[60, 60], [within(0), within(1)], [within(0, 'V'), within(1, 'V')], [within(0, 'S'), within(1, 'S')]]);
  }), { numRuns: 100 });
});

describe('a minute that was not watched has no number', () => {
  const beats = every(0.75, 300, () => 'V');
  test('where the signal says nothing', () => {
    const found = seriesOf(outcomesOf(beats, 300, 10, (fromS) => (fromS >= 60 && fromS < 180 ? { grade: 'unusable', status: 'unusable' } : {})));
    expect(found.seconds).toEqual([60, 0, 0, 60, 60]);
    for (const key of ['beats', 'ventricular', 'supraventricular', 'heartRateBpm', 'fibrillation'] as const) expect([key, found[key].slice(1, 3)]).toEqual([key, [null, null]]);
  });
  test('where segments are missing, and after the device fell silent', () => {
    const found = seriesOf(outcomesOf(beats, 300).filter((_, k) => k < 9 || k > 20), { laterMs: 150_000 });
    expect(found.seconds).toEqual([60, 30, 0, 30, 60, 0, 0]);
    expect(found.ventricular).toEqual([80, 40, null, 40, 80, null, null]);
  });
  test('of kinds, where the shapes are not to be trusted: beats are counted all the same', () => {
    const found = seriesOf(outcomesOf(beats, 120, 10, (fromS) => (fromS >= 60 ? { gates: { rate: true, morphology: false, twelveLead: false } } : {})));
    expect(found).toMatchObject({ seconds: [60, 60], kindSeconds: [60, 0], beats: [80, 80], ventricular: [80, null], supraventricular: [0, null] });
  });
  test('in part: it says of how many seconds the number is', () => {
    const found = seriesOf(outcomesOf(beats, 60, 10, (fromS) => (fromS === 20 ? { unobserved: [{ fromMs: 0, toMs: 4000 }] } : {})));
    expect(found.seconds).toEqual([56]);
  });
});

test('atrial fibrillation: its share of each minute, from where it began, and nothing before a minute is known', () => {
  let [seed, atS] = [7, 0];
  const chance = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const irregular = Array.from({ length: 900 }, () => ({ atS: (atS += 0.45 + 0.7 * chance()), kind: 'N' as const })).filter((beat) => beat.atS < 480);
  const found = seriesOf(outcomesOf(irregular, 480));
  expect(found.fibrillation.slice(1, 7).every((share) => share! > 0.9)).toBe(true);
  expect(seriesOf(outcomesOf(irregular, 30)).fibrillation).toEqual([null]);
  expect(seriesOf(outcomesOf(every(0.8, 480), 480)).fibrillation.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test('while two patients are said to be on the device its minutes are of neither, and the series goes on', () => {
  const found = seriesOf(outcomesOf(every(0.75, 240, () => 'V'), 240, 10, (fromS) => (fromS >= 60 && fromS < 120 ? { association: { isDisputed: true, knownConditions: [], contextOffset: 3 } } : {})));
  expect(found.ventricular).toEqual([80, null, expect.any(Number), 80]);
});

test("another patient's series is another one; a device's clock that is set back counts no minute twice", () => {
  const own = outcomesOf(every(0.75, 120, () => 'V'), 120);
  const next = outcomesOf(every(0.75, 240), 240).slice(12).map((one) => ({ ...one, association: { ...one.association, encounter: 'e-2' } }));
  expect(seriesOf([...own, ...next])).toMatchObject({ fromMs: START + 120_000, ventricular: [0, 0] });
  const back = outcomesOf(every(0.75, 120), 120).map((one) => ({ ...one, epoch: 2, startMs: one.startMs - 3_600_000 }));
  expect(seriesOf([...own, ...back])).toMatchObject({ seconds: [60, 60, 60, 60], ventricular: [80, 80, 0, 0] });
});

test('a day is kept, the latest minutes are answered, and no minute of yesterday stands for one of today', () => {
  const hour = (h: number, kind: BeatKind) => outcomesOf(every(1, 60, () => kind), 60).map((one) => ({ ...one, epoch: h, startMs: one.startMs + h * 3_600_000 }));
  const found = seriesOf([...hour(0, 'V'), ...hour(23, 'S'), ...hour(24, 'N')], { minutes: 1440 });
  expect(found.ventricular.length).toBe(1440);
  expect(found.ventricular.filter((v) => v !== null)).toEqual([0, 0]);
  expect(found.supraventricular.filter((v) => v !== null)).toEqual([60, 0]);
  expect(seriesOf(hour(3, 'V'), { minutes: 5 }).ventricular).toEqual([60]);
});
