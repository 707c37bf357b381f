/**
 * Chunk boundaries must not show: however a stream is cut, repeated and put out of order within the horizon, its segments
 * are bit-identical and every sample is accounted for. Does not cover clock fields, which may depend on the cuts.
 * Invariants: I1, I2, I6, I110
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, neededOffsets, refill, restore, snapshot, step } from '../../src/assemble/index.js';
import { phaseOf } from '../../src/assemble/phase.js';
import type { Chunk, Segment } from '../../src/ecg/index.js';
import { naiveSegments } from './oracle.js';
import { balanced, chunkOf, essence, merge, ramp, run } from './stream.js';

/** What is graded of a segment, the two seconds before among it. */
const seen = (segment: Segment) => ({ ...essence(segment), before: segment.before, last: segment.last, earlier: segment.leads.map(({ before }) => Array.from(before)) });

interface Plan {
  readonly rateHz: number;
  readonly first: number;
  readonly lengths: readonly number[];
  readonly splitLeads: boolean;
  readonly swaps: readonly number[];
  readonly repeats: readonly number[];
  readonly holes: readonly number[];
  readonly strideS: number;
  readonly epoch: number;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  rateHz: fc.constantFrom(100, 125, 128, 249.97, 500),
  first: fc.integer({ min: 0, max: 6000 }),
  lengths: fc.array(fc.integer({ min: 1, max: 180 }), { minLength: 2, maxLength: 60 }),
  splitLeads: fc.boolean(),
  swaps: fc.array(fc.nat(), { maxLength: 12 }),
  repeats: fc.array(fc.nat(), { maxLength: 6 }),
  holes: fc.array(fc.nat(), { maxLength: 3 }),
  strideS: fc.constantFrom(10, 5, 2.5, 0.5),
  epoch: fc.nat(1000),
});

function chunksOf(p: Plan): Chunk[] {
  const chunks: Chunk[] = [];
  let first = p.first;
  for (const length of p.lengths) {
    const leads = { I: ramp(first, length, 0), II: ramp(first, length, 1), V: ramp(first, length, 2) };
    const more = { rateHz: p.rateHz, epoch: p.epoch, declaredLeads: ['I', 'II', 'V'] };
    if (p.splitLeads) for (const [lead, samples] of Object.entries(leads)) chunks.push(chunkOf(first, { [lead]: samples }, { ...more, sequence: chunks.length }));
    else chunks.push(chunkOf(first, leads, { ...more, sequence: chunks.length }));
    first += length;
  }
  return chunks.filter((_, i) => !p.holes.some((hole) => hole % chunks.length === i && i > 0));
}

/** Neighbours change places where that stays within the horizon; repeats follow their original at once. */
function disturbed(chunks: readonly Chunk[], p: Plan): Chunk[] {
  const order = [...chunks];
  const horizon = ASSEMBLE_DEFAULTS.horizonS * p.rateHz;
  for (const swap of p.swaps) {
    const i = swap % (order.length - 1 || 1);
    const [a, b] = [order[i], order[i + 1]];
    if (a === undefined || b === undefined) continue;
    const highest = Math.max(...order.slice(0, i).map((c) => c.firstSample), 0);
    if (Math.max(highest, b.firstSample) - a.firstSample < horizon) [order[i], order[i + 1]] = [b, a];
  }
  return order.flatMap((chunk, i) => (p.repeats.some((repeat) => repeat % order.length === i) ? [chunk, chunk] : [chunk]));
}

function closed(chunks: readonly Chunk[], p: Plan): Chunk[] {
  const last = Math.max(...chunks.map((c) => c.firstSample + c.blocks[0].samples.length));
  return [...chunks, { ...chunkOf(last, {}, { rateHz: p.rateHz, epoch: p.epoch, declaredLeads: ['I', 'II', 'V'], endOfStream: true, sequence: 1e6 }), blocks: [] }];
}

