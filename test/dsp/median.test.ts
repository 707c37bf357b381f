/** The running median is that of each window by itself, with ties, with windows wider than the signal, with both edges. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runningMedian, type MedianEdges } from '../../src/dsp/index.js';

function each(input: readonly number[], width: number, edges: MedianEdges): number[] {
  const n = input.length;
  const half = (width - 1) / 2;
  const at = (i: number): number => {
    if (i >= 0 && i < n) return input[i];
    if (edges === 'zero') return 0;
    return at(i < 0 ? -1 - i : 2 * n - 1 - i);
  };
  return input.map((_, i) => Array.from({ length: width }, (_w, k) => at(i - half + k)).sort((a, b) => a - b)[half]);
}

test.each<MedianEdges>(['zero', 'reflect'])('%s', (edges) => {
  // Few values, so that most are equal to others.
  const few = fc.integer({ min: -3, max: 3 });
  const any = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(fc.array(few, { minLength: 1, maxLength: 80 }), fc.array(any, { minLength: 1, maxLength: 80 })), fc.integer({ min: 0, max: 30 }), (input, half) => {
      const found = runningMedian(Float64Array.from(input), 2 * half + 1, edges);
      expect([...found].map((value) => value + 0)).toEqual(each(input, 2 * half + 1, edges).map((value) => value + 0));
    }),
    { numRuns: 400 },
  );
});
