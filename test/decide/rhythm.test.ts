/** Extreme rates and pauses, decided beat by beat across the borders of segments. Invariants: I27, I61 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BeatRun, beatsAfter } from '../../src/decide/rhythm.js';
import { BEAT_RULES } from '../../src/decide/rules/index.js';
import type { BeatKind, Gap, Outcome } from '../../src/ecg/index.js';

const RATE_HZ = 250;

/** Beats (seconds of the epoch) as outcomes see them, in segments cut at the given seconds. */
function outcomesOf(beats: readonly number[], cutsS: readonly number[], unusable: readonly number[] = [], unobservedMs: Readonly<Record<number, readonly Gap[]>> = {}, kindOf: (beat: number) => BeatKind = () => 'N'): Outcome[] {
  return cutsS.slice(1).map((toS, k) => {
    const [firstSample, end] = [Math.round(cutsS[k] * RATE_HZ), Math.round(toS * RATE_HZ)];
    const inside = beats.map((beat) => Math.round(beat * RATE_HZ)).filter((beat) => beat >= firstSample && beat < end);
    return {
      id: `bed-1/1/${firstSample}`, source: { partition: 0, offsets: [k] }, leads: [{ lead: 'II', origin: 'measured', reasons: [], gaps: [] }],
      device: 'bed-1', epoch: 1, firstSample, samples: end - firstSample, rateHz: RATE_HZ, reasons: [],
      grade: unusable.includes(k) ? 'unusable' : 'good', gates: { rate: true, morphology: true, twelveLead: true },
      measurements: { beats: inside.map((beat) => beat - firstSample), voltages: [], st: [] }, unobserved: unobservedMs[k], kinds: inside.map((beat) => ({ kind: kindOf(beat / RATE_HZ), confidence: 0.9 })),
    } as unknown as Outcome;
  });
}

/** What each rule says, segment by segment: where it begins, rounded to 10 ms. */
function reported(outcomes: readonly Outcome[]): Record<string, (number | undefined)[]> {
  let runs: readonly BeatRun[] = [];
  const said: Record<string, (number | undefined)[]> = Object.fromEntries(BEAT_RULES.map(({ id }) => [id, []]));
  for (const outcome of outcomes) {
    const { runs: after, ended } = beatsAfter(runs, outcome);
    runs = after;
    for (const { id, finds } of BEAT_RULES) {
      const found = ended.map(finds).find((one) => one !== undefined);
      said[id].push(found === undefined ? undefined : Math.round(found.fromS * 100) / 100);
    }
  }
  return said;
}

const every = (rrS: number, fromS: number, toS: number): number[] => Array.from({ length: Math.ceil((toS - fromS) / rrS - 1e-9) }, (_, i) => fromS + i * rrS);
const TENS = [0, 10, 20, 30];

