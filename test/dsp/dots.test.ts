/** Dot products of many rows: WebAssembly SIMD and plain TypeScript agree on every value, up to the ends of the range, over every block. Invariants: I8 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIVATION_MAX, DOTS_MAX } from '../../src/dsp/index.js';
import { plain } from '../../src/dsp/plain/index.js';
import { simd } from '../../src/dsp/simd/index.js';
import { chance } from '../../src/evaluate/index.js';

const fast = simd()!;

const edge = (most: number, least = -most) => fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least, most, 0));
const cases = fc.tuple(fc.constantFrom(16, 32, 48, 128), fc.integer({ min: 0, max: 40 })).chain(([size, count]) =>
  fc.record({
    rows: fc.array(edge(127, -128), { minLength: size * count, maxLength: size * count }).map((values) => Int8Array.from(values)),
    query: fc.array(edge(ACTIVATION_MAX), { minLength: size, maxLength: size }).map((values) => Int16Array.from(values)),
  }),
);

test('the twins agree, and with the sum as it is written', () => {
  fc.assert(fc.property(cases, ({ rows, query }) => {
    const sums = Array.from({ length: rows.length / query.length }, (_, k) => Number(query.reduce((sum, value, i) => sum + BigInt(value) * BigInt(rows[k * query.length + i]), 0n)));
    expect([...plain.dots(rows, query)]).toEqual(sums);
    expect(fast.dots(rows, query)).toEqual(plain.dots(rows, query));
  }), { numRuns: 200 });
});

test('a row of the greatest length at the ends of its range stays within 32 bits', () => {
  const [rows, query] = [new Int8Array(DOTS_MAX).fill(-128), new Int16Array(DOTS_MAX).fill(ACTIVATION_MAX)];
  for (const kernels of [fast, plain]) expect([...kernels.dots(rows, query)]).toEqual([-128 * ACTIVATION_MAX * DOTS_MAX]);
});

test('more rows than one block, and a last block that is not full', () => {
  const random = chance(3);
  const rows = Int8Array.from({ length: 5001 * 128 }, () => Math.floor(256 * random()) - 128);
  const query = Int16Array.from({ length: 128 }, () => Math.floor(2 * ACTIVATION_MAX * random()) - ACTIVATION_MAX);
  expect(fast.dots(rows, query)).toEqual(plain.dots(rows, query));
});
