/** What the grader asks of a row. */

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

/**
 * One float32 row, with two NaN before it and NaN up to a multiple of four after it. `out` takes float64: count, min, max,
 * sum, sum of squares, bend, bends, longest run, how many at min, at max.
 */
export function statistics(row: usize, n: i32, out: usize): void {
  const zero = f64x2.splat(0);
  const two = f64x2.splat(2);
  let count: i32 = 0;
  let bends: i32 = 0;
  let run: i32 = 1;
  let longest: i32 = 1;
  let low = f32x4.splat(Infinity);
  let high = f32x4.splat(-Infinity);
  let s = zero;
  let t = zero;
  let ss = zero;
  let tt = zero;
  let bs = zero;
  let bt = zero;
  const end = row + (<usize>n << 2);
  for (let at = row; at < end; at += 16) {
    const x = v128.load(at);
    const before = v128.load(at - 4);
    const there = f32x4.eq(x, x);
    count += popcnt(i32x4.bitmask(there));
    low = f32x4.pmin(low, x);
    high = f32x4.pmax(high, x);
    const present = v128.and(x, there);
    const a = f64x2.promote_low_f32x4(present);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(present, present, 1, 1));
    s = f64x2.add(s, a);
    t = f64x2.add(t, b);
    ss = f64x2.add(ss, f64x2.mul(a, a));
    tt = f64x2.add(tt, f64x2.mul(b, b));
    const beyond = v128.load(at - 8);
    const c = bend(x, before, beyond, two);
    const d = bend(upper(x), upper(before), upper(beyond), two);
    const cc = f64x2.eq(c, c);
    const dd = f64x2.eq(d, d);
    bends += popcnt(i64x2.bitmask(cc)) + popcnt(i64x2.bitmask(dd));
    bs = f64x2.add(bs, v128.and(c, cc));
    bt = f64x2.add(bt, v128.and(d, dd));
    const same = i32x4.bitmask(f32x4.eq(x, before));
    if (same == 0) run = 1;
    else {
      for (let k: i32 = 0; k < 4; k++) {
        run = (same >> k) & 1 ? run + 1 : 1;
        longest = max(longest, run);
      }
    }
  }
  const lowest = least(low);
  const highest = most(high);
  let atMin: i32 = 0;
  let atMax: i32 = 0;
  const l = f32x4.splat(lowest);
  const h = f32x4.splat(highest);
  for (let at = row; at < end; at += 16) {
    const x = v128.load(at);
    atMin += popcnt(i32x4.bitmask(f32x4.eq(x, l)));
    atMax += popcnt(i32x4.bitmask(f32x4.eq(x, h)));
  }
  store<f64>(out, <f64>count);
  store<f64>(out, <f64>lowest, 8);
  store<f64>(out, <f64>highest, 16);
  store<f64>(out, total(s, t), 24);
  store<f64>(out, total(ss, tt), 32);
  store<f64>(out, total(bs, bt), 40);
  store<f64>(out, <f64>bends, 48);
  store<f64>(out, count == 0 ? 0 : <f64>longest, 56);
  store<f64>(out, <f64>atMin, 64);
  store<f64>(out, <f64>atMax, 72);
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 1);
}

// @ts-ignore: decorator
@inline
function bend(x: v128, before: v128, beyond: v128, two: v128): v128 {
  const a = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.mul(two, f64x2.promote_low_f32x4(before)));
  return f64x2.abs(f64x2.add(a, f64x2.promote_low_f32x4(beyond)));
}

// @ts-ignore: decorator
@inline
function total(s: v128, t: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1) + (f64x2.extract_lane(t, 0) + f64x2.extract_lane(t, 1));
}

// @ts-ignore: decorator
@inline
function least(x: v128): f32 {
  return min<f32>(min<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), min<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

// @ts-ignore: decorator
@inline
function most(x: v128): f32 {
  return max<f32>(max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}
