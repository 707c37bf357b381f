import { hasHole } from '../dsp/index.js';
import { type LeadBlock, NO_SAMPLE_INT16, NO_SAMPLE_INT32, type Samples } from '../ecg/index.js';

/** The samples of one lead of one run, from `base` on, as the device sent them; holes hold the sentinel. */
export interface Lane {
  readonly origin: LeadBlock['origin'];
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  readonly format: SampleFormat;
  base: number;
  counts: Samples;
  /** One past the last sample placed. */
  end: number;
  /** Everything from `base` up to here is there. */
  whole: number;
}

export type SampleFormat = 'int16' | 'int32' | 'float32';

export function formatOf(samples: Samples): SampleFormat {
  return samples instanceof Int16Array ? 'int16' : samples instanceof Int32Array ? 'int32' : 'float32';
}

const HOLE: Record<SampleFormat, number> = { int16: NO_SAMPLE_INT16, int32: NO_SAMPLE_INT32, float32: NaN };

/** `length` holes. */
export function holes(format: SampleFormat, length: number): Samples {
  return blank(format, length).fill(HOLE[format]);
}

function blank(format: SampleFormat, length: number): Samples {
  return format === 'int16' ? new Int16Array(length) : format === 'int32' ? new Int32Array(length) : new Float32Array(length);
}

export function newLane(block: LeadBlock, base: number): Lane {
  const format = formatOf(block.samples);
  const { origin, aduPerMv, offsetAdu } = block;
  return { origin, aduPerMv, offsetAdu, format, base, counts: holes(format, 0), end: base, whole: base };
}

/** May the block's samples stand beside the lane's? Another gain, offset, origin or format may not. */
export function sameCalibration(lane: Omit<Lane, 'base' | 'counts' | 'end' | 'whole'>, block: LeadBlock): boolean {
  return (
    lane.aduPerMv === block.aduPerMv &&
    lane.offsetAdu === block.offsetAdu &&
    lane.origin === block.origin &&
    lane.format === formatOf(block.samples)
  );
}

export interface Placed {
  placed: number;
  repeated: number;
  conflicting: number;
}

/**
 * Places samples[from − first … to − first) at their numbers. The first value written for a sample stays. `intact`: none of
 * the samples is a hole.
 */
export function place(lane: Lane, samples: Samples, first: number, from: number, to: number, tally: Placed, intact = !hasHole(samples)): void {
  reserve(lane, from, to);
  const { counts, base } = lane;
  // Beyond the end there is nothing to compare with.
  const compared = intact ? Math.min(Math.max(lane.end, from), to) : to;
  const hole = HOLE[lane.format];
  let placed = 0;
  for (let n = from; n < compared; n++) {
    const value = samples[n - first];
    if (value === hole || value !== value) continue;
    const there = counts[n - base];
    if (there === hole || there !== there) {
      counts[n - base] = value;
      placed++;
    } else if (there === value) tally.repeated++;
    else tally.conflicting++;
  }
  if (compared < to) {
    counts.set(to - compared === samples.length ? samples : samples.subarray(compared - first, to - first), compared - base);
    placed += to - compared;
    if (lane.whole === compared) lane.whole = to;
  }
  tally.placed += placed;
  if (to > lane.end) lane.end = to;
}

/** Makes room for samples from … to; room is kept in front too when an earlier chunk comes after a later one. */
function reserve(lane: Lane, from: number, to: number): void {
  if (from >= lane.base && to <= lane.base + lane.counts.length) return;
  const base = Math.min(lane.base, from);
  const needed = Math.max(to, lane.base + lane.counts.length) - base;
  const counts = blank(lane.format, Math.max(needed, Math.ceil(lane.counts.length * 2)));
  const [before, after] = [lane.base - base, lane.base - base + lane.counts.length];
  counts.fill(HOLE[lane.format], 0, before);
  counts.set(lane.counts, before);
  counts.fill(HOLE[lane.format], after);
  if (base < lane.base) lane.whole = base;
  lane.base = base;
  lane.counts = counts;
}

