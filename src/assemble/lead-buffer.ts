import { hasHole, millivolts } from '../dsp/index.js';
import { type LeadBlock, NO_SAMPLE_INT16, NO_SAMPLE_INT32, type Samples } from '../ecg/index.js';
import { type Scale, withoutScalesBefore } from './scales.js';

/** What the counts of a lead mean. */
export interface Calibration {
  readonly origin: LeadBlock['origin'];
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  readonly format: SampleFormat;
}

/** The samples of one lead of one run, from `base` on: as the device sent them, or in mV once two calibrations met in it; a missing sample is the sentinel. */
export interface LeadBuffer {
  calibration: Calibration;
  /** Stretches of one gain, ascending; empty: everything is in the one calibration. */
  scales: Scale[];
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

const SENTINEL: Record<SampleFormat, number> = { int16: NO_SAMPLE_INT16, int32: NO_SAMPLE_INT32, float32: NaN };

/** `length` missing samples. */
export function missingSamples(format: SampleFormat, length: number): Samples {
  return blank(format, length).fill(SENTINEL[format]);
}

function blank(format: SampleFormat, length: number): Samples {
  return format === 'int16' ? new Int16Array(length) : format === 'int32' ? new Int32Array(length) : new Float32Array(length);
}

export function newBuffer(calibration: Calibration, base: number, scales: Scale[] = []): LeadBuffer {
  return { calibration, scales, base, counts: missingSamples(calibration.format, 0), end: base, whole: base };
}

export function calibrationOf({ origin, aduPerMv, offsetAdu, samples }: LeadBlock): Calibration {
  return { origin, aduPerMv, offsetAdu, format: formatOf(samples) };
}

/** Do equal counts of both mean the same? */
export function sameCalibration(calibration: Calibration, { origin, aduPerMv, offsetAdu, samples }: LeadBlock): boolean {
  return calibration.aduPerMv === aduPerMv && calibration.offsetAdu === offsetAdu && calibration.origin === origin && calibration.format === formatOf(samples);
}

/**
 * The block's samples in the buffer's calibration. Where theirs is another, the buffer changes to mV for good: the same numbers that
 * `physical` makes of counts, so it does not matter when.
 */
export function samplesFor(buffer: LeadBuffer, block: LeadBlock): Samples {
  if (buffer.scales.length === 0) {
    if (sameCalibration(buffer.calibration, block)) return block.samples;
    const { calibration, base, end } = buffer;
    buffer.scales.push({ from: base, to: end, aduPerMv: calibration.aduPerMv, offsetAdu: calibration.offsetAdu });
    buffer.counts = inMillivolts(buffer.counts, calibration);
    buffer.calibration = { origin: calibration.origin, aduPerMv: 1, offsetAdu: 0, format: 'float32' };
  }
  return inMillivolts(block.samples, block);
}

function inMillivolts(counts: Samples, { aduPerMv, offsetAdu }: Pick<Calibration, 'aduPerMv' | 'offsetAdu'>): Float32Array {
  const mv = new Float32Array(counts.length);
  millivolts(counts, aduPerMv, offsetAdu, mv);
  return mv;
}

export interface Placed {
  placed: number;
  repeated: number;
  conflicting: number;
}

/**
 * Places samples[from − first … to − first) at their numbers. The first value written for a sample stays. `intact`: none of
 * the samples is missing.
 */
export function place(buffer: LeadBuffer, samples: Samples, first: number, from: number, to: number, tally: Placed, intact = !hasHole(samples)): void {
  reserve(buffer, from, to);
  const { counts, base } = buffer;
  // Beyond the end there is nothing to compare with.
  const compared = intact ? Math.min(Math.max(buffer.end, from), to) : to;
  const sentinel = SENTINEL[buffer.calibration.format];
  let placed = 0;
  for (let n = from; n < compared; n++) {
    const value = samples[n - first];
    if (value === sentinel || value !== value) continue;
    const there = counts[n - base];
    if (there === sentinel || there !== there) {
      counts[n - base] = value;
      placed++;
    } else if (there === value) tally.repeated++;
    else tally.conflicting++;
  }
  if (compared < to) {
    counts.set(to - compared === samples.length ? samples : samples.subarray(compared - first, to - first), compared - base);
    placed += to - compared;
    if (buffer.whole === compared) buffer.whole = to;
  }
  tally.placed += placed;
  if (to > buffer.end) buffer.end = to;
}

/** Makes room for samples from … to; room is kept in front too when an earlier chunk comes after a later one. */
function reserve(buffer: LeadBuffer, from: number, to: number): void {
  if (from >= buffer.base && to <= buffer.base + buffer.counts.length) return;
  const base = Math.min(buffer.base, from);
  const needed = Math.max(to, buffer.base + buffer.counts.length) - base;
  const counts = blank(buffer.calibration.format, Math.max(needed, Math.ceil(buffer.counts.length * 2)));
  const [before, after] = [buffer.base - base, buffer.base - base + buffer.counts.length];
  counts.fill(SENTINEL[buffer.calibration.format], 0, before);
  counts.set(buffer.counts, before);
  counts.fill(SENTINEL[buffer.calibration.format], after);
  if (base < buffer.base) buffer.whole = base;
  buffer.base = base;
  buffer.counts = counts;
}

/** Forgets what lies before `base`. */
export function trim(buffer: LeadBuffer, base: number): void {
  const drop = base - buffer.base;
  if (drop <= 0) return;
  const { counts } = buffer;
  if (drop >= counts.length) {
    buffer.counts = missingSamples(buffer.calibration.format, 0);
  } else {
    counts.copyWithin(0, drop);
    counts.fill(SENTINEL[buffer.calibration.format], counts.length - drop);
  }
  buffer.base = base;
  buffer.end = Math.max(buffer.end, base);
  buffer.whole = Math.max(buffer.whole, base);
  if (buffer.scales.length > 1) buffer.scales = withoutScalesBefore(buffer.scales, base);
}

/** Gives back the room of a buffer that holds no sample. */
export function release(buffer: LeadBuffer): void {
  if (firstFrom(buffer, buffer.base) < Infinity) return;
  buffer.counts = missingSamples(buffer.calibration.format, 0);
  buffer.end = buffer.whole = buffer.base;
}

/** Is every sample of from … to there? */
export function isWhole(buffer: LeadBuffer, from: number, to: number): boolean {
  if (buffer.end < to || from < buffer.base) return false;
  if (buffer.whole >= to) return true;
  const { counts, base } = buffer;
  const sentinel = SENTINEL[buffer.calibration.format];
  const missingAt = (n: number) => counts[n - base] === sentinel || counts[n - base] !== counts[n - base];
  let whole = buffer.whole;
  while (whole < buffer.end && !missingAt(whole)) whole++;
  buffer.whole = whole;
  if (whole >= to) return true;
  for (let n = from; n < to; n++) if (missingAt(n)) return false;
  return true;
}

/** A copy of from … to; what the buffer does not have is missing. */
export function copyOf(buffer: LeadBuffer, from: number, to: number, length: number): Samples {
  if (to - from === length && from >= buffer.base && to <= buffer.base + buffer.counts.length) return buffer.counts.slice(from - buffer.base, to - buffer.base);
  const copy = missingSamples(buffer.calibration.format, length);
  const start = Math.max(from, buffer.base);
  const end = Math.min(to, buffer.base + buffer.counts.length);
  if (start < end) copy.set(buffer.counts.subarray(start - buffer.base, end - buffer.base), start - from);
  return copy;
}

/** The missing samples as disjoint ascending [start, end) pairs of indices. */
export function missingIn(counts: Samples): [number, number][] {
  if (!hasHole(counts)) return [];
  const sentinel = SENTINEL[formatOf(counts)];
  const found: [number, number][] = [];
  let start = -1;
  for (let i = 0; i < counts.length; i++) {
    const missing = counts[i] === sentinel || counts[i] !== counts[i];
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
export function firstFrom(buffer: LeadBuffer, from: number): number {
  const sentinel = SENTINEL[buffer.calibration.format];
  for (let n = Math.max(from, buffer.base); n < buffer.end; n++) {
    const value = buffer.counts[n - buffer.base];
    if (value !== sentinel && value === value) return n;
  }
  return Infinity;
}

/** How many samples are there, missing ones apart. */
export function countSamples(samples: Samples): number {
  if (!hasHole(samples)) return samples.length;
  const sentinel = SENTINEL[formatOf(samples)];
  let count = 0;
  for (let i = 0; i < samples.length; i++) if (samples[i] !== sentinel && samples[i] === samples[i]) count++;
  return count;
}

/** Takes the samples at and after `from` out of the buffer: their number, and the samples themselves. */
export function cutTail(buffer: LeadBuffer, from: number): { readonly samples: Samples; readonly count: number } {
  const start = Math.max(from, buffer.base);
  if (start >= buffer.end) return { samples: missingSamples(buffer.calibration.format, 0), count: 0 };
  const samples = copyOf(buffer, from, buffer.end, buffer.end - from);
  const count = countSamples(samples);
  buffer.counts.fill(SENTINEL[buffer.calibration.format], start - buffer.base);
  buffer.end = start;
  buffer.whole = Math.min(buffer.whole, start);
  return { samples, count };
}
