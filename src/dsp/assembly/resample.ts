/** Polyphase sums, four vectors of outputs at a time in float64 or float32: each output adds its terms in the same order wherever it lies. */

/**
 * Splits `n` samples into `down` planes of `pitch` bytes: plane p holds samples p, p + down, p + 2·down … What lies around
 * them was zeroed by the caller.
 */
export function split64(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  if (down == 1) memory.copy(planes, from, <usize>n << 3);
  else if (down == 2) splitPairs64(from, n, planes, planes + pitch);
  else split<f64>(from, n, down, planes, pitch, 3);
}

export function split32(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  if (down == 1) memory.copy(planes, from, <usize>n << 2);
  else if (down == 2) splitPairs32(from, n, planes, planes + pitch);
  else split<f32>(from, n, down, planes, pitch, 2);
}

// @ts-ignore: decorator
@inline
function split<T>(from: usize, n: i32, down: i32, planes: usize, pitch: i32, shift: usize): void {
  const stride = <usize>down << shift;
  const end = from + (<usize>n << shift);
  for (let p: i32 = 0; p < down; p++) {
    let into = planes + p * pitch;
    for (let at = from + (<usize>p << shift); at < end; at += stride, into += sizeof<T>()) store<T>(into, load<T>(at));
  }
}

function splitPairs64(from: usize, n: i32, even: usize, odd: usize): void {
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, from += 32, even += 16, odd += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    v128.store(even, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(odd, v128.shuffle<f64>(a, b, 1, 3));
  }
  for (; i < n; i += 2, from += 16, even += 8, odd += 8) {
    store<f64>(even, load<f64>(from));
    if (i + 1 < n) store<f64>(odd, load<f64>(from, 8));
  }
}

function splitPairs32(from: usize, n: i32, even: usize, odd: usize): void {
  let i: i32 = 0;
  for (; i + 8 <= n; i += 8, from += 32, even += 16, odd += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    v128.store(even, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
    v128.store(odd, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  }
  for (; i < n; i += 2, from += 8, even += 4, odd += 4) {
    store<f32>(even, load<f32>(from));
    if (i + 1 < n) store<f32>(odd, load<f32>(from, 4));
  }
}

/**
 * `count` outputs, `step` bytes apart: out[i] = Σ c·(x[a + i] + x[b + i]) over the pairs, then Σ c·x[a + i] over the
 * singles. A term is { i32 a, i32 b, f64 c }, a and b in bytes from `base`.
 */
export function sums64(base: usize, terms: usize, pairs: i32, singles: i32, out: usize, count: i32, step: i32): void {
  const middle = terms + (pairs << 4);
  const end = middle + (singles << 4);
  let i: i32 = 0;
  for (; i + 8 <= count; i += 8, base += 64) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const a = base + load<i32>(t);
      const b = base + load<i32>(t, 4);
      const c = v128.load64_splat(t, 8);
      s0 = f64x2.add(s0, f64x2.mul(c, f64x2.add(v128.load(a), v128.load(b))));
      s1 = f64x2.add(s1, f64x2.mul(c, f64x2.add(v128.load(a, 16), v128.load(b, 16))));
      s2 = f64x2.add(s2, f64x2.mul(c, f64x2.add(v128.load(a, 32), v128.load(b, 32))));
      s3 = f64x2.add(s3, f64x2.mul(c, f64x2.add(v128.load(a, 48), v128.load(b, 48))));
    }
    for (let t = middle; t < end; t += 16) {
      const a = base + load<i32>(t);
      const c = v128.load64_splat(t, 8);
      s0 = f64x2.add(s0, f64x2.mul(c, v128.load(a)));
      s1 = f64x2.add(s1, f64x2.mul(c, v128.load(a, 16)));
      s2 = f64x2.add(s2, f64x2.mul(c, v128.load(a, 32)));
      s3 = f64x2.add(s3, f64x2.mul(c, v128.load(a, 48)));
    }
    if (step == 8) {
      v128.store(out, s0);
      v128.store(out, s1, 16);
      v128.store(out, s2, 32);
      v128.store(out, s3, 48);
      out += 64;
    } else {
      out = apart64(out, step, s0);
      out = apart64(out, step, s1);
      out = apart64(out, step, s2);
      out = apart64(out, step, s3);
    }
  }
  for (; i < count; i += 2, base += 16) {
    let s = f64x2.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const sum = f64x2.add(v128.load(base + load<i32>(t)), v128.load(base + load<i32>(t, 4)));
      s = f64x2.add(s, f64x2.mul(v128.load64_splat(t, 8), sum));
    }
    for (let t = middle; t < end; t += 16) s = f64x2.add(s, f64x2.mul(v128.load64_splat(t, 8), v128.load(base + load<i32>(t))));
    v128.store_lane<f64>(out, s, 0);
    out += step;
    if (i + 1 < count) v128.store_lane<f64>(out, s, 1);
    out += step;
  }
}

