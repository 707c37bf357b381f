import { type Moments, NO_INT16, NO_INT32 } from '../kernels.js';

export function hasHole(counts: Int16Array | Int32Array | Float32Array): boolean {
  return counts instanceof Float32Array ? counts.includes(NaN) : counts.indexOf(counts instanceof Int16Array ? NO_INT16 : NO_INT32) >= 0;
}

export function widen(row: Float32Array, factor: number): Float64Array {
  const out = new Float64Array(row.length);
  for (let i = 0; i < out.length; i++) out[i] = row[i] * factor;
  return out;
}

export function within(row: Float32Array, limit: number): boolean {
  const most = Math.fround(limit);
  return row.every((value) => Math.abs(value) <= most);
}

/** Four sums side by side: those of the samples i mod 4, as the lanes of two vectors hold them. */
export function moments(row: Float64Array): Moments {
  const n = row.length;
  const sums = [0, 0, 0, 0];
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    sums[i & 3] += row[i];
    min = Math.min(min, row[i]);
    max = Math.max(max, row[i]);
  }
  const mean = total(sums) / n;
  const squares = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) squares[i & 3] += (row[i] - mean) * (row[i] - mean);
  return { mean, variance: total(squares) / n, min, max };
}

const total = ([a, b, c, d]: readonly number[]) => a + b + (c + d);

export function normalise(row: Float64Array, offset: number, divisor: number): void {
  for (let i = 0; i < row.length; i++) row[i] = (row[i] - offset) / divisor;
}

export function clip(row: Float64Array, lower: number, upper: number): void {
  for (let i = 0; i < row.length; i++) row[i] = Math.min(Math.max(row[i], lower), upper);
}

export function millivolts(counts: Int16Array | Int32Array | Float32Array, aduPerMv: number, offsetAdu: number, into: Float32Array): void {
  const none = counts instanceof Int16Array ? NO_INT16 : counts instanceof Int32Array ? NO_INT32 : NaN;
  for (let i = 0; i < counts.length; i++) into[i] = counts[i] === none ? NaN : (counts[i] - offsetAdu) / aduPerMv;
}

export function weighted(rows: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const out = new Float32Array(rows[0]?.length ?? 0);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let t = 0; t < rows.length; t++) sum += weights[t] * rows[t][i];
    out[i] = sum;
  }
  return out;
}
