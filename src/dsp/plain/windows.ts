import type { WindowRows } from '../kernels.js';

export function windows(row: Float32Array, stride: number, width: number, count: number): WindowRows {
  const rows = { low: new Float64Array(count), high: new Float64Array(count), level: new Float64Array(count), bend: new Float64Array(count) };
  const x = new Float64Array(width);
  for (let window = 0, at = 0; window < count; window++, at += width * stride) {
    thin(row, at, stride, x);
    fill(x, window, rows);
  }
  return rows;
}

/** Means of `stride` neighbours. */
function thin(row: Float32Array, first: number, stride: number, out: Float64Array): void {
  let at = first;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < stride; j++) sum += row[at++];
    out[i] = sum / stride;
  }
}

/** Two samples a turn, so that no sum waits for the one before. */
function fill(x: Float64Array, window: number, { low, high, level, bend }: WindowRows): void {
  let [p, q] = [x[0], x[1]];
  let [evens, odds, evenBends, oddBends] = [p, q, 0, 0];
  let [min, max] = [Math.min(p, q), Math.max(p, q)];
  const even = x.length & ~1;
  for (let i = 2; i < even; i += 2) {
    const [u, v] = [x[i], x[i + 1]];
    evens += u;
    odds += v;
    evenBends += Math.abs(u - q - q + p);
    oddBends += Math.abs(v - u - u + q);
    min = Math.min(min, u, v);
    max = Math.max(max, u, v);
    p = u;
    q = v;
  }
  if (even < x.length) {
    const u = x[even];
    evens += u;
    evenBends += Math.abs(u - q - q + p);
    min = Math.min(min, u);
    max = Math.max(max, u);
  }
  low[window] = min;
  high[window] = max;
  level[window] = (evens + odds) / x.length;
  bend[window] = (evenBends + oddBends) / (x.length - 2);
}
