/** Whatever the samples are, conditioning gives finite numbers or says why not. All contracts, and one that masks. Invariants: I25 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { condition, refusalText, type Conditioned } from '../../src/condition/index.js';
import { parseContract, segmentElements, type Contract } from '../../src/contract/index.js';
import { LEADS, type Origin, type Physical } from '../../src/ecg/index.js';
import { CONTRACTS } from './published.js';

const bundled = parseContract(JSON.parse(readFileSync(new URL('../../models/purkinje-s/encoder.json', import.meta.url), 'utf8')));
if (!bundled.ok) throw new Error('the bundled contract does not parse');
const masking: Contract = {
  ...bundled.value,
  input: {
    ...bundled.value.input,
    missing: 'mask',
    mask: { tensor: 'mask' },
    nan: 'interpolate',
    pipeline: [...bundled.value.input.pipeline, { step: 'notch', frequencyHz: 40, q: 30, phase: 'causal', scope: 'lead' }, { step: 'zscore', scope: 'record', epsilon: 0 }],
  },
};
const ALL = [...CONTRACTS, ['purkinje-s', bundled.value], ['masking', masking]] as const;
const known = { ageYears: 60, sex: 'female', measurements: {} } as const;

function segmentOf(rateHz: number, samples: number, mv: (lead: number, i: number) => number, origin: (lead: number) => Origin = () => 'measured'): Physical {
  return { rateHz, samples, rows: LEADS.map((lead, l) => ({ lead, origin: origin(l), mv: Float32Array.from({ length: samples }, (_, i) => mv(l, i)), gaps: [] })) };
}

function sound(conditioned: Conditioned, contract: Contract): void {
  if (!conditioned.ok) {
    expect(refusalText(conditioned).length).toBeGreaterThan(5);
    // What is no number is a hole, and found before any step.
    return expect(conditioned.code).not.toBe('not-finite');
  }
  expect(conditioned.tensor.length % segmentElements(contract)).toBe(0);
  expect(conditioned.tensor.length).toBeGreaterThan(0);
  for (const values of [conditioned.tensor, ...conditioned.further]) expect(values.findIndex((value) => !Number.isFinite(value))).toBe(-1);
}

const sine = (l: number, i: number) => Math.sin(i / (7 + l));
const rail = (l: number, i: number) => ((i >> (4 + (l % 3))) & 1 ? 32767 : -32768) / 200;

describe.each(ALL)('%s', (_name, contract) => {
  test.each<[string, Physical]>([
    ['one NaN', segmentOf(500, 5000, (l, i) => (l === 1 && i === 77 ? NaN : sine(l, i)))],
    ['nothing but NaN', segmentOf(500, 5000, () => NaN)],
    ['an infinite gain', segmentOf(500, 5000, () => 0)],
    ['a gain of zero', segmentOf(500, 5000, (_l, i) => (i % 2 ? Infinity : -Infinity))],
    ['the largest floats', segmentOf(500, 5000, (_l, i) => (i % 2 ? 3e38 : -3e38))],
    ['the smallest floats', segmentOf(500, 5000, (_l, i) => (i % 2 ? 1e-40 : 0))],
    ['all leads flat', segmentOf(500, 5000, (l) => l / 10)],
    ['one sample', segmentOf(500, 1, sine)],
    ['no sample', segmentOf(500, 0, sine)],
    ['square waves from rail to rail', segmentOf(500, 5000, rail)],
    ['every lead missing', segmentOf(500, 5000, () => NaN, () => 'missing')],
    ['a slow device', segmentOf(100, 1000, sine)],
    ['a rate that is no whole number', segmentOf(257.13, 2571, sine)],
  ])('%s', (_what, segment) => sound(condition(segment, contract, known), contract));

  test('a lead without any sample in a segment that has some', () => {
    const segment = segmentOf(500, 5000, sine);
    sound(condition({ ...segment, rows: segment.rows.map((row) => (row.lead === 'V1' ? { ...row, mv: new Float32Array(0) } : row)) }, contract, known), contract);
  });

  test('anything', { timeout: 120_000 }, () => {
    const odd = fc.oneof({ weight: 8, arbitrary: fc.float({ min: -5, max: 5 }) }, { weight: 1, arbitrary: fc.float() }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0, 163.84, -163.84) });
    const origin = fc.constantFrom<Origin>('measured', 'measured', 'measured', 'derived', 'missing');
    const anything = fc.record({ rateHz: fc.constantFrom(100, 128, 240, 250, 256.5, 360, 500, 1000), samples: fc.integer({ min: 0, max: 900 }), values: fc.array(odd, { minLength: 1, maxLength: 40 }), origins: fc.array(origin, { minLength: 12, maxLength: 12 }) });
    fc.assert(
      fc.property(anything, ({ rateHz, samples, values, origins }) => {
        const segment = segmentOf(rateHz, samples, (l, i) => values[(i * (l + 1)) % values.length], (l) => origins[l]);
        sound(condition(segment, contract, known), contract);
      }),
      { numRuns: 25 },
    );
  });
});

test('a flat signal stays flat, whatever is divided by its spread', () => {
  for (const [name, contract] of ALL) {
    // A polyphase filter sees zeros beyond the ends: there a flat signal has a step.
    const [first] = contract.input.pipeline;
    if (!contract.input.pipeline.some(({ step }) => step === 'zscore') || (first.step === 'resample' && first.method === 'polyphase' && first.rateHz !== 500)) continue;
    const conditioned = condition(segmentOf(500, 5000, () => 0.3), contract, known);
    if (conditioned.ok) expect(Math.max(...conditioned.tensor.map(Math.abs)), name).toBeLessThan(1e-3);
  }
});

test('a masked lead is zero, is marked in the mask, and changes nothing of the others', () => {
  const all = segmentOf(500, 5000, sine);
  const without = condition({ ...all, rows: all.rows.map((row) => (row.lead === 'V1' ? { ...row, origin: 'missing' as const, mv: row.mv.map(() => NaN) } : row)) }, masking);
  const wild = condition({ ...all, rows: all.rows.map((row) => (row.lead === 'V1' ? { ...row, origin: 'missing' as const, mv: row.mv.map(() => 40) } : row)) }, masking);
  if (!without.ok || !wild.ok) throw new Error('refused');
  const { leads, samples } = masking.input;
  const row = leads.indexOf('V1');
  expect([...without.further[0]]).toEqual(leads.map((lead) => (lead === 'V1' ? 0 : 1)));
  expect(without.tensor.subarray(row * samples, (row + 1) * samples).every((value) => value === 0)).toBe(true);
  expect(wild.tensor).toEqual(without.tensor);
  // The z-score is of the seven leads that are there.
  const there = without.tensor.filter((_, i) => Math.floor(i / samples) !== row);
  expect(there.reduce((sum, value) => sum + value * value, 0) / there.length).toBeCloseTo(1, 4);
});
