/** One row at a time: conversions, level and range. Four sums side by side, added as (s0 + s1) + (s2 + s3). */

/** Σ x over `n` float64; min and max go to `range`. NaN makes all three NaN. */
export function sumAndRange(row: usize, n: i32, range: usize): f64 {
  let s = f64x2.splat(0);
  let t = f64x2.splat(0);
  let low = f64x2.splat(Infinity);
  let high = f64x2.splat(-Infinity);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, row += 32) {
    const a = v128.load(row);
    const b = v128.load(row, 16);
    s = f64x2.add(s, a);
    t = f64x2.add(t, b);
    low = f64x2.min(low, f64x2.min(a, b));
    high = f64x2.max(high, f64x2.max(a, b));
  }
  let s0 = f64x2.extract_lane(s, 0);
  let s1 = f64x2.extract_lane(s, 1);
  let s2 = f64x2.extract_lane(t, 0);
  let least = min<f64>(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  let most = max<f64>(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  for (let k: i32 = 0; i < n; i++, k++, row += 8) {
    const x = load<f64>(row);
    if (k == 0) s0 += x;
    else if (k == 1) s1 += x;
    else s2 += x;
    least = min<f64>(least, x);
    most = max<f64>(most, x);
  }
  store<f64>(range, least);
  store<f64>(range, most, 8);
  return s0 + s1 + (s2 + f64x2.extract_lane(t, 1));
}

/** Σ (x − mean)². */
export function squares(row: usize, n: i32, mean: f64): f64 {
  const m = f64x2.splat(mean);
  let s = f64x2.splat(0);
  let t = f64x2.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, row += 32) {
    const a = f64x2.sub(v128.load(row), m);
    const b = f64x2.sub(v128.load(row, 16), m);
    s = f64x2.add(s, f64x2.mul(a, a));
    t = f64x2.add(t, f64x2.mul(b, b));
  }
  let s0 = f64x2.extract_lane(s, 0);
  let s1 = f64x2.extract_lane(s, 1);
  let s2 = f64x2.extract_lane(t, 0);
  for (let k: i32 = 0; i < n; i++, k++, row += 8) {
    const x = load<f64>(row) - mean;
    if (k == 0) s0 += x * x;
    else if (k == 1) s1 += x * x;
    else s2 += x * x;
  }
  return s0 + s1 + (s2 + f64x2.extract_lane(t, 1));
}

/** (x − offset) / divisor in place; writes up to one sample beyond an odd end. */
export function normalise(row: usize, n: i32, offset: f64, divisor: f64): void {
  const o = f64x2.splat(offset);
  const d = f64x2.splat(divisor);
  for (let i: i32 = 0; i < n; i += 2, row += 16) v128.store(row, f64x2.div(f64x2.sub(v128.load(row), o), d));
}

/** min(max(x, lower), upper) in place; writes up to one sample beyond an odd end. NaN stays. */
export function clip(row: usize, n: i32, lower: f64, upper: f64): void {
  const l = f64x2.splat(lower);
  const u = f64x2.splat(upper);
  for (let i: i32 = 0; i < n; i += 2, row += 16) v128.store(row, f64x2.min(f64x2.max(v128.load(row), l), u));
}

/** float32 → float64 times `factor`; reads and writes up to three samples beyond the end. */
export function widen(from: usize, n: i32, factor: f64, to: usize): void {
  const f = f64x2.splat(factor);
  for (let i: i32 = 0; i < n; i += 4, from += 16, to += 32) {
    const x = v128.load(from);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
    v128.store(to, f64x2.mul(a, f));
    v128.store(to, f64x2.mul(b, f), 16);
  }
}

/** Is any of the int16 −32768? */
export function hasHole16(row: usize, n: i32): bool {
  const none = i16x8.splat(-32768);
  let any = i32x4.splat(0);
  let i: i32 = 0;
  for (; i + 16 <= n; i += 16, row += 32) any = v128.or(any, v128.or(i16x8.eq(v128.load(row), none), i16x8.eq(v128.load(row, 16), none)));
  let found = v128.any_true(any);
  for (; i < n; i++, row += 2) found = found || load<i16>(row) == -32768;
  return found;
}

/** Is any of the int32 −2³¹? */
export function hasHole32(row: usize, n: i32): bool {
  const none = i32x4.splat(i32.MIN_VALUE);
  let any = i32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, row += 16) any = v128.or(any, i32x4.eq(v128.load(row), none));
  let found = v128.any_true(any);
  for (; i < n; i++, row += 4) found = found || load<i32>(row) == i32.MIN_VALUE;
  return found;
}

