/**
 * What gateways do to a ward's streams, one story each, from the bytes in the log to the outcomes: nothing of it costs a bed a second of
 * watching, raises a pause that was none, or makes a bed vanish.
 * Invariants: I70, I71, I72
 */
import { describe, expect, test } from 'vitest';
import type { Chunk, GapRun, LeadBlock, Outcome } from '../../src/ecg/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeOutcome } from '../../src/wire/index.js';
import { beating, logOf, Store, through } from '../line/bench.js';

const SECONDS = 62;
/** A bed that sends each second, as it is and as its gateway writes it. */
const night = (write: (chunk: Chunk, s: number) => Chunk = (chunk) => chunk, count = SECONDS): (readonly [number, Chunk])[] => Array.from({ length: count }, (_, s) => [s, write(beating(s * 100, 100), s)] as const);

async function reported(entries: readonly (readonly [number, Chunk])[]): Promise<{ readonly outcomes: Outcome[]; readonly gaps: GapRun[]; readonly rejects: string[] }> {
  const store = new Store();
  await through(store, logOf(...entries));
  const records = store.written.flatMap(({ topic, value }) => (topic === TOPICS.outcomes ? (decodeOutcome(value!) ?? []) : []));
  return {
    outcomes: records.flatMap((record) => (record.type === 'segment' ? [record.outcome] : [])),
    gaps: records.flatMap((record) => (record.type === 'gap' ? [record.gap] : [])),
    rejects: store.written.filter(({ topic }) => topic === TOPICS.rejects).map(({ headers }) => headers!.reason),
  };
}

/** The same voltage by another gain, zero and format. */
function rewritten(block: LeadBlock, factor: number, offsetAdu: number, Format: Int16ArrayConstructor | Int32ArrayConstructor): LeadBlock {
  return { ...block, aduPerMv: block.aduPerMv * factor, offsetAdu, samples: new Format(Array.from(block.samples, (count) => Math.round(count * factor + offsetAdu))) };
}
const withBlocks = (chunk: Chunk, change: (block: LeadBlock) => LeadBlock): Chunk => ({ ...chunk, blocks: chunk.blocks.map(change) });

/** What a reader acts on. */
const essence = ({ id, grade, gates, reasons, partial, measurements, unobserved }: Outcome) => ({ id, grade, gates, reasons, partial, beats: measurements.beats, pause: measurements.longestPauseMs, unobserved });

describe('a gateway that rewrites gains', () => {
  const stories: [name: string, changes: boolean, write: (chunk: Chunk, s: number) => Chunk][] = [
    ['writes its gain with another last digit each second', false, (chunk, s) => withBlocks(chunk, (block) => ({ ...block, aduPerMv: 200 + 1e-4 * (s % 3) }))],
    ['sends int16 and int32 in turn', false, (chunk, s) => withBlocks(chunk, (block) => rewritten(block, 1, 0, s % 2 === 0 ? Int16Array : Int32Array))],
    ['lets the gain of one lead jitter', false, (chunk, s) => withBlocks(chunk, (block) => (block.lead === 'II' ? { ...block, aduPerMv: 200 * (1 + 1e-6 * (s % 5)) } : block))],
    ['doubles the resolution at 25 s', true, (chunk, s) => (s < 25 ? chunk : withBlocks(chunk, (block) => rewritten(block, 2, 0, Int16Array)))],
    ['moves the zero and the gain to and fro', true, (chunk, s) => (s % 14 < 7 ? chunk : withBlocks(chunk, (block) => rewritten(block, 4, 512, Int32Array)))],
  ];
  for (const [name, changes, write] of stories) {
    test(name, async () => {
      const [plain, written] = [await reported(night()), await reported(night(write))];
      expect(written.rejects).toEqual([]);
      expect(written.outcomes.length).toBe(6);
      expect(written.outcomes.map(essence)).toEqual(plain.outcomes.map(essence));
      expect(plain.outcomes[2].measurements.beats.length).toBeGreaterThan(10);
      expect(written.outcomes.some(({ gainChanges }) => gainChanges !== undefined)).toBe(changes);
    });
  }
  test('a change of gain is in the outcome of its segment, at its sample', async () => {
    const { outcomes } = await reported(night((chunk, s) => (s < 25 ? chunk : withBlocks(chunk, (block) => rewritten(block, 2, 0, Int16Array)))));
    expect(outcomes.flatMap(({ firstSample, gainChanges = [] }) => gainChanges.map((change) => [firstSample, change]))).toEqual(
      ['I', 'II'].map((lead) => [2000, { lead, atMs: 5000, fromAduPerMv: 200, toAduPerMv: 400 }]),
    );
  });
});

