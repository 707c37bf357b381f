/**
 * Centred means of 2·half + 1 samples, fewer at the edges, from cumulative sums: `sums` has room for n + 1 float64.
 */
export function movingAverage(row: usize, n: i32, half: i32, sums: usize, to: usize): void {
  let sum: f64 = 0;
  store<f64>(sums, 0);
  for (let i: i32 = 0; i < n; i++) {
    sum += load<f64>(row + (<usize>i << 3));
    store<f64>(sums + (<usize>i << 3), sum, 8);
  }
  const width = f64x2.splat(<f64>(2 * half + 1));
  let i: i32 = 0;
  while (i < n) {
    if (i >= half && i + half + 2 <= n) {
      const upper = v128.load(sums + (<usize>(i + half + 1) << 3));
      const lower = v128.load(sums + (<usize>(i - half) << 3));
      v128.store(to + (<usize>i << 3), f64x2.div(f64x2.sub(upper, lower), width));
      i += 2;
    } else {
      const from = max(i - half, 0);
      const upto = min(i + half + 1, n);
      const share = load<f64>(sums + (<usize>upto << 3)) - load<f64>(sums + (<usize>from << 3));
      store<f64>(to + (<usize>i << 3), share / <f64>(upto - from));
      i++;
    }
  }
}
