/** The kernels give scipy's numbers. The references come from `training/golden.py`; no Python is needed here. Invariants: I8 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { butterworth, type ButterworthKind, filterCausal, filterZeroPhase, resample, resampler, resampleWide } from '../../src/dsp/index.js';

const golden = (name: string) => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'));

function worst(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return expected.reduce((max, value, i) => Math.max(max, Math.abs(value - actual[i])), 0) / scale;
}

describe('resample_poly', () => {
  for (const { from, to, input, output } of golden('resample').cases) {
    test(`${from} → ${to} Hz`, () => expect(worst(resample(resampler(from, to), Float64Array.from(input)), output)).toBeLessThan(1e-9));
    test(`${from} → ${to} Hz in float32`, () => {
      expect(worst(resample(resampler(from, to), Float32Array.from(input)), output)).toBeLessThan(1e-6);
      expect(worst(resampleWide(resampler(from, to), [Float32Array.from(input)], 1)[0], output)).toBeLessThan(1e-6);
    });
  }
  test('a rate that is no whole number is met by the nearest fraction', () => {
    const n = 4997;
    const input = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / 499.7));
    const output = resample(resampler(499.7, 100), input);
    for (let m = 100; m < 900; m++) expect(output[m]).toBeCloseTo(Math.sin((2 * Math.PI * 5 * m) / 100), 2);
  });
});

describe('butter, sosfilt, sosfiltfilt', () => {
  const { signals, cases } = golden('butterworth') as { signals: Record<string, number[]>; cases: { rateHz: number; kind: ButterworthKind; order: number; cornersHz: number[]; filtfilt: number[]; filt: number[] }[] };
  for (const { rateHz, kind, order, cornersHz, filtfilt, filt } of cases) {
    test(`${kind} ${order} at ${cornersHz} Hz, ${rateHz} Hz`, () => {
      const input = Float64Array.from(signals[String(rateHz)]);
      const filter = butterworth(kind, order, cornersHz, rateHz);
      expect(worst(filterZeroPhase(filter, input), filtfilt)).toBeLessThan(1e-6);
      expect(worst(filterCausal(filter, input.slice(), input[0]), filt)).toBeLessThan(1e-6);
    });
  }
});
