/** Conversions, level and statistics of a row. */
import { kernels } from './chosen.js';
import type { Moments, RowStatistics } from './kernels.js';

/** Is any of them the format's "no sample" (−32768 in int16, −2³¹ in int32, NaN in float32)? */
export function hasHole(counts: Int16Array | Int32Array | Float32Array): boolean {
  return kernels.hasHole(counts);
}

/** float32 → float64, times `factor`; NaN becomes `hole`. */
export function widen(row: Float32Array, factor = 1, hole = NaN): Float64Array {
  return kernels.widen(row, factor, hole);
}

/** Is every |x| at most `limit` (taken as float32)? A row with a NaN is not. */
export function within(row: Float32Array, limit: number): boolean {
  return kernels.within(row, limit);
}

/** Mean, variance (of the population, in two passes), least and most; NaN where the row has one. */
export function moments(row: Float64Array): Moments {
  return kernels.moments(row);
}

/** (x − offset) / divisor in place. */
export function normalise(row: Float64Array, offset: number, divisor: number): Float64Array {
  kernels.normalise(row, offset, divisor);
  return row;
}

/** Into [lower, upper] in place; NaN stays. */
export function clip(row: Float64Array, lower: number, upper: number): Float64Array {
  kernels.clip(row, lower, upper);
  return row;
}

/** Counts → mV: (count − offset) / gain; NaN where there is no sample. */
export function millivolts(counts: Int16Array | Int32Array | Float32Array, aduPerMv: number, offsetAdu: number, into = new Float32Array(counts.length)): Float32Array {
  kernels.millivolts(counts, aduPerMv, offsetAdu, into);
  return into;
}

/** Σ weight·row over rows of one length. */
export function weighted(rows: readonly Float32Array[], weights: readonly number[]): Float32Array {
  return kernels.weighted(rows, weights);
}

/** Centred means over 2·max(1, ⌊width / 2⌋) + 1 samples, over fewer at the edges. */
export function movingAverage(row: Float64Array, width: number): Float64Array {
  return kernels.movingAverage(row, Math.max(1, Math.floor(width / 2)));
}

/** Range, sums, bends and runs of a row in one call; NaN are no samples. */
export function rowStatistics(row: Float32Array): RowStatistics {
  return kernels.statistics(row);
}
