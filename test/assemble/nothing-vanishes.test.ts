/**
 * Every sample that was read is in a segment, in a gap that says how many it has, or refused, but for the open tail, which has a bound.
 * Streams are as hostile as can be: other rates, origins, gains and epochs, jumps, holes, ends, silences, and another stride in between.
 * Invariants: I2, I72
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, type AssembleOptions, type DeviceState, initial, neededOffsets, refill, restore, snapshot, step } from '../../src/assemble/index.js';
import { copyOf, countSamples } from '../../src/assemble/lead-buffer.js';
import { floorOf } from '../../src/assemble/state.js';
import type { Chunk, GapRun, Segment } from '../../src/ecg/index.js';
import { balanced, chunkOf, merge, ramp, run } from './stream.js';

/** Seconds of a device's signal that may be open: a segment, the horizon, and a chunk of a minute. */
const OPEN_MAX_S = 10 + 2 + 60;

const wild = fc.record({
  first: fc.oneof({ weight: 6, arbitrary: fc.nat(6000) }, { weight: 1, arbitrary: fc.nat(2 ** 31) }),
  length: fc.integer({ min: 1, max: 400 }),
  rateHz: fc.constantFrom(100, 100, 100, 100.5, 200),
  gain: fc.constantFrom(200, 200, 200.0002, 400),
  origin: fc.constantFrom('measured' as const, 'measured' as const, 'measured' as const, 'modified' as const),
  epoch: fc.constantFrom(1, 1, 1, 2, 3),
  leads: fc.constantFrom(['I'], ['II'], ['I', 'II']),
  isHoled: fc.boolean(),
  ends: fc.constantFrom(false, false, false, false, true),
  /** The device falls silent after it. */
  idles: fc.constantFrom(false, false, false, false, true),
});
type Wild = typeof wild extends fc.Arbitrary<infer T> ? T : never;

function chunkFrom({ first, length, rateHz, gain, origin, epoch, leads, isHoled, ends }: Wild, sequence: number): Chunk {
  const samples = (lead: number) => {
    const counts = ramp(first, length, lead);
    if (isHoled) counts.fill(-32768, length >> 2, length >> 1);
    return counts;
  };
  const chunk = chunkOf(first, Object.fromEntries(leads.map((lead, i) => [lead, samples(i)])), { rateHz, epoch, sequence, declaredLeads: ['I', 'II'], endOfStream: ends });
  return { ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: gain, origin })) };
}

/** Samples that segments have, each once. */
function inSegments(segments: readonly Segment[]): number {
  const found = new Set<string>();
  const isThere = (value: number): boolean => value !== -32768 && !Number.isNaN(value);
  for (const { epoch, firstSample, leads } of segments) for (const { lead, counts } of leads) counts.forEach((value, i) => isThere(value) && found.add(`${epoch}/${lead}/${firstSample + i}`));
  return found.size;
}

const inGaps = (gaps: readonly GapRun[]): number => gaps.reduce((sum, { restSamples = 0 }) => sum + restSamples, 0);

function open({ epoch }: DeviceState, options: AssembleOptions): number {
  let samples = 0;
  for (const run of epoch?.runs ?? []) {
    for (const buffer of run.buffers.values()) {
      const from = Math.min(Math.max(floorOf(run, options), buffer.base), buffer.end);
      expect(buffer.end - from).toBeLessThanOrEqual(OPEN_MAX_S * run.rateHz);
      samples += countSamples(copyOf(buffer, from, buffer.end, buffer.end - from));
    }
  }
  return samples;
}

