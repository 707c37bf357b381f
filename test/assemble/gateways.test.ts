/**
 * Streams as gateways send them: rates that jitter about a nominal value, gains and formats that change from block to block. Nothing ends
 * by it, whatever the order of the chunks, and every sample is in mV by the gain that it was sent with.
 * Invariants: I1, I6, I70, I71
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, neededOffsets, physical, refill, restore, snapshot } from '../../src/assemble/index.js';
import { SCALES_MAX } from '../../src/assemble/scales.js';
import type { Chunk, LeadBlock, Samples, Segment } from '../../src/ecg/index.js';
import { GAINS } from './hostile.js';
import { balanced, chunkOf, run } from './stream.js';

const RATE_HZ = 250;
const LENGTH = 125;

interface Written {
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  readonly format: 'int16' | 'int32' | 'float32';
}

/** Lead voltages in whole hundredths of a mV, as each gain writes them. */
const hundredths = (n: number, lead: number): number => ((n * 7 + lead * 31) % 401) - 200;

function written(first: number, lead: number, { aduPerMv, offsetAdu, format }: Written): Samples {
  const counts = Array.from({ length: LENGTH }, (_, i) => (hundredths(first + i, lead) / 100) * aduPerMv + offsetAdu);
  return format === 'int16' ? Int16Array.from(counts, Math.round) : format === 'int32' ? Int32Array.from(counts, Math.round) : Float32Array.from(counts);
}

function blockOf(first: number, lead: number, how: Written): LeadBlock {
  return { lead: ['I', 'II', 'V1'][lead], origin: 'measured', aduPerMv: how.aduPerMv, offsetAdu: how.offsetAdu, samples: written(first, lead, how), leadOff: false };
}

const writing: fc.Arbitrary<Written> = fc.record({
  aduPerMv: fc.constantFrom(200, 200, 200.0002, 400, 1000),
  offsetAdu: fc.constantFrom(0, 0, 512),
  format: fc.constantFrom('int16', 'int16', 'int32', 'float32'),
});
const stream = fc.record({
  first: fc.integer({ min: 0, max: 5000 }),
  /** Of each chunk: its rate, and how each lead is written. */
  chunks: fc.array(fc.tuple(fc.constantFrom(249.97, 250, 250, 250.03, 252), fc.tuple(writing, writing, writing)), { minLength: 24, maxLength: 70 }),
  swaps: fc.array(fc.nat(), { maxLength: 12 }),
  holes: fc.array(fc.nat(), { maxLength: 3 }),
});

function chunksOf({ first, chunks }: { readonly first: number; readonly chunks: readonly (readonly [number, readonly Written[]])[] }): Chunk[] {
  return chunks.map(([rateHz, how], k) => {
    const at = first + k * LENGTH;
    return { ...chunkOf(at, {}, { rateHz, declaredLeads: ['I', 'II', 'V1'], sequence: k, deviceTimeMs: 1_700_000_000_000 + (at / RATE_HZ) * 1000 }), blocks: how.map((one, lead) => blockOf(at, lead, one)) };
  });
}

const swapped = (chunks: readonly Chunk[], swaps: readonly number[]): Chunk[] => {
  const order = [...chunks];
  for (const swap of swaps) {
    const i = swap % (order.length - 1);
    // Neighbours that were not moved yet stay within the horizon.
    if (order[i] === chunks[i] && order[i + 1] === chunks[i + 1]) [order[i], order[i + 1]] = [order[i + 1], order[i]];
  }
  return order;
};
const ended = (chunks: readonly Chunk[]): Chunk[] => {
  const last = Math.max(...chunks.map(({ firstSample }) => firstSample + LENGTH));
  return [...chunks, { ...chunkOf(last, {}, { rateHz: RATE_HZ, declaredLeads: ['I', 'II', 'V1'], sequence: 1e6, endOfStream: true }), blocks: [] }];
};

/** What every later stage sees: ids, masks and mV. Whether a lead is kept as counts may depend on what came before. */
const seen = (segment: Segment) => {
  const { rows, before } = physical(segment);
  const numbers = rows.map(({ lead, origin, mv, seen: whole, gaps }) => ({ lead, origin, mv: Array.from(mv), whole: whole && Array.from(whole), gaps }));
  return { id: segment.id, rateHz: segment.rateHz, partial: segment.partial, before, rows: numbers };
};