describe('a gateway that measures the rate', () => {
  test('and says a rate that is off by up to 0.03 Hz each second: the same segments, on the grid of the first, and how far the clock is off', async () => {
    const [plain, jittered] = [await reported(night()), await reported(night((chunk, s) => ({ ...chunk, rateHz: [100, 100.03, 99.97][s % 3], deviceTimeMs: chunk.deviceTimeMs + 0.2 * s })))];
    expect(jittered.rejects).toEqual([]);
    expect(jittered.outcomes.map(({ id }) => id)).toEqual(plain.outcomes.map(({ id }) => id));
    // Two hundred microseconds a second, in times of whole milliseconds.
    expect(jittered.outcomes.at(-1)!.rateDriftPpm).toBeGreaterThan(-260);
    expect(jittered.outcomes.at(-1)!.rateDriftPpm).toBeLessThan(-140);
    expect(plain.outcomes.at(-1)!.rateDriftPpm).toBeCloseTo(0, 6);
  });
});

test('the first two chunks change places, and say other rates: the grid is that of the earlier one, as if they had not', async () => {
  const rated = night((chunk, s) => ({ ...chunk, rateHz: s === 0 ? 100 : 100.4 }));
  const [first, second, ...more] = rated;
  const [straight, swapped] = [await reported(rated), await reported([second, first, ...more])];
  expect(swapped.outcomes.map(essence)).toEqual(straight.outcomes.map(essence));
  expect(straight.outcomes.at(-1)).toMatchObject({ id: 'bed-1/1/5000', rateHz: 100 });
});

describe('a gateway that begins again', () => {
  test('with another epoch every two seconds, all night: no segment is made, and every second of it is in a gap or a reject', async () => {
    const restless = night((chunk, s) => ({ ...chunk, epoch: 1 + Math.floor(s / 2), firstSample: (s % 2) * 100, sequence: s }));
    const { outcomes, gaps, rejects } = await reported(restless);
    expect(outcomes).toEqual([]);
    // The last epoch is still open: two leads of two seconds.
    expect(gaps.reduce((sum, { restSamples = 0 }) => sum + restSamples, 0)).toBe((SECONDS - 2) * 2 * 100);
    expect(rejects).toEqual([]);
  });
  test('with another epoch in every chunk: each of them is a reject', async () => {
    const { outcomes, rejects } = await reported(night((chunk, s) => ({ ...chunk, epoch: 1000 + s, firstSample: 0 }), 20));
    expect(outcomes).toEqual([]);
    // The first begins the stream, the last may still be continued.
    expect(rejects).toEqual(Array(18).fill('jump'));
  });
  test('in epochs that differ only beyond 2^53: the second ends the first, as any other would', async () => {
    const far = night((chunk, s) => ({ ...chunk, epoch: s < 31 ? '9223372036854775808' : '9223372036854775809', firstSample: (s % 31) * 100, sequence: `1844674407370955${1000 + s}` }));
    const { outcomes, rejects } = await reported(far);
    expect(rejects).toEqual([]);
    expect(outcomes.map(({ id, epoch }) => [id, epoch])).toEqual(
      ['9223372036854775808', '9223372036854775809'].flatMap((epoch) => [0, 1000, 2000].map((first) => [`bed-1/${epoch}/${first}`, epoch])),
    );
  });
});

test('the harness would show a pause: the same night with two seconds of it gone flat is not the same', async () => {
  const flat = await reported(night((chunk, s) => (s === 24 || s === 25 ? withBlocks(chunk, (block) => ({ ...block, samples: new Int16Array(100) })) : chunk)));
  expect(flat.outcomes.map(essence)).not.toEqual((await reported(night())).outcomes.map(essence));
});