describe('nothing vanishes', () => {
  test('whatever a device sends: read is what segments, gaps and refusals have, and what is open', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 50 }), (list) => {
        const state = initial('bed-1');
        const all = { segments: [], gaps: [], rejects: [], account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 } };
        list.forEach((one, k) => {
          merge(all, step(state, { type: 'chunk', chunk: chunkFrom(one, k), offset: k, brokerMs: 1_700_000_000_000 + k }, ASSEMBLE_DEFAULTS).out);
          if (one.idles) merge(all, step(state, { type: 'idle' }, ASSEMBLE_DEFAULTS).out);
          expect(balanced(all.account)).toBe(true);
          expect(all.account.placed).toBe(inSegments(all.segments) + inGaps(all.gaps) + open(state, ASSEMBLE_DEFAULTS));
          expect(all.account.rest).toBe(inGaps(all.gaps));
        });
        const refused = new Set((all.rejects as { offset: number }[]).map(({ offset }) => offset));
        if (all.account.late + all.account.rejected > 0) expect(refused.size).toBeGreaterThan(0);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 1500) },
    );
  });

  test('nor when the stride changes in between: what lies before the first segment of the new grid is a gap that says so', () => {
    const [old, now] = [7, 10].map((strideS): AssembleOptions => ({ ...ASSEMBLE_DEFAULTS, strideS }));
    const stream = Array.from({ length: 100 }, (_, k) => chunkOf(k * 100, { I: ramp(k * 100, 100) }));
    const state = initial('bed-1');
    const first = { segments: [] as Segment[], gaps: [], rejects: [], account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 } };
    stream.slice(0, 45).forEach((chunk, k) => merge(first, step(state, { type: 'chunk', chunk, offset: k, brokerMs: k }, old).out));
    const frozen = JSON.parse(JSON.stringify(snapshot(state, old)));
    const again = restore(frozen, now);
    for (const offset of neededOffsets(frozen).sort((a, b) => a - b)) refill(again, frozen, stream[offset], offset, now);
    const after = { ...first, segments: [] as Segment[], gaps: [] as GapRun[] };
    stream.slice(45).forEach((chunk, k) => merge(after, step(again, { type: 'chunk', chunk, offset: 45 + k, brokerMs: k }, now).out));
    const covered = new Set([...first.segments, ...after.segments].flatMap(({ firstSample, samples }) => Array.from({ length: samples }, (_, i) => firstSample + i)));
    expect(after.gaps).toHaveLength(1);
    const [{ firstSample, restSamples = 0 }] = after.gaps;
    for (let n = 0; n <= Math.max(...covered); n++) expect(covered.has(n) || (n >= firstSample && n < firstSample + restSamples)).toBe(true);
  });

  test('overlapping segments: a rest that the segment before has is no gap', () => {
    const options = { ...ASSEMBLE_DEFAULTS, strideS: 5 };
    const state = initial('bed-1');
    const all = { segments: [] as Segment[], gaps: [] as GapRun[], rejects: [], account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 } };
    for (let k = 0; k < 12; k++) merge(all, step(state, { type: 'chunk', chunk: { ...chunkOf(k * 100, { I: ramp(k * 100, 100) }), endOfStream: k === 11 }, offset: k, brokerMs: k }, options).out);
    expect(all.segments.map(({ firstSample }) => firstSample)).toEqual([0, 100, 600]);
    expect([all.gaps, all.account.rest]).toEqual([[], 0]);
  });

  test('at whatever stride and phase: each sample of a stream that ends is in a segment, or once in a gap', () => {
    const plan = { strideS: fc.constantFrom(10, 7, 5, 2, 1, 0.5), epoch: fc.nat(1000), first: fc.nat(3000), length: fc.integer({ min: 1, max: 3500 }), piece: fc.integer({ min: 20, max: 400 }) };
    fc.assert(fc.property(fc.record(plan), ({ strideS, epoch, first, length, piece }) => {
      const from = Array.from({ length: Math.ceil(length / piece) }, (_, k) => k * piece);
      const chunks = from.map((at) => chunkOf(first + at, { I: ramp(first + at, Math.min(piece, length - at)) }, { epoch, sequence: at, endOfStream: at + piece >= length }));
      const { segments, gaps, account } = run(chunks, { ...ASSEMBLE_DEFAULTS, strideS });
      expect([account.placed, inSegments(segments) + inGaps(gaps)]).toEqual([length, length]);
      // Whole, or cut short by the end; never one that only repeats another.
      let covered = 0;
      for (const { firstSample, samples } of segments) {
        if (strideS === 10) expect(Math.min(firstSample + samples, first + length)).toBeGreaterThan(covered);
        covered = firstSample + samples;
      }
    }), { numRuns: Number(process.env.FC_RUNS ?? 400) });
  });

  test('a device that begins another epoch every two seconds makes no segment, and each of them is a gap', () => {
    const state = initial('bed-1');
    const all = { segments: [], gaps: [] as GapRun[], rejects: [], account: { read: 0, placed: 0, repeated: 0, conflicting: 0, late: 0, rejected: 0, rest: 0 } };
    for (let k = 0; k < 40; k++) {
      const chunk = chunkOf((k % 4) * 50, { I: ramp(k * 50, 50) }, { epoch: 1 + Math.floor(k / 4), sequence: k });
      merge(all, step(state, { type: 'chunk', chunk, offset: k, brokerMs: k }, ASSEMBLE_DEFAULTS).out);
    }
    expect(all.segments).toEqual([]);
    expect(all.gaps.map(({ epoch, restSamples }) => [epoch, restSamples])).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, 200]));
  });
});
