import { NO_SAMPLE_INT16, NO_SAMPLE_INT32 } from '../ecg/index.js';

/** Counts of a lead; the "no sample" of their type where there is none. */
export type Counts = Int16Array | Int32Array;

/** Of a record, over all its signals: 12 leads at 500 Hz for 24 h. What is longer is asked for in pieces. */
export const CELLS_MAX = 2 ** 29;

export function noSampleOf(counts: Counts): number {
  return counts instanceof Int16Array ? NO_SAMPLE_INT16 : NO_SAMPLE_INT32;
}

/** int16 where every count fits, which halves every message. */
export function narrowed(counts: Int32Array): Counts {
  for (const count of counts) if ((count > 32_767 || count < -32_767) && count !== NO_SAMPLE_INT32) return counts;
  return Int16Array.from(counts, (count) => (count === NO_SAMPLE_INT32 ? NO_SAMPLE_INT16 : count));
}

/** Upside down, holes where they were. */
export function negated(counts: Counts): Counts {
  const none = noSampleOf(counts);
  return counts.map((count: number) => (count === none ? count : -count));
}

/** As long as `samples`, set on by `skip` samples; holes at the end. */
export function fitted(counts: Counts, samples: number, skip = 0): Counts {
  if (skip === 0 && counts.length === samples) return counts;
  const out = counts instanceof Int16Array ? new Int16Array(samples) : new Int32Array(samples);
  out.fill(noSampleOf(counts));
  out.set(counts.subarray(Math.min(skip, counts.length), Math.min(skip, counts.length) + samples));
  return out;
}

/** Of a lead that is held in numbers with decimals: whole nanovolts, as at the gateway. */
export const NANOVOLTS_PER_MV = 1e6;

/** Values in a unit of `mvPerValue` as whole nanovolts; what is no number, or beyond 2 V, is a hole. */
export function nanovolts(values: Float64Array, mvPerValue: number): Int32Array {
  const scale = mvPerValue * NANOVOLTS_PER_MV;
  return Int32Array.from(values, (value) => {
    const count = Math.round(value * scale);
    return Math.abs(count) <= 2_147_483_647 ? count : NO_SAMPLE_INT32;
  });
}
