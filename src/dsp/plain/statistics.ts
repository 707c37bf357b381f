import type { RowStatistics } from '../kernels.js';

/** From cumulative sums, so that no mean depends on where the window began. */
export function movingAverage(row: Float64Array, half: number): Float64Array {
  const n = row.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + row[i];
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [from, to] = [Math.max(i - half, 0), Math.min(i + half + 1, n)];
    out[i] = (sums[to] - sums[from]) / (to - from);
  }
  return out;
}

/** Four sums side by side: those of the samples i mod 4, as the lanes of two vectors hold them. */
export function statistics(row: Float32Array): RowStatistics {
  const [sums, squares, bendSums] = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]];
  let [count, bends, run, longestRun] = [0, 0, 1, 1];
  let [min, max] = [Infinity, -Infinity];
  let [before, beyond] = [NaN, NaN];
  for (let i = 0; i < row.length; i++) {
    const x = row[i];
    const bend = Math.abs(x - 2 * before + beyond);
    run = x === before ? run + 1 : 1;
    longestRun = Math.max(longestRun, run);
    beyond = before;
    before = x;
    if (x !== x) continue;
    count++;
    min = Math.min(min, x);
    max = Math.max(max, x);
    sums[i & 3] += x;
    squares[i & 3] += x * x;
    if (bend !== bend) continue;
    bends++;
    bendSums[i & 3] += bend;
  }
  let [atMin, atMax] = [0, 0];
  for (let i = 0; i < row.length; i++) {
    if (row[i] === min) atMin++;
    if (row[i] === max) atMax++;
  }
  return { count, min: min + 0, max: max + 0, sum: total(sums), sumOfSquares: total(squares), bend: total(bendSums), bends, longestRun: count === 0 ? 0 : longestRun, atMin, atMax };
}

const total = ([a, b, c, d]: readonly number[]) => a + b + (c + d);
