/** WebAssembly SIMD and plain TypeScript give the same bits, on rows of any length and content, alone and among others. Invariants: I8 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { butterworth, type Section } from '../../src/dsp/index.js';
import type { Kernels } from '../../src/dsp/kernels.js';
import { plain } from '../../src/dsp/plain/index.js';
import { phaseOf, polyphaseOf } from '../../src/dsp/polyphase.js';
import { resampledLength, resampler } from '../../src/dsp/resample.js';
import { simd } from '../../src/dsp/simd/index.js';

const fast = simd()!;

/** Mostly ordinary samples; NaN, infinities, both zeros and the ends of the range among them. */
const sample = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: -20, max: 20, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 5e-324, 1e300, -1e300) },
);
const length = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33), fc.integer({ min: 0, max: 300 }));
const rowsOf = <T>(one: (n: number) => fc.Arbitrary<T>) => fc.tuple(length, fc.integer({ min: 1, max: 13 })).chain(([n, rows]) => fc.array(one(n), { minLength: rows, maxLength: rows }));
const doubles = (n: number) => fc.array(sample, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));
const floats = (n: number) => fc.array(sample, { minLength: n, maxLength: n }).map((values) => Float32Array.from(values));
const tap = fc.double({ min: -0.9, max: 0.9, noNaN: true });
const section = fc.tuple(tap, tap, tap, tap, tap);

/** toEqual distinguishes −0 from 0 and takes NaN for NaN: with it, equal means the same bits but for the payload of a NaN. */
function same<T>(run: (kernels: Kernels) => T): void {
  expect(run(fast)).toEqual(run(plain));
}

function zeroPhase(kernels: Kernels, sections: readonly Section[], rows: readonly Float64Array[], pad: number): Float64Array[] {
  const out = rows.map((row) => row.slice());
  kernels.zeroPhase(sections, out, pad, out);
  return out;
}

const RATES = [
  [500, 250],
  [250, 500],
  [500, 100],
  [360, 500],
  [499.7, 100],
  [1000, 360],
  [100, 500],
] as const;

test('there is WebAssembly SIMD here', () => expect(simd()).toBeDefined());

test('without WebAssembly the plain twin runs', async () => {
  vi.resetModules();
  const modules = [await import('../../src/dsp/plain/index.js'), await import('../../src/dsp/simd/index.js')] as const;
  vi.stubGlobal('WebAssembly', undefined);
  try {
    expect(modules[1].simd()).toBeUndefined();
    expect((await import('../../src/dsp/chosen.js')).kernels).toBe(modules[0].plain);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('the comparison distinguishes the two zeros', () => expect(Float64Array.of(0)).not.toEqual(Float64Array.of(-0)));

describe('the twins agree to the last bit', () => {
  for (const [from, to] of RATES) {
    test(`polyphase ${from} → ${to} Hz, float64 and float32`, () => {
      const filter = resampler(from, to);
      fc.assert(fc.property(rowsOf(doubles), (rows) => same((kernels) => kernels.polyphase(filter, rows, resampledLength(filter, rows[0].length)))), { numRuns: 40 });
      fc.assert(fc.property(rowsOf(floats), (rows) => same((kernels) => kernels.polyphase(filter, rows, resampledLength(filter, rows[0].length)))), { numRuns: 40 });
      fc.assert(fc.property(rowsOf(floats), (rows) => same((kernels) => kernels.polyphaseWide(filter, rows, resampledLength(filter, rows[0].length), 1000))), { numRuns: 20 });
    });
  }
  test('a filter of any taps, symmetric or not', () => {
    const taps = fc.tuple(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), fc.boolean()).map(([half, mirrored]) => (mirrored ? [...half, ...half.toReversed()] : half));
    fc.assert(
      fc.property(taps, rowsOf(doubles), (list, rows) => {
        const filter = polyphaseOf(1, 1, [phaseOf(0, list, list.length - 1, 1)]);
        same((kernels) => kernels.polyphase(filter, rows, Math.max(0, rows[0].length - list.length + 1)));
      }),
    );
  });
  test('biquads, causal', () =>
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), rowsOf(doubles), fc.double({ min: -5, max: 5, noNaN: true }), (sections, rows, start) =>
        same((kernels) => {
          const copies = rows.map((row) => row.slice());
          kernels.causal(sections, copies, rows.map((_, r) => start * r));
          return copies;
        }),
      ),
    ));
  test('biquads, forwards and back', () => {
    const filter = fc.constantFrom(butterworth('highpass', 2, [0.5], 500), butterworth('bandpass', 4, [0.5, 40], 500), butterworth('lowpass', 3, [40], 250));
    fc.assert(
      fc.property(filter, rowsOf(doubles), fc.nat(30), (sections, rows, pad) => {
        if (rows[0].length === 0) return;
        same((kernels) => zeroPhase(kernels, sections, rows, Math.min(pad, rows[0].length - 1)));
      }),
    );
  });
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  test('widen', () => fc.assert(fc.property(rowsOf(floats), number, ([row], factor) => same((kernels) => kernels.widen(row, factor)))));
  test('within', () => fc.assert(fc.property(rowsOf(floats), fc.constantFrom(0, 10, 20, 1e6, Infinity), ([row], limit) => same((kernels) => kernels.within(row, limit)))));
  test('moments', () => fc.assert(fc.property(rowsOf(doubles), ([row]) => same((kernels) => kernels.moments(row)))));
  test('normalise and clip', () =>
    fc.assert(
      fc.property(rowsOf(doubles), number, number, ([row], a, b) =>
        same((kernels) => {
          const [one, two] = [row.slice(), row.slice()];
          kernels.normalise(one, a, b);
          kernels.clip(two, a, b);
          return [one, two];
        }),
      ),
    ));
  const counts = length.chain((n) =>
    fc.oneof(
      fc.array(fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constant(-32768)), { minLength: n, maxLength: n }).map((values) => Int16Array.from(values)),
      fc.array(fc.oneof(fc.integer(), fc.constant(-(2 ** 31))), { minLength: n, maxLength: n }).map((values) => Int32Array.from(values)),
      floats(n),
    ),
  );
  test('the search for holes', () => {
    fc.assert(fc.property(counts, (row) => same((kernels) => kernels.hasHole(row))), { numRuns: 300 });
    fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(99), (n, at) => same((kernels) => kernels.hasHole(new Int16Array(n).fill(-32768, at, at + 1)))));
  });
  test('counts to millivolts, in every format, with gains that float32 holds and that it does not', () => {
    const gain = fc.oneof(fc.constantFrom(1, 200, 1000, 204.8, 0.001, 1e8), fc.double({ min: 1e-3, max: 1e8, noNaN: true }));
    const offset = fc.oneof(fc.constantFrom(0, 1024, -2048, 2 ** 23, 2 ** 23 + 1, 2 ** 32, 0.5), fc.double({ min: -(2 ** 32), max: 2 ** 32, noNaN: true }));
    fc.assert(
      fc.property(counts, gain, offset, (row, g, o) =>
        same((kernels) => {
          const into = new Float32Array(row.length);
          kernels.millivolts(row, g, o, into);
          return into;
        }),
      ),
      { numRuns: 500 },
    );
  });
  test('sums of leads', () => fc.assert(fc.property(rowsOf(floats), fc.array(number, { minLength: 13, maxLength: 13 }), (rows, weights) => same((kernels) => kernels.weighted(rows, weights.slice(0, rows.length))))));
  test('moving average', () => fc.assert(fc.property(rowsOf(doubles), fc.integer({ min: 1, max: 60 }), ([row], half) => same((kernels) => kernels.movingAverage(row, half)))));
});

