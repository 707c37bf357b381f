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