describe('rates that jitter and gains that change', () => {
  test('end nothing: each sample is what its own block says, in mV, and nothing conflicts', () => {
    fc.assert(
      fc.property(stream, ({ holes, ...plan }) => {
        const chunks = chunksOf(plan).filter((_, k) => k === 0 || !holes.some((hole) => hole % plan.chunks.length === k));
        const { segments, account, rejects } = run(ended(swapped(chunks, plan.swaps)));
        expect({ rejects, conflicting: account.conflicting, late: account.late }).toEqual({ rejects: [], conflicting: 0, late: 0 });
        expect(balanced(account)).toBe(true);
        expect(new Set(segments.map(({ rateHz }) => rateHz)).size).toBeLessThanOrEqual(1);
        const blocks = new Map(chunks.map((chunk) => [chunk.firstSample, chunk.blocks]));
        for (const segment of segments) {
          const rows = physical(segment).rows;
          for (const [lead, name] of ['I', 'II', 'V1'].entries()) {
            const { mv } = rows.find((row) => row.lead === name)!;
            for (let i = 0; i < mv.length; i += 13) {
              const n = segment.firstSample + i;
              const block = blocks.get(plan.first + Math.floor((n - plan.first) / LENGTH) * LENGTH)?.[lead];
              const count = block?.samples[(n - plan.first) % LENGTH];
              expect(mv[i]).toBe(block === undefined || count === undefined ? NaN : Math.fround((count - block.offsetAdu) / block.aduPerMv));
            }
          }
        }
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 150) },
    );
  });

  test('in any order within the horizon, and over a take-over anywhere, the segments are the same', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (plan, at) => {
        const chunks = chunksOf(plan);
        const straight = run(ended(chunks));
        const order = ended(swapped(chunks, plan.swaps));
        const cut = at % order.length;
        const before = run(order.slice(0, cut));
        const frozen = JSON.parse(JSON.stringify(snapshot(before.state, ASSEMBLE_DEFAULTS)));
        const state = restore(frozen, ASSEMBLE_DEFAULTS);
        for (const offset of neededOffsets(frozen).sort((a, b) => a - b)) refill(state, frozen, order[offset], offset, ASSEMBLE_DEFAULTS);
        const after = run(order.slice(cut), ASSEMBLE_DEFAULTS, state, cut);
        expect([...before.segments, ...after.segments].map(seen)).toEqual(straight.segments.map(seen));
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 150) },
    );
  });
});

describe('what is reported', () => {
  const at = (k: number, more: Partial<Written>, rest: Partial<Chunk> = {}): Chunk => {
    const how = { aduPerMv: 200, offsetAdu: 0, format: 'int16', ...more } as const;
    return { ...chunkOf(k * LENGTH, {}, { rateHz: RATE_HZ, declaredLeads: ['I', 'II'], sequence: k, ...rest }), blocks: [blockOf(k * LENGTH, 0, { aduPerMv: 200, offsetAdu: 0, format: 'int16' }), blockOf(k * LENGTH, 1, how)] };
  };
  const series = (count: number, make: (k: number) => Chunk): Chunk[] => Array.from({ length: count }, (_, k) => make(k));

  test('a gain that doubles is a change at its sample, of its lead, and no step of the signal', () => {
    const { segments } = run(series(50, (k) => at(k, { aduPerMv: k < 26 ? 200 : 400 })), ASSEMBLE_FROM_START);
    expect(segments.map(({ gainChanges, closedBy }) => [gainChanges, closedBy])).toEqual([[undefined, 'complete'], [[{ lead: 'II', atMs: 3000, fromAduPerMv: 200, toAduPerMv: 400 }], 'complete']]);
    const { mv } = physical(segments[1]).rows[1];
    for (let i = 0; i < mv.length; i += 7) expect(mv[i]).toBeCloseTo(hundredths(2500 + i, 1) / 100, 1);
  });
  test('a gain that differs in the seventh digit, and int16 and int32 in turn, are no change', () => {
    const { segments } = run(series(50, (k) => at(k, { aduPerMv: k % 2 === 0 ? 200 : 200.0002, format: k % 3 === 0 ? 'int32' : 'int16' })), ASSEMBLE_FROM_START);
    expect(segments.map(({ gainChanges, partial }) => [gainChanges, partial])).toEqual([[undefined, false], [undefined, false]]);
  });
  test('a rate that is off by 0.03 Hz by the device\'s own clock is a drift of 120 ppm on the nominal grid', () => {
    const slow = (k: number) => at(k, {}, { rateHz: k % 2 === 0 ? 250 : 249.97, deviceTimeMs: Math.round(1_700_000_000_000 + (k * LENGTH * 1000) / 249.97) });
    const { segments } = run(series(400, slow), ASSEMBLE_FROM_START);
    expect(segments.map(({ firstSample }) => firstSample)).toEqual(segments.map((_, i) => i * 2500));
    expect(segments[1].clock.rateDriftPpm).toBeUndefined();
    for (const { clock } of segments.slice(5)) expect(clock.rateDriftPpm).toBeCloseTo(-120, -1);
  });
  test('a clock that stands still, or runs at twice the speed, gives a drift within its bound', () => {
    for (const speed of [0, 2]) {
      const { segments } = run(series(400, (k) => at(k, {}, { deviceTimeMs: 1_700_000_000_000 + k * 500 * speed })));
      for (const { clock } of segments) expect(Math.abs(clock.rateDriftPpm ?? 0)).toBeLessThanOrEqual(10_000);
    }
  });
  test('a rate more than a hundredth off is another rate', () => {
    const { segments } = run([...series(30, (k) => at(k, {})), ...series(30, (k) => at(30 + k, {}, { rateHz: 253 }))], ASSEMBLE_FROM_START);
    expect(segments.map(({ rateHz, closedBy }) => [rateHz, closedBy])).toEqual([[250, 'complete'], [250, 'format-change'], [253, 'complete']]);
  });
});

test('gains that change in every chunk are refused nowhere and keep the state small', () => {
  for (const make of Object.values(GAINS)) {
    const { rejects, account, segments, state } = run(make());
    expect([rejects, account.rest, account.conflicting]).toEqual([[], 0, 0]);
    expect(segments.length).toBeGreaterThan(2);
    for (const { buffers } of state.epoch!.runs) for (const { scales } of buffers.values()) expect(scales.length).toBeLessThanOrEqual(SCALES_MAX);
  }
});
