/** A convolution over time in whole numbers, as src/dsp/kernels.ts defines it. */

/**
 * `steps` (rounded up to four) outputs from int16 windows of 2·`pairs` values that begin `advance` bytes apart; weights as
 * [pairs][outputs][2], `outputs` a multiple of four. Reads and writes up to three steps beyond the end.
 */
export function layer(
  input: usize, advance: i32, pairs: i32, weights: usize, bias: usize, outputs: i32, shift: i32, floor: i32, ceiling: i32, steps: i32, out: usize,
): void {
  const row: usize = <usize>outputs << 2;
  const low = i32x4.splat(floor);
  const high = i32x4.splat(ceiling);
  const half = i32x4.splat(1 << (shift - 1));
  for (let t: i32 = 0; t < steps; t += 4) {
    const x0 = input + <usize>(t * advance);
    const x1 = x0 + <usize>advance;
    const x2 = x1 + <usize>advance;
    const x3 = x2 + <usize>advance;
    const o0 = out + <usize>(t * outputs * 2);
    let o: i32 = 0;
    for (; o + 8 <= outputs; o += 8) {
      const first = i32x4.add(v128.load(bias + (<usize>o << 2)), half);
      const second = i32x4.add(v128.load(bias + (<usize>o << 2), 16), half);
      let a0 = first;
      let a1 = first;
      let a2 = first;
      let a3 = first;
      let b0 = second;
      let b1 = second;
      let b2 = second;
      let b3 = second;
      let w = weights + (<usize>o << 2);
      for (let p: usize = 0, end = <usize>pairs << 2; p < end; p += 4, w += row) {
        const u = v128.load(w);
        const v = v128.load(w, 16);
        let x = v128.load32_splat(x0 + p);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, u));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(x, v));
        x = v128.load32_splat(x1 + p);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x, u));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(x, v));
        x = v128.load32_splat(x2 + p);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(x, u));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(x, v));
        x = v128.load32_splat(x3 + p);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(x, u));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(x, v));
      }
      const to = o0 + (<usize>o << 1);
      v128.store(to, narrowed(a0, b0, shift, low, high));
      v128.store(to + (row >> 1), narrowed(a1, b1, shift, low, high));
      v128.store(to + row, narrowed(a2, b2, shift, low, high));
      v128.store(to + row + (row >> 1), narrowed(a3, b3, shift, low, high));
    }
    for (; o < outputs; o += 4) {
      const first = i32x4.add(v128.load(bias + (<usize>o << 2)), half);
      let a0 = first;
      let a1 = first;
      let a2 = first;
      let a3 = first;
      let w = weights + (<usize>o << 2);
      for (let p: usize = 0, end = <usize>pairs << 2; p < end; p += 4, w += row) {
        const u = v128.load(w);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.load32_splat(x0 + p), u));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.load32_splat(x1 + p), u));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v128.load32_splat(x2 + p), u));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v128.load32_splat(x3 + p), u));
      }
      const to = o0 + (<usize>o << 1);
      const early = narrowed(a0, a1, shift, low, high);
      const late = narrowed(a2, a3, shift, low, high);
      v128.store64_lane(to, early, 0);
      v128.store64_lane(to + (row >> 1), early, 1);
      v128.store64_lane(to + row, late, 0);
      v128.store64_lane(to + row + (row >> 1), late, 1);
    }
  }
}

// @ts-ignore: decorator
@inline
function narrowed(a: v128, b: v128, shift: i32, low: v128, high: v128): v128 {
  const x = i32x4.min_s(i32x4.max_s(i32x4.shr_s(a, shift), low), high);
  const y = i32x4.min_s(i32x4.max_s(i32x4.shr_s(b, shift), low), high);
  return i16x8.narrow_i32x4_s(x, y);
}

/** max(x, 0) of `n` int16, into `to`; reads and writes up to seven beyond the end. */
export function rectify(from: usize, n: i32, to: usize): void {
  const zero = i16x8.splat(0);
  for (let i: i32 = 0; i < n; i += 8, from += 16, to += 16) v128.store(to, i16x8.max_s(v128.load(from), zero));
}

/** a + b of `n` int16 within ±limit, into a; reads and writes up to seven beyond the end. */
export function addClamped(a: usize, b: usize, n: i32, limit: i32): void {
  const high = i16x8.splat(<i16>limit);
  const low = i16x8.splat(<i16>-limit);
  for (let i: i32 = 0; i < n; i += 8, a += 16, b += 16) {
    v128.store(a, i16x8.min_s(i16x8.max_s(i16x8.add(v128.load(a), v128.load(b)), low), high));
  }
}

/**
 * Over `count` rows `pitch` bytes apart, of `steps` × `channels` int16: eight channels at once. Sums are below 2²⁴, so a float32 quotient
 * never rounds up to the next whole number.
 */
export function pooled(rows: usize, pitch: i32, count: i32, steps: i32, channels: i32, to: usize): void {
  const half = i32x4.splat(count >> 1);
  const divisor = f32x4.splat(<f32>count);
  for (let t: i32 = 0; t < steps; t++) {
    for (let c: i32 = 0; c < channels; c += 8, rows += 16) {
      let low = half;
      let high = half;
      let max = i16x8.splat(0);
      let row = rows;
      for (let k: i32 = 0; k < count; k++, row += pitch) {
        const x = v128.load(row);
        low = i32x4.add(low, i32x4.extend_low_i16x8_s(x));
        high = i32x4.add(high, i32x4.extend_high_i16x8_s(x));
        max = i16x8.max_s(max, x);
      }
      const a = i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.convert_i32x4_s(low), divisor));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.div(f32x4.convert_i32x4_s(high), divisor));
      v128.store(to + (<usize>c << 1), i16x8.narrow_i32x4_s(a, b));
      v128.store(to + (<usize>(channels + c) << 1), max);
    }
    to += <usize>channels << 2;
  }
}