/** Is every |x| at most `limit`? NaN is not. */
export function within(row: usize, n: i32, limit: f32): bool {
  const l = f32x4.splat(limit);
  let all = i32x4.splat(-1);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, row += 16) all = v128.and(all, f32x4.le(f32x4.abs(v128.load(row)), l));
  let every = i32x4.all_true(all);
  for (; i < n; i++, row += 4) every = every && abs<f32>(load<f32>(row)) <= limit;
  return every;
}

/** int16 counts → float32 by a float32 division: exact where offset and gain are (the caller sees to it). −32768 → NaN. */
export function fromInt16(from: usize, n: i32, offset: i32, gain: f32, to: usize): void {
  const o = i32x4.splat(offset);
  const g = f32x4.splat(gain);
  const none = i16x8.splat(-32768);
  for (let i: i32 = 0; i < n; i += 8, from += 16, to += 32) {
    const x = v128.load(from);
    const hole = i16x8.eq(x, none);
    const a = f32x4.div(f32x4.convert_i32x4_s(i32x4.sub(i32x4.extend_low_i16x8_s(x), o)), g);
    const b = f32x4.div(f32x4.convert_i32x4_s(i32x4.sub(i32x4.extend_high_i16x8_s(x), o)), g);
    v128.store(to, v128.or(a, i32x4.extend_low_i16x8_s(hole)));
    v128.store(to, v128.or(b, i32x4.extend_high_i16x8_s(hole)), 16);
  }
}

/** int32 counts → float32 by float64 arithmetic; `none` → NaN. */
export function fromInt32(from: usize, n: i32, none: i32, offset: f64, gain: f64, to: usize): void {
  const o = f64x2.splat(offset);
  const g = f64x2.splat(gain);
  const hole = i32x4.splat(none);
  for (let i: i32 = 0; i < n; i += 4, from += 16, to += 16) {
    const x = v128.load(from);
    v128.store(to, v128.or(divided(x, o, g), i32x4.eq(x, hole)));
  }
}

/** As fromInt32, from int16. */
export function fromInt16Wide(from: usize, n: i32, offset: f64, gain: f64, to: usize): void {
  const o = f64x2.splat(offset);
  const g = f64x2.splat(gain);
  const hole = i32x4.splat(-32768);
  for (let i: i32 = 0; i < n; i += 4, from += 8, to += 16) {
    const x = v128.load_ext<i16>(from);
    v128.store(to, v128.or(divided(x, o, g), i32x4.eq(x, hole)));
  }
}

// @ts-ignore: decorator
@inline
function divided(x: v128, o: v128, g: v128): v128 {
  const a = f64x2.div(f64x2.sub(f64x2.convert_low_i32x4_s(x), o), g);
  const b = f64x2.div(f64x2.sub(f64x2.convert_low_i32x4_s(v128.shuffle<f64>(x, x, 1, 1)), o), g);
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
}

/** float32 counts → float32 by float64 arithmetic; NaN stays. */
export function fromFloat32(from: usize, n: i32, offset: f64, gain: f64, to: usize): void {
  const o = f64x2.splat(offset);
  const g = f64x2.splat(gain);
  for (let i: i32 = 0; i < n; i += 4, from += 16, to += 16) {
    const x = v128.load(from);
    const a = f64x2.div(f64x2.sub(f64x2.promote_low_f32x4(x), o), g);
    const b = f64x2.div(f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1)), o), g);
    v128.store(to, v128.shuffle<f64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2));
  }
}

/** Σ weight·row over `terms` float32 rows `pitch` bytes apart, in float64, → float32. */
export function weighted(rows: usize, pitch: i32, weights: usize, terms: i32, n: i32, to: usize): void {
  for (let i: i32 = 0; i < n; i += 4, rows += 16, to += 16) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let row = rows;
    for (let t: i32 = 0; t < terms; t++, row += pitch) {
      const w = v128.load64_splat(weights + (<usize>t << 3));
      const x = v128.load(row);
      a = f64x2.add(a, f64x2.mul(w, f64x2.promote_low_f32x4(x)));
      b = f64x2.add(b, f64x2.mul(w, f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1))));
    }
    v128.store(to, v128.shuffle<f64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2));
  }
}