/** Forgets what lies before `base`. */
export function trim(lane: Lane, base: number): void {
  const drop = base - lane.base;
  if (drop <= 0) return;
  const { counts } = lane;
  if (drop >= counts.length) {
    lane.counts = holes(lane.format, 0);
  } else {
    counts.copyWithin(0, drop);
    counts.fill(HOLE[lane.format], counts.length - drop);
  }
  lane.base = base;
  lane.end = Math.max(lane.end, base);
  lane.whole = Math.max(lane.whole, base);
}

/** Gives back the room of a lane that holds no sample. */
export function release(lane: Lane): void {
  if (firstFrom(lane, lane.base) < Infinity) return;
  lane.counts = holes(lane.format, 0);
  lane.end = lane.whole = lane.base;
}

/** Is every sample of from … to there? */
export function isWhole(lane: Lane, from: number, to: number): boolean {
  if (lane.end < to || from < lane.base) return false;
  if (lane.whole >= to) return true;
  const { counts, base } = lane;
  const hole = HOLE[lane.format];
  const holeAt = (n: number) => counts[n - base] === hole || counts[n - base] !== counts[n - base];
  let whole = lane.whole;
  while (whole < lane.end && !holeAt(whole)) whole++;
  lane.whole = whole;
  if (whole >= to) return true;
  for (let n = from; n < to; n++) if (holeAt(n)) return false;
  return true;
}

/** A copy of from … to, with holes where the lane has nothing. */
export function copyOf(lane: Lane, from: number, to: number, length: number): Samples {
  if (to - from === length && from >= lane.base && to <= lane.base + lane.counts.length) return lane.counts.slice(from - lane.base, to - lane.base);
  const copy = holes(lane.format, length);
  const start = Math.max(from, lane.base);
  const end = Math.min(to, lane.base + lane.counts.length);
  if (start < end) copy.set(lane.counts.subarray(start - lane.base, end - lane.base), start - from);
  return copy;
}

/** The holes as disjoint ascending [start, end) pairs of indices. */
export function holesIn(counts: Samples): [number, number][] {
  if (!hasHole(counts)) return [];
  const hole = HOLE[formatOf(counts)];
  const found: [number, number][] = [];
  let start = -1;
  for (let i = 0; i < counts.length; i++) {
    const missing = counts[i] === hole || counts[i] !== counts[i];
    if (missing && start < 0) start = i;
    else if (!missing && start >= 0) {
      found.push([start, i]);
      start = -1;
    }
  }
  if (start >= 0) found.push([start, counts.length]);
  return found;
}

/** Number of the first sample at or after `from`; Infinity if there is none. */
export function firstFrom(lane: Lane, from: number): number {
  const hole = HOLE[lane.format];
  for (let n = Math.max(from, lane.base); n < lane.end; n++) {
    const value = lane.counts[n - lane.base];
    if (value !== hole && value === value) return n;
  }
  return Infinity;
}

/** How many samples are there, holes apart. */
export function countSamples(samples: Samples): number {
  if (!hasHole(samples)) return samples.length;
  const hole = HOLE[formatOf(samples)];
  let count = 0;
  for (let i = 0; i < samples.length; i++) if (samples[i] !== hole && samples[i] === samples[i]) count++;
  return count;
}

/** Takes the samples at and after `from` out of the lane: their number, and the samples themselves. */
export function cutTail(lane: Lane, from: number): { readonly samples: Samples; readonly count: number } {
  const start = Math.max(from, lane.base);
  if (start >= lane.end) return { samples: holes(lane.format, 0), count: 0 };
  const samples = copyOf(lane, from, lane.end, lane.end - from);
  const count = countSamples(samples);
  lane.counts.fill(HOLE[lane.format], start - lane.base);
  lane.end = start;
  lane.whole = Math.min(lane.whole, start);
  return { samples, count };
}