describe('cutting a stream', () => {
  test('any cut, swap within the horizon and repeat gives the segments of the naive windower', () => {
    fc.assert(
      fc.property(plan, (p) => {
        const chunks = chunksOf(p);
        const options = { ...ASSEMBLE_DEFAULTS, strideS: p.strideS };
        const { segments, account, rejects } = run(closed(disturbed(chunks, p), p), options);
        const expected = naiveSegments(chunks, p.strideS, options.partialMinS, phaseOf(chunks[0], options));
        expect(segments.map((s) => s.id)).toEqual(expected.map((s) => s.id));
        segments.forEach((segment, i) => {
          for (const { lead, counts, before } of segment.leads) {
            const plain = (values: Iterable<number>) => Array.from(values, (value) => (value === -32768 ? NaN : value));
            expect(plain(counts)).toEqual(expected[i].counts[lead]);
            if (segment.before > 0) expect(plain(before)).toEqual(expected[i].before[lead]);
            else expect(Object.values(expected[i].before).flat().every(Number.isNaN)).toBe(true);
          }
        });
        expect(balanced(account)).toBe(true);
        expect(account.conflicting).toBe(0);
        // A repeat of what a closed segment held is late; nothing else may be.
        expect(rejects.filter((r) => r.reason !== 'late')).toEqual([]);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 300) },
    );
  });

  test('two cuts of one stream give bit-identical segments', () => {
    fc.assert(
      fc.property(plan, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }), (p, lengths) => {
        const whole = { ...p, holes: [], splitLeads: false };
        const total = p.lengths.reduce((sum, length) => sum + length, 0);
        const cut: number[] = [];
        for (let left = total, i = 0; left > 0; i++) {
          cut.push(Math.min(left, lengths[i % lengths.length]));
          left -= cut[cut.length - 1];
        }
        const a = run(closed(chunksOf(whole), p));
        const b = run(closed(chunksOf({ ...whole, lengths: cut, splitLeads: p.splitLeads }), p));
        expect(b.segments.map(seen)).toEqual(a.segments.map(seen));
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 300) },
    );
  });

  test('a state frozen anywhere and refilled from the offsets it names goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(plan, fc.nat(), (p, at) => {
        const stream = closed(disturbed(chunksOf(p), p), p);
        const options = { ...ASSEMBLE_DEFAULTS, strideS: p.strideS };
        const undisturbed = run(stream, options);
        const cut = at % stream.length;
        const before = run(stream.slice(0, cut), options);
        const frozen = JSON.parse(JSON.stringify(snapshot(before.state, options)));
        const state = restore(frozen, options);
        for (const offset of neededOffsets(frozen).sort((x, y) => x - y)) refill(state, frozen, stream[offset], offset, options);
        const all = { ...before, segments: [...before.segments] };
        stream.slice(cut).forEach((chunk, i) => merge(all, step(state, { type: 'chunk', chunk, offset: cut + i, brokerMs: 1_700_000_000_000 + (cut + i) * 100 }, options).out));
        expect(all.segments.map(seen)).toEqual(undisturbed.segments.map(seen));
        expect(all.segments.map((s) => s.sources)).toEqual(undisturbed.segments.map((s) => s.sources));
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 300) },
    );
  });


  test('chunks of any rate, gain and place: nothing throws, memory stays small, the account adds up, no id comes twice, and a frozen state goes on', () => {
    const wild = fc.record({
      first: fc.oneof(fc.nat(6000), fc.nat(2 ** 31)),
      length: fc.integer({ min: 1, max: 300 }),
      rateHz: fc.constantFrom(100, 100, 100, 200),
      gain: fc.constantFrom(200, 200, 200, 400),
      epoch: fc.constantFrom(1, 1, 1, 2),
      lead: fc.constantFrom('I', 'II'),
    });
    fc.assert(
      fc.property(fc.array(wild, { minLength: 2, maxLength: 60 }), fc.nat(), (list, at) => {
        const stream = list.map(({ first, length, rateHz, gain, epoch, lead }, i) => {
          const chunk = chunkOf(first, { [lead]: ramp(first, length) }, { rateHz, epoch, sequence: i, declaredLeads: ['I', 'II'] });
          return { ...chunk, blocks: chunk.blocks.map((block) => ({ ...block, aduPerMv: gain })) };
        });
        const whole = run(stream);
        const { read, placed, repeated, conflicting, late, rejected } = whole.account;
        expect(read).toBe(placed + repeated + conflicting + late + rejected);
        const ids = whole.segments.map((s) => s.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const r of whole.state.epoch!.runs) for (const buffer of r.buffers.values()) expect(buffer.counts.length).toBeLessThan(70 * 200);
        const cut = at % stream.length;
        const before = run(stream.slice(0, cut));
        const frozen = JSON.parse(JSON.stringify(snapshot(before.state, ASSEMBLE_DEFAULTS)));
        const state = restore(frozen, ASSEMBLE_DEFAULTS);
        for (const offset of neededOffsets(frozen).sort((x, y) => x - y)) refill(state, frozen, stream[offset], offset, ASSEMBLE_DEFAULTS);
        const after = run(stream.slice(cut), ASSEMBLE_DEFAULTS, state, cut);
        expect([...before.segments, ...after.segments].map(seen)).toEqual(whole.segments.map(seen));
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 500) },
    );
  });
});
