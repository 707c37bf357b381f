/** Resampling in the spectrum, by a discrete Fourier transform of any length (mixed radix; large prime factors are slow). */
import { madeOnce } from './made-once.js';

interface Plan {
  readonly factors: readonly number[];
  /** exp(−2πi k / n). */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const plans = madeOnce<number, Plan>();

function planOf(n: number): Plan {
  const turn = (-2 * Math.PI) / n;
  return plans(n, () => ({
    factors: factorsOf(n),
    cos: Float64Array.from({ length: n }, (_, k) => Math.cos(turn * k)),
    sin: Float64Array.from({ length: n }, (_, k) => Math.sin(turn * k)),
  }));
}

function factorsOf(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (const p of [4, 2, 3, 5]) for (; rest % p === 0; rest /= p) factors.push(p);
  for (let p = 7; rest > 1; p += 2) {
    if (p * p > rest) p = rest;
    for (; rest % p === 0; rest /= p) factors.push(p);
  }
  return factors;
}

interface Complexes {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Σ x[t] exp(−2πi k t / n): decimation in time, every p-th sample apart, then butterflies of p. */
function transform({ re, im }: Complexes): Complexes {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  const plan = planOf(n);
  const scratch = { re: new Float64Array(Math.max(1, ...plan.factors)), im: new Float64Array(Math.max(1, ...plan.factors)) };
  const part = (from: number, stride: number, to: number, length: number, depth: number): void => {
    if (length === 1) {
      out.re[to] = re[from];
      out.im[to] = im[from];
      return;
    }
    const p = plan.factors[depth];
    const m = length / p;
    for (let q = 0; q < p; q++) part(from + q * stride, stride * p, to + q * m, m, depth + 1);
    if (p === 2) two(out, to, m, stride, plan);
    else if (p === 4) four(out, to, m, stride, plan);
    else odd(out, to, m, stride, p, plan, scratch);
  };
  part(0, 1, 0, n, 0);
  return out;
}

function two({ re, im }: Complexes, to: number, m: number, stride: number, { cos, sin }: Plan): void {
  for (let k = 0; k < m; k++) {
    const a = to + k;
    const b = a + m;
    const c = cos[k * stride];
    const s = sin[k * stride];
    const x = re[b] * c - im[b] * s;
    const y = re[b] * s + im[b] * c;
    re[b] = re[a] - x;
    im[b] = im[a] - y;
    re[a] += x;
    im[a] += y;
  }
}

function four({ re, im }: Complexes, to: number, m: number, stride: number, { cos, sin }: Plan): void {
  for (let k = 0; k < m; k++) {
    const a = to + k;
    const b = a + m;
    const c = b + m;
    const d = c + m;
    const k1 = k * stride;
    const k2 = 2 * k1;
    const k3 = 3 * k1;
    const bRe = re[b] * cos[k1] - im[b] * sin[k1];
    const bIm = re[b] * sin[k1] + im[b] * cos[k1];
    const cRe = re[c] * cos[k2] - im[c] * sin[k2];
    const cIm = re[c] * sin[k2] + im[c] * cos[k2];
    const dRe = re[d] * cos[k3] - im[d] * sin[k3];
    const dIm = re[d] * sin[k3] + im[d] * cos[k3];
    const evenRe = re[a] + cRe;
    const evenIm = im[a] + cIm;
    const apartRe = re[a] - cRe;
    const apartIm = im[a] - cIm;
    const sumRe = bRe + dRe;
    const sumIm = bIm + dIm;
    const turnRe = bIm - dIm;
    const turnIm = dRe - bRe;
    re[a] = evenRe + sumRe;
    im[a] = evenIm + sumIm;
    re[b] = apartRe + turnRe;
    im[b] = apartIm + turnIm;
    re[c] = evenRe - sumRe;
    im[c] = evenIm - sumIm;
    re[d] = apartRe - turnRe;
    im[d] = apartIm - turnIm;
  }
}

/** An odd prime: parts q and p − q share their cosine and have opposite sines. */
function odd({ re, im }: Complexes, to: number, m: number, stride: number, p: number, { cos, sin }: Plan, { re: partRe, im: partIm }: Complexes): void {
  const half = (p - 1) / 2;
  const step = m * stride;
  for (let k = 0; k < m; k++) {
    for (let q = 0; q < p; q++) {
      const at = to + k + q * m;
      const c = cos[q * k * stride];
      const s = sin[q * k * stride];
      partRe[q] = re[at] * c - im[at] * s;
      partIm[q] = re[at] * s + im[at] * c;
    }
    let allRe = partRe[0];
    let allIm = partIm[0];
    for (let q = 1; q <= half; q++) {
      const x = partRe[q];
      const y = partIm[q];
      partRe[q] = x + partRe[p - q];
      partIm[q] = y + partIm[p - q];
      partRe[p - q] = x - partRe[p - q];
      partIm[p - q] = y - partIm[p - q];
      allRe += partRe[q];
      allIm += partIm[q];
    }
    re[to + k] = allRe;
    im[to + k] = allIm;
    for (let r = 1; r <= half; r++) {
      let evenRe = partRe[0];
      let evenIm = partIm[0];
      let oddRe = 0;
      let oddIm = 0;
      let turn = 0;
      for (let q = 1; q <= half; q++) {
        turn += r;
        if (turn >= p) turn -= p;
        const c = cos[turn * step];
        const s = sin[turn * step];
        evenRe += partRe[q] * c;
        evenIm += partIm[q] * c;
        oddRe -= partIm[p - q] * s;
        oddIm += partRe[p - q] * s;
      }
      re[to + k + r * m] = evenRe + oddRe;
      im[to + k + r * m] = evenIm + oddIm;
      re[to + k + (p - r) * m] = evenRe - oddRe;
      im[to + k + (p - r) * m] = evenIm - oddIm;
    }
  }
}

/**
 * scipy.signal.resample of each row: the spectrum cut or filled up with zeros, as of a signal that repeats itself. A component at
 * half the lower rate is kept whole. Two rows go through one transform, as its real and its imaginary part. All are of one length.
 */
export function resampleFourier(rows: readonly Float64Array[], samples: number): Float64Array[] {
  const n = rows[0].length;
  if (samples === n) return rows.map((row) => row.slice());
  const out: Float64Array[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const from = transform({ re: rows[i], im: rows[i + 1] ?? new Float64Array(n) });
    // A transform backwards is one forwards of real and imaginary part exchanged.
    const { re, im } = transform(swapped(respaced(from, samples)));
    out.push(im.map((value) => value / n));
    if (i + 1 < rows.length) out.push(re.map((value) => value / n));
  }
  return out;
}

function swapped({ re, im }: Complexes): Complexes {
  return { re: im, im: re };
}

/** The spectrum of as many samples as wanted: the low frequencies of both signs, and what lies at half the lower rate. */
function respaced({ re, im }: Complexes, samples: number): Complexes {
  const n = re.length;
  const to = { re: new Float64Array(samples), im: new Float64Array(samples) };
  const kept = Math.min(n, samples);
  to.re[0] = re[0];
  to.im[0] = im[0];
  for (let k = 1; k < kept / 2; k++) {
    to.re[k] = re[k];
    to.im[k] = im[k];
    to.re[samples - k] = re[n - k];
    to.im[samples - k] = im[n - k];
  }
  if (kept % 2 !== 0) return to;
  const half = kept / 2;
  if (samples < n) {
    to.re[half] = re[half] + re[n - half];
    to.im[half] = im[half] + im[n - half];
  } else {
    to.re[half] = to.re[samples - half] = re[half] / 2;
    to.im[half] = to.im[samples - half] = im[half] / 2;
  }
  return to;
}
