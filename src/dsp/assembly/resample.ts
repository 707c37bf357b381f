/** Polyphase sums, four vectors of outputs at a time in float64 or float32: each output adds its terms in the same order wherever it lies. */

/**
 * Splits `n` samples into `down` planes of `pitch` bytes: plane p holds samples p, p + down, p + 2·down … What lies around
 * them was zeroed by the caller.
 */
export function split64(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  if (down == 1) memory.copy(planes, from, <usize>n << 3);
  else if (down == 2) splitPairs64(from, n, planes, planes + pitch);
  else splitBlocks64(from, n, down, planes, pitch);
}

export function split32(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  if (down == 1) memory.copy(planes, from, <usize>n << 2);
  else if (down == 2) splitPairs32(from, n, planes, planes + pitch);
  else splitBlocks32(from, n, down, planes, pitch);
}

/** Square blocks turned over in registers; what is left at the ends one by one. */
function splitBlocks64(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  const stride = <usize>down << 3;
  const blocks = down & ~1;
  const whole = (n / down) & ~1;
  for (let p: i32 = 0; p < blocks; p += 2) {
    let at = from + (<usize>p << 3);
    let into = planes + p * pitch;
    for (let k: i32 = 0; k < whole; k += 2, at += 2 * stride, into += 16) {
      const a = v128.load(at);
      const b = v128.load(at + stride);
      v128.store(into, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(into + pitch, v128.shuffle<f64>(a, b, 1, 3));
    }
  }
  rest<f64>(from, n, down, planes, pitch, 3, blocks, whole);
}

function splitBlocks32(from: usize, n: i32, down: i32, planes: usize, pitch: i32): void {
  const stride = <usize>down << 2;
  const blocks = down & ~3;
  const whole = (n / down) & ~3;
  for (let p: i32 = 0; p < blocks; p += 4) {
    let at = from + (<usize>p << 2);
    let into = planes + p * pitch;
    for (let k: i32 = 0; k < whole; k += 4, at += 4 * stride, into += 16) {
      const a = v128.load(at);
      const b = v128.load(at + stride);
      const c = v128.load(at + 2 * stride);
      const d = v128.load(at + 3 * stride);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(into, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(into + pitch, v128.shuffle<f64>(ab, cd, 1, 3));
      v128.store(into + 2 * pitch, v128.shuffle<f64>(ef, gh, 0, 2));
      v128.store(into + 3 * pitch, v128.shuffle<f64>(ef, gh, 1, 3));
    }
  }
  rest<f32>(from, n, down, planes, pitch, 2, blocks, whole);
}

// @ts-ignore: decorator
@inline
function rest<T>(from: usize, n: i32, down: i32, planes: usize, pitch: i32, shift: usize, blocks: i32, whole: i32): void {
  const stride = <usize>down << shift;
  const end = from + (<usize>n << shift);
  for (let p: i32 = 0; p < down; p++) {
    const first = <usize>(p < blocks ? whole : 0);
    let into = planes + p * pitch + (first << shift);
    for (let at = from + (<usize>p << shift) + first * stride; at < end; at += stride, into += sizeof<T>()) store<T>(into, load<T>(at));
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
 * `count` outputs side by side, rounded up to a vector: out[i] = Σ c·(x[a + i] + x[b + i]) over the pairs, then Σ c·x[a + i] over the
 * singles. A term is { i32 a, i32 b, f64 c }, a and b in bytes from `base`.
 */
export function sums64(base: usize, terms: usize, pairs: i32, singles: i32, out: usize, count: i32): void {
  const middle = terms + (pairs << 4);
  const end = middle + (singles << 4);
  let i: i32 = 0;
  for (; i + 8 <= count; i += 8, base += 64, out += 64) {
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
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
  for (; i < count; i += 2, base += 16, out += 16) {
    let s = f64x2.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const sum = f64x2.add(v128.load(base + load<i32>(t)), v128.load(base + load<i32>(t, 4)));
      s = f64x2.add(s, f64x2.mul(v128.load64_splat(t, 8), sum));
    }
    for (let t = middle; t < end; t += 16) s = f64x2.add(s, f64x2.mul(v128.load64_splat(t, 8), v128.load(base + load<i32>(t))));
    v128.store(out, s);
  }
}

/** The same in float32. A term is { i32 a, i32 b, f32 c, 4 bytes of nothing }. */
export function sums32(base: usize, terms: usize, pairs: i32, singles: i32, out: usize, count: i32): void {
  const middle = terms + (pairs << 4);
  const end = middle + (singles << 4);
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16, base += 64, out += 64) {
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
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
  }
  for (; i < count; i += 4, base += 16, out += 16) {
    let s = f32x4.splat(0);
    for (let t = terms; t < middle; t += 16) {
      const sum = f32x4.add(v128.load(base + load<i32>(t)), v128.load(base + load<i32>(t, 4)));
      s = f32x4.add(s, f32x4.mul(v128.load32_splat(t, 8), sum));
    }
    for (let t = middle; t < end; t += 16) s = f32x4.add(s, f32x4.mul(v128.load32_splat(t, 8), v128.load(base + load<i32>(t))));
    v128.store(out, s);
  }
}

/** The way back from `up` planes of `pitch` bytes: out[k·up + p] = plane p [k], `n` of them in all. */
export function join64(planes: usize, n: i32, up: i32, pitch: i32, out: usize): void {
  const stride = <usize>up << 3;
  const blocks = up & ~1;
  const whole = (n / up) & ~1;
  for (let p: i32 = 0; p < blocks; p += 2) {
    let from = planes + p * pitch;
    let at = out + (<usize>p << 3);
    for (let k: i32 = 0; k < whole; k += 2, from += 16, at += 2 * stride) {
      const a = v128.load(from);
      const b = v128.load(from + pitch);
      v128.store(at, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(at + stride, v128.shuffle<f64>(a, b, 1, 3));
    }
  }
  joinRest<f64>(planes, n, up, pitch, out, 3, blocks, whole);
}

export function join32(planes: usize, n: i32, up: i32, pitch: i32, out: usize): void {
  if (up == 2) {
    joinPairs32(planes, planes + pitch, n, out);
    return;
  }
  const stride = <usize>up << 2;
  const blocks = up & ~3;
  const whole = (n / up) & ~3;
  for (let p: i32 = 0; p < blocks; p += 4) {
    let from = planes + p * pitch;
    let at = out + (<usize>p << 2);
    for (let k: i32 = 0; k < whole; k += 4, from += 16, at += 4 * stride) {
      const a = v128.load(from);
      const b = v128.load(from + pitch);
      const c = v128.load(from + 2 * pitch);
      const d = v128.load(from + 3 * pitch);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(at, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(at + stride, v128.shuffle<f64>(ab, cd, 1, 3));
      v128.store(at + 2 * stride, v128.shuffle<f64>(ef, gh, 0, 2));
      v128.store(at + 3 * stride, v128.shuffle<f64>(ef, gh, 1, 3));
    }
  }
  joinRest<f32>(planes, n, up, pitch, out, 2, blocks, whole);
}

/** Writes up to seven beyond the end. */
function joinPairs32(even: usize, odd: usize, n: i32, out: usize): void {
  for (let i: i32 = 0; i < n; i += 8, even += 16, odd += 16, out += 32) {
    const a = v128.load(even);
    const b = v128.load(odd);
    v128.store(out, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
    v128.store(out, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
  }
}

// @ts-ignore: decorator
@inline
function joinRest<T>(planes: usize, n: i32, up: i32, pitch: i32, out: usize, shift: usize, blocks: i32, whole: i32): void {
  const stride = <usize>up << shift;
  const end = out + (<usize>n << shift);
  for (let p: i32 = 0; p < up; p++) {
    const first = <usize>(p < blocks ? whole : 0);
    let from = planes + p * pitch + (first << shift);
    for (let at = out + (<usize>p << shift) + first * stride; at < end; at += stride, from += sizeof<T>()) store<T>(at, load<T>(from));
  }
}