describe('a row alone is the row among others', () => {
  for (const [name, kernels] of [
    ['SIMD', fast],
    ['plain', plain],
  ] as const) {
    test(name, () => {
      const [filter, sections] = [resampler(500, 100), butterworth('bandpass', 3, [0.5, 40], 500)];
      fc.assert(
        fc.property(rowsOf(doubles), (rows) => {
          if (rows[0].length === 0) return;
          const [n, pad] = [resampledLength(filter, rows[0].length), Math.min(21, rows[0].length - 1)];
          expect(rows.flatMap((row) => kernels.polyphase(filter, [row], n))).toEqual(kernels.polyphase(filter, rows, n));
          expect(rows.flatMap((row) => zeroPhase(kernels, sections, [row], pad))).toEqual(zeroPhase(kernels, sections, rows, pad));
          const [alone, together] = [rows.map((row) => row.slice()), rows.map((row) => row.slice())];
          for (const row of alone) kernels.causal(sections, [row], [row[0]]);
          kernels.causal(sections, together, rows.map((row) => row[0]));
          expect(alone).toEqual(together);
        }),
      );
    });
  }
});

test('what an earlier call left in memory changes nothing', () => {
  const row = Float64Array.from({ length: 37 }, (_, i) => Math.sin(i));
  const filter = resampler(500, 100);
  const before = fast.polyphase(filter, [row], resampledLength(filter, 37));
  fast.polyphase(filter, [new Float64Array(5000).fill(NaN)], 1000);
  fast.moments(new Float64Array(100_000).fill(NaN));
  expect(fast.polyphase(filter, [row], resampledLength(filter, 37))).toEqual(before);
});

describe('windows', () => {
  const asked = fc.record({ stride: fc.integer({ min: 1, max: 5 }), width: fc.integer({ min: 4, max: 60 }), count: fc.integer({ min: 1, max: 9 }), beyond: fc.integer({ min: 0, max: 9 }) });
  const cases = asked.chain((one) => fc.record({ ...Object.fromEntries(Object.entries(one).map(([key, value]) => [key, fc.constant(value)])) as { [K in keyof typeof one]: fc.Arbitrary<number> }, row: floats(one.stride * one.width * one.count + one.beyond) }));

  test('the same of any row, whatever lies behind the last', () => {
    fc.assert(fc.property(cases, ({ row, stride, width, count }) => {
      const [quick, slow] = [fast, plain].map((kernels) => kernels.windows(row, stride, width, count));
      expect(quick.level).toEqual(slow.level);
      // Of a window with a hole the others mean nothing.
      for (const key of ['low', 'high', 'bend'] as const) expect(quick[key].filter((_, k) => Number.isFinite(slow.level[k]))).toEqual(slow[key].filter((_, k) => Number.isFinite(slow.level[k])));
    }), { numRuns: 300 });
  });

  test('are what they say', () => {
    const { low, high, level, bend } = plain.windows(Float32Array.of(1, 3, 2, 2, 5, 5, 0, 0, 9, 9), 2, 4, 1);
    // Means of two: 2 2 5 0; second differences 3 and −8.
    expect([low[0], high[0], level[0], bend[0]]).toEqual([0, 5, 2.25, 5.5]);
  });
});
