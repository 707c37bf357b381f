/** Second-order sections over four rows at a time, two rows a vector, so that four chains of additions hide each other's wait. */

// @ts-ignore: decorator
@inline
function two(a: usize, b: usize): v128 {
  return v128.load_lane<f64>(b, v128.load64_zero(a), 1);
}

// @ts-ignore: decorator
@inline
function put(a: usize, b: usize, pair: v128): void {
  v128.store_lane<f64>(a, pair, 0);
  v128.store_lane<f64>(b, pair, 1);
}

/**
 * One section, in place over `n` samples `step` bytes apart (negative: backwards). `section` is b0 b1 b2 a1 a2; `state`
 * holds z1 of the four rows, then z2. y = b0·x + z1; z1 = (b1·x + z2) − a1·y; z2 = b2·x − a2·y.
 */
export function biquad(a: usize, b: usize, c: usize, d: usize, n: i32, step: i32, section: usize, state: usize): void {
  const b0 = v128.load64_splat(section);
  const b1 = v128.load64_splat(section, 8);
  const b2 = v128.load64_splat(section, 16);
  const a1 = v128.load64_splat(section, 24);
  const a2 = v128.load64_splat(section, 32);
  let p1 = v128.load(state);
  let q1 = v128.load(state, 16);
  let p2 = v128.load(state, 32);
  let q2 = v128.load(state, 48);
  for (let i: i32 = 0; i < n; i++) {
    const x = two(a, b);
    const u = two(c, d);
    const y = f64x2.add(f64x2.mul(b0, x), p1);
    const v = f64x2.add(f64x2.mul(b0, u), q1);
    p1 = f64x2.sub(f64x2.add(f64x2.mul(b1, x), p2), f64x2.mul(a1, y));
    q1 = f64x2.sub(f64x2.add(f64x2.mul(b1, u), q2), f64x2.mul(a1, v));
    p2 = f64x2.sub(f64x2.mul(b2, x), f64x2.mul(a2, y));
    q2 = f64x2.sub(f64x2.mul(b2, u), f64x2.mul(a2, v));
    put(a, b, y);
    put(c, d, v);
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

/** Two sections after each other in one pass; the second one's coefficients and states follow the first one's. */
export function biquads(a: usize, b: usize, c: usize, d: usize, n: i32, step: i32, sections: usize, states: usize): void {
  const b0 = v128.load64_splat(sections);
  const b1 = v128.load64_splat(sections, 8);
  const b2 = v128.load64_splat(sections, 16);
  const a1 = v128.load64_splat(sections, 24);
  const a2 = v128.load64_splat(sections, 32);
  const e0 = v128.load64_splat(sections, 40);
  const e1 = v128.load64_splat(sections, 48);
  const e2 = v128.load64_splat(sections, 56);
  const f1 = v128.load64_splat(sections, 64);
  const f2 = v128.load64_splat(sections, 72);
  let p1 = v128.load(states);
  let q1 = v128.load(states, 16);
  let p2 = v128.load(states, 32);
  let q2 = v128.load(states, 48);
  let r1 = v128.load(states, 64);
  let s1 = v128.load(states, 80);
  let r2 = v128.load(states, 96);
  let s2 = v128.load(states, 112);
  for (let i: i32 = 0; i < n; i++) {
    const x = two(a, b);
    const u = two(c, d);
    const y = f64x2.add(f64x2.mul(b0, x), p1);
    const v = f64x2.add(f64x2.mul(b0, u), q1);
    p1 = f64x2.sub(f64x2.add(f64x2.mul(b1, x), p2), f64x2.mul(a1, y));
    q1 = f64x2.sub(f64x2.add(f64x2.mul(b1, u), q2), f64x2.mul(a1, v));
    p2 = f64x2.sub(f64x2.mul(b2, x), f64x2.mul(a2, y));
    q2 = f64x2.sub(f64x2.mul(b2, u), f64x2.mul(a2, v));
    const z = f64x2.add(f64x2.mul(e0, y), r1);
    const w = f64x2.add(f64x2.mul(e0, v), s1);
    r1 = f64x2.sub(f64x2.add(f64x2.mul(e1, y), r2), f64x2.mul(f1, z));
    s1 = f64x2.sub(f64x2.add(f64x2.mul(e1, v), s2), f64x2.mul(f1, w));
    r2 = f64x2.sub(f64x2.mul(e2, y), f64x2.mul(f2, z));
    s2 = f64x2.sub(f64x2.mul(e2, v), f64x2.mul(f2, w));
    put(a, b, z);
    put(c, d, w);
    a += step;
    b += step;
    c += step;
    d += step;
  }
}