// @ts-ignore: decorator
@inline
function apart64(out: usize, step: i32, pair: v128): usize {
  v128.store_lane<f64>(out, pair, 0);
  v128.store_lane<f64>(out + step, pair, 1);
  return out + (step << 1);
}

/** The same in float32. A term is { i32 a, i32 b, f32 c, 4 bytes of nothing }. */
export function sums32(base: usize, terms: usize, pairs: i32, singles: i32, out: usize, count: i32, step: i32): void {
  const middle = terms + (pairs << 4);
  const end = middle + (singles << 4);
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16, base += 64) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const a = base + load<i32>(t);
      const b = base + load<i32>(t, 4);
      const c = v128.load32_splat(t, 8);
      s0 = f32x4.add(s0, f32x4.mul(c, f32x4.add(v128.load(a), v128.load(b))));
      s1 = f32x4.add(s1, f32x4.mul(c, f32x4.add(v128.load(a, 16), v128.load(b, 16))));
      s2 = f32x4.add(s2, f32x4.mul(c, f32x4.add(v128.load(a, 32), v128.load(b, 32))));
      s3 = f32x4.add(s3, f32x4.mul(c, f32x4.add(v128.load(a, 48), v128.load(b, 48))));
    }
    for (let t = middle; t < end; t += 16) {
      const a = base + load<i32>(t);
      const c = v128.load32_splat(t, 8);
      s0 = f32x4.add(s0, f32x4.mul(c, v128.load(a)));
      s1 = f32x4.add(s1, f32x4.mul(c, v128.load(a, 16)));
      s2 = f32x4.add(s2, f32x4.mul(c, v128.load(a, 32)));
      s3 = f32x4.add(s3, f32x4.mul(c, v128.load(a, 48)));
    }
    if (step == 4) {
      v128.store(out, s0);
      v128.store(out, s1, 16);
      v128.store(out, s2, 32);
      v128.store(out, s3, 48);
      out += 64;
    } else {
      out = apart32(out, step, s0);
      out = apart32(out, step, s1);
      out = apart32(out, step, s2);
      out = apart32(out, step, s3);
    }
  }
  for (; i < count; i += 4, base += 16) {
    let s = f32x4.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const sum = f32x4.add(v128.load(base + load<i32>(t)), v128.load(base + load<i32>(t, 4)));
      s = f32x4.add(s, f32x4.mul(v128.load32_splat(t, 8), sum));
    }
    for (let t = middle; t < end; t += 16) s = f32x4.add(s, f32x4.mul(v128.load32_splat(t, 8), v128.load(base + load<i32>(t))));
    const left = count - i;
    v128.store_lane<f32>(out, s, 0);
    if (left > 1) v128.store_lane<f32>(out + step, s, 1);
    if (left > 2) v128.store_lane<f32>(out + 2 * step, s, 2);
    if (left > 3) v128.store_lane<f32>(out + 3 * step, s, 3);
    out += 4 * step;
  }
}

// @ts-ignore: decorator
@inline
function apart32(out: usize, step: i32, four: v128): usize {
  v128.store_lane<f32>(out, four, 0);
  v128.store_lane<f32>(out + step, four, 1);
  v128.store_lane<f32>(out + 2 * step, four, 2);
  v128.store_lane<f32>(out + 3 * step, four, 3);
  return out + (step << 2);
}