describe('beats in a row', () => {
  test('sixty a minute is neither slow nor fast nor a pause', () => {
    for (const said of Object.values(reported(outcomesOf(every(1, 0.5, 30), TENS)))) expect(said).toEqual([undefined, undefined, undefined]);
  });

  test('five beats under forty a minute are reported though a border cuts them', () => {
    // Slow from 6 s to 13 s only: no segment has five slow beats.
    const beats = [...every(0.8, 0.3, 6), 6.5, 8.1, 9.7, 11.3, 12.9, ...every(0.8, 13.7, 30)];
    expect(reported(outcomesOf(beats, TENS))['rule-bradycardia']).toEqual([undefined, 6.5, undefined]);
  });

  test('seventeen over a hundred and forty, fourteen are not enough', () => {
    const fast = (count: number) => Array.from({ length: count }, (_, i) => 7 + i * 0.4);
    const around = (own: number[]) => [...every(0.8, 0.2, 6.6), ...own, ...every(0.8, own.at(-1)! + 0.8, 30)];
    // Two beats before them the rate is within its tolerance.
    expect(reported(outcomesOf(around(fast(17)), TENS))['rule-tachycardia']).toEqual([undefined, 5.8, undefined]);
    expect(reported(outcomesOf(around(fast(14)), TENS))['rule-tachycardia']).toEqual([undefined, undefined, undefined]);
  });

  test('a pause of four seconds is reported over a border, and while it lasts', () => {
    expect(reported(outcomesOf([...every(0.8, 0.4, 7.5), ...every(0.8, 11.5, 30)], TENS))['rule-pause']).toEqual([undefined, 6.8, undefined]);
    expect(reported(outcomesOf(every(0.8, 0.4, 5), TENS))['rule-pause']).toEqual([4.4, 4.4, 4.4]);
  });

  test('where beats cannot be counted there is no pause, and what comes after starts over', () => {
    const beats = [...every(0.8, 0.4, 9.9), ...every(0.8, 20.4, 30)];
    expect(reported(outcomesOf(beats, TENS, [1]))['rule-pause']).toEqual([undefined, undefined, undefined]);
  });

  test('a hole astride a border is neither a pause nor slow beats, and the beats around it are not neighbours', () => {
    const beats = [...every(0.8, 0.4, 8), ...every(0.8, 12, 30)];
    const holes = { 0: [{ fromMs: 7900, toMs: 10_000 }], 1: [{ fromMs: 0, toMs: 2100 }] };
    for (const said of Object.values(reported(outcomesOf(beats, TENS, [], holes)))) expect(said).toEqual([undefined, undefined, undefined]);
    expect(reported(outcomesOf(beats, TENS))['rule-pause']).toEqual([undefined, 7.6, undefined]);
  });

  test('a pause before a hole is reported, and one after it', () => {
    const holes = { 1: [{ fromMs: 5000, toMs: 6000 }] };
    expect(reported(outcomesOf([...every(0.8, 0.4, 11), ...every(0.8, 16.1, 30)], TENS, [], holes))['rule-pause']).toEqual([undefined, 10.8, undefined]);
    expect(reported(outcomesOf([...every(0.8, 0.4, 15), ...every(0.8, 20.4, 30)], TENS, [], holes))['rule-pause']).toEqual([undefined, 16, 16]);
  });

  test('a stream that ends in mid-segment has no pause after its end', () => {
    const ends = { 2: [{ fromMs: 3500, toMs: 10_000 }] };
    expect(reported(outcomesOf(every(0.8, 0.4, 23.5), TENS, [], ends))['rule-pause']).toEqual([undefined, undefined, undefined]);
  });

  test('a beat that a border cut and that is reported twice counts once', () => {
    const outcomes = outcomesOf(every(0.5, 0, 30).filter((at) => Math.abs(at - 10) > 0.01), TENS).map((outcome, k) => (k < 2
      ? { ...outcome, measurements: { ...outcome.measurements, beats: [...outcome.measurements.beats, ...(k === 0 ? [2495] : [3])].sort((a, b) => a - b) } }
      : outcome));
    let runs: readonly BeatRun[] = [];
    const counted = outcomes.map((outcome) => (runs = beatsAfter(runs, outcome).runs)[0]).map(({ beats, before }) => beats.length - before);
    expect(counted).toEqual([21, 19, 20]);
  });

  test('where segments are cut does not matter to what is found', () => {
    const rr = fc.array(fc.integer({ min: 25, max: 250 }), { minLength: 20, maxLength: 80 });
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 8 });
    fc.assert(fc.property(rr, cuts, (steps, inner) => {
      let at = 0;
      const beats = steps.map((step) => (at += step / 100)).filter((s) => s < 60);
      const found = (edges: number[]) => {
        const said = reported(outcomesOf(beats, edges));
        return Object.fromEntries(Object.entries(said).map(([id, values]) => [id, values.some((value) => value !== undefined)]));
      };
      expect(found([0, ...[...inner].sort((a, b) => a - b), 60])).toEqual(found([0, 60]));
    }), { numRuns: 300 });
  });
});
