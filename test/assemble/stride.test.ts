/**
 * The stride is configuration and may change between two runs of the engine: the state says by sample number where it is, so the new
 * grid goes on from there. What cannot be avoided is the stretch between the last old segment and the first new one. Invariants: I50
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ASSEMBLE_DEFAULTS, ASSEMBLE_FROM_START, type AssembleOptions, neededOffsets, refill, restore, snapshot } from '../../src/assemble/index.js';
import type { Chunk, Segment } from '../../src/ecg/index.js';
import { balanced, chunkOf, ramp, run } from './stream.js';

const SECONDS = 700;

function streamAt(rateHz: number, lengthS: number, lost: readonly number[] = []): Chunk[] {
  const length = Math.round(lengthS * rateHz);
  const chunks = Array.from({ length: Math.floor(SECONDS / lengthS) }, (_, k) => chunkOf(k * length, { I: ramp(k * length, length) }, { rateHz, sequence: k }));
  return chunks.filter((_, k) => !lost.includes(k));
}

/** Runs the stream by one stride up to a chunk, and from there on by another, through a checkpoint. */
function changed(chunks: readonly Chunk[], before: number, after: number, at: number) {
  const [old, now]: AssembleOptions[] = [before, after].map((strideS) => ({ ...ASSEMBLE_DEFAULTS, strideS }));
  const first = run(chunks.slice(0, at), old);
  const frozen = JSON.parse(JSON.stringify(snapshot(first.state, old)));
  const state = restore(frozen, now);
  for (const offset of neededOffsets(frozen).sort((a, b) => a - b)) refill(state, frozen, chunks[offset], offset, now);
  const second = run(chunks.slice(at), now, state, at);
  return { first, second, segments: [...first.segments, ...second.segments], late: first.account.late + second.account.late };
}

/** Stretches of samples, up to the last segment's end, that lie in no segment. */
function uncovered(segments: readonly Segment[], from: number): [number, number][] {
  const found: [number, number][] = [];
  let end = from;
  for (const { firstSample, samples } of [...segments].sort((a, b) => a.firstSample - b.firstSample)) {
    if (firstSample > end) found.push([end, firstSample]);
    end = Math.max(end, firstSample + samples);
  }
  return found;
}

const STRIDES: readonly (readonly [number, number])[] = [[2, 10], [10, 2], [7, 10], [10, 7], [2.5, 10], [10, 10], [3.3, 9.1]];
const cases = fc.record({
  strides: fc.constantFrom(...STRIDES),
  rateHz: fc.constantFrom(100, 125, 128, 249.97, 360.5),
  lengthS: fc.constantFrom(0.5, 1, 2.3),
  atS: fc.integer({ min: 30, max: 640 }),
});

test('another stride loses no more than the segment at the seam, makes nothing late and repeats no id', () =>
  fc.assert(
    fc.property(cases, ({ strides: [before, after], rateHz, lengthS, atS }) => {
      const { first, second, segments, late } = changed(streamAt(rateHz, lengthS), before, after, Math.floor(atS / lengthS));
      expect(late).toBe(0);
      expect(balanced(first.account) && balanced(second.account)).toBe(true);
      const ids = segments.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const holes = uncovered(segments, 0);
      expect(holes.length).toBeLessThanOrEqual(1);
      for (const [from, to] of holes) expect((to - from) / rateHz).toBeLessThan(10);
      if (before <= after && after % before === 0) expect(holes).toEqual([]);
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 100) },
  ));

test('from 2 s to 10 s after ten minutes, and back, nothing is lost', () => {
  for (const [before, after] of [[2, 10], [10, 2]]) {
    const { segments, late, second } = changed(streamAt(100, 1), before, after, 600);
    expect({ late, holes: uncovered(segments, 0) }).toEqual({ late: 0, holes: [] });
    const [{ firstSample: from }] = second.segments;
    expect(second.segments.every(({ firstSample }) => (firstSample - from) % (after * 100) === 0)).toBe(true);
    // Half a minute further on each second is in as many segments as the stride says.
    expect(second.segments.filter(({ firstSample }) => firstSample > 65_000 && firstSample <= 66_000)).toHaveLength(10 / after);
  }
});

test('a device that lost chunks goes on under another stride too', () =>
  fc.assert(
    fc.property(cases, fc.array(fc.nat(600), { maxLength: 30 }), ({ strides: [before, after], rateHz, atS }, lost) => {
      const chunks = streamAt(rateHz, 1, lost);
      const { segments, late } = changed(chunks, before, after, Math.min(atS, chunks.length - 1));
      expect(late).toBe(0);
      expect(new Set(segments.map(({ id }) => id)).size).toBe(segments.length);
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 60) },
  ));

test('at the seam: a state kept between the grids is kept and restored again as it is', () => {
  const options = { ...ASSEMBLE_FROM_START, strideS: 10 };
  const old = run(streamAt(100, 1).slice(0, 605), { ...options, strideS: 7 });
  const restored = restore(snapshot(old.state, { ...options, strideS: 7 }), options);
  const again = snapshot(restored, options);
  expect(again.grid).toMatchObject({ strideS: 10, segmentS: 10, nextSamples: [60_200] });
  expect(restore(JSON.parse(JSON.stringify(again)), options).epoch!.runs).toEqual(restored.epoch!.runs);
});
