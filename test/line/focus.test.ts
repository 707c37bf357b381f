/** Where a model looked: stretches of its saliency. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangesOf } from '../../src/line/index.js';

test('neighbouring steps that weigh enough are one range, the heaviest first', () => {
  expect(rangesOf(Float32Array.from([0, 4, 3, -1, 0, 2, 1, 0]), 8000)).toEqual([
    { fromMs: 1000, toMs: 3000, weight: expect.closeTo(0.7, 6) },
    { fromMs: 5000, toMs: 6000, weight: expect.closeTo(0.2, 6) },
  ]);
});

test('what speaks against the finding, or is no number, is no range', () => {
  expect(rangesOf(Float32Array.from([-1, -2, 0]), 3000)).toEqual([]);
  expect(rangesOf(Float32Array.from([Infinity, 1]), 2000)).toEqual([]);
});

test('ranges lie within the segment, apart from each other, and weigh no more than all', () => {
  fc.assert(fc.property(fc.array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 64 }), (weights) => {
    const ranges = rangesOf(Float32Array.from(weights), 10_000);
    const inOrder = [...ranges].sort((a, b) => a.fromMs - b.fromMs);
    expect(ranges.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-6);
    inOrder.forEach(({ fromMs, toMs }, k) => {
      expect(fromMs).toBeGreaterThanOrEqual(k === 0 ? 0 : inOrder[k - 1].toMs);
      expect(toMs).toBeGreaterThan(fromMs);
      expect(toMs).toBeLessThanOrEqual(10_000 + 1e-6);
    });
  }));
});
