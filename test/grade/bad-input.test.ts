/** Whatever is in a segment, grading ends with a defined grade: a closed list of words, and never a number that is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_FROM_START, initial, physical, step } from '../../src/assemble/index.js';
import { LEADS, type Physical } from '../../src/ecg/index.js';
import { grade, type Graded } from '../../src/grade/index.js';
import { chunkOf, gradedChunk, patientChunk, segmentOf } from './segment.js';

const WORDS = [
  'calibration', 'partial', 'device-silent', 'missing', 'gaps', 'lead-off', 'flat', 'copied', 'saturated', 'motion', 'high-frequency-noise', 'powerline', 'baseline-wander',
  'detectors-disagree', 'leads-missing', 'low-score', 'limb-leads-contradict', 'swapped-LA-RA', 'swapped-LA-LL', 'swapped-RA-LL', 'swapped-RA-RL', 'swapped-LA-RL', 'gain-doubtful',
];

function isDefined(graded: Graded) {
  expect(['good', 'limited', 'unusable']).toContain(graded.grade);
  expect(graded.score).toBeGreaterThanOrEqual(0);
  expect(graded.score).toBeLessThanOrEqual(1);
  for (const reason of [...graded.reasons, ...graded.leads.flatMap(({ reasons }) => reasons)]) expect(WORDS).toContain(reason);
  expect(graded.grade === 'unusable').toBe(!graded.gates.rate);
  if (graded.gates.rate) expect(graded.grade === 'good').toBe(graded.gates.twelveLead);
  if (graded.grade !== 'good') expect(graded.reasons.length).toBeGreaterThan(0);
  const numbers = (value: unknown): number[] => (typeof value === 'number' ? [value] : value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbers) : []);
  const { measurements, score, beat } = graded;
  for (const value of numbers({ measurements, score, beat: beat?.map((lead) => [...lead]) })) expect(Number.isFinite(value)).toBe(true);
  return graded;
}

const twelve = (mv: (n: number, lead: number) => number, samples = 5000) =>
  Object.fromEntries(LEADS.map((lead, i) => [lead, Float32Array.from({ length: samples }, (_, n) => mv(n, i))]));

describe('bad input', () => {
  test('one sample that is no number', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    const blocks = chunk.blocks.map((block) => ({ ...block, samples: Float32Array.from(block.samples, (count) => count) }));
    blocks[1].samples[777] = NaN;
    const graded = isDefined(gradedChunk({ ...chunk, blocks }));
    expect(graded.leads[1].reasons).toEqual(['gaps']);
    expect(graded.gates.rate).toBe(true);
  });
  test('an infinite gain, and one of zero', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    for (const aduPerMv of [Infinity, 0]) {
      expect(isDefined(gradedChunk({ ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv })) })).grade).toBe('unusable');
      const one = isDefined(gradedChunk({ ...chunk, blocks: chunk.blocks.map((block, i) => (i === 7 ? { ...block, aduPerMv } : block)) }));
      expect(one).toMatchObject({ grade: 'limited', gates: { rate: true, twelveLead: false } });
    }
  });
  test('leads without a sample', () => {
    const segment = segmentOf(chunkOf(twelve(() => 0)));
    const empty: Physical = { rateHz: 500, samples: 0, rows: LEADS.map((lead) => ({ lead, origin: 'measured', mv: new Float32Array(0), gaps: [] })) };
    expect(isDefined(grade(segment, empty)).grade).toBe('unusable');
    expect(isDefined(grade(segment, { ...empty, rows: [] })).grade).toBe('unusable');
  });
  test('one sample', () => {
    const segment = segmentOf(chunkOf(twelve(() => 0)));
    const rows = LEADS.map((lead) => ({ lead, origin: 'measured' as const, mv: Float32Array.of(0.4), gaps: [] }));
    expect(isDefined(grade(segment, { rateHz: 500, samples: 1, rows })).grade).toBe('unusable');
  });
  test('all leads flat, at zero or at their rails', () => {
    for (const mv of [0, -80, 1e30]) expect(isDefined(gradedChunk(chunkOf(twelve(() => mv))))).toMatchObject({ grade: 'unusable', reasons: ['flat'] });
  });
  test('square waves from rail to rail', () => {
    expect(isDefined(gradedChunk(chunkOf(twelve((n) => (n % 2 === 0 ? 163 : -163))))).grade).toBe('unusable');
    for (const half of [7, 50, 250, 1250]) {
      const graded = isDefined(gradedChunk(chunkOf(twelve((n) => (Math.floor(n / half) % 2 === 0 ? 163 : -163)))));
      expect(graded.gates.twelveLead, `${half} samples`).toBe(false);
      expect(graded.reasons, `${half} samples`).toContain('saturated');
    }
  });
  test('a hundred hours of gap: one record of it, and what comes after is graded as if nothing had been', async () => {
    const chunk = await patientChunk({ condition: 'sinus-rhythm' });
    const later = 100 * 3600 * 500;
    let state = initial('bed-1');
    const graded = [0, later, later + 5000].flatMap((firstSample, offset) => {
      const result = step(state, { type: 'chunk', chunk: { ...chunk, sequence: offset, firstSample, endOfStream: false }, offset, brokerMs: firstSample * 2 }, ASSEMBLE_FROM_START);
      state = result.state;
      if (result.out.gaps.length > 0) expect(result.out.gaps.map(({ segments }) => segments)).toEqual([35_999]);
      return result.out.segments.map((segment) => isDefined(grade(segment, physical(segment))));
    });
    expect(graded.map(({ grade: is }) => is)).toEqual(['good', 'good', 'good']);
    const hole = segmentOf(chunkOf(twelve((n) => (n === 0 ? 0 : NaN))));
    expect(isDefined(grade(hole, physical(hole))).grade).toBe('unusable');
  });
  test('anything at all, at any rate', () => {
    const sample = fc.oneof({ weight: 8, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) }, fc.constantFrom(NaN, Infinity, -Infinity, 3e38, -3e38, 0, 163));
    const lead = fc.record({ pattern: fc.array(sample, { minLength: 1, maxLength: 40 }), off: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(100, 128, 250, 257, 360, 499.97, 500, 1000), fc.dictionary(fc.constantFrom(...LEADS, 'V7', 'ES', 'AS', 'AI'), lead, { minKeys: 1, maxKeys: 6 }), fc.integer({ min: 3, max: 11 }), (rateHz, leads, seconds) => {
        const signals = Object.fromEntries(Object.entries(leads).map(([name, { pattern }]) => [name, Float32Array.from({ length: Math.ceil(seconds * rateHz) }, (_, n) => pattern[n % pattern.length])]));
        const off = Object.entries(leads).filter(([, one]) => one.off).map(([name]) => name);
        isDefined(gradedChunk(chunkOf(signals, rateHz, {}, off)));
      }),
      { numRuns: 150 },
    );
  });
});
