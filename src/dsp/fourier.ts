/** Resampling in the spectrum, by a discrete Fourier transform of any length (mixed radix; large prime factors are slow). */

interface Plan {
  readonly factors: readonly number[];
  /** exp(−2πi k / n). */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const plans = new Map<number, Plan>();

function planOf(n: number): Plan {
  let plan = plans.get(n);
  if (plan === undefined) {
    const turn = (-2 * Math.PI) / n;
    plan = { factors: factorsOf(n), cos: Float64Array.from({ length: n }, (_, k) => Math.cos(turn * k)), sin: Float64Array.from({ length: n }, (_, k) => Math.sin(turn * k)) };
    plans.set(n, plan);
  }
  return plan;
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

/** Σ x[t] exp(−2πi k t / n). */
function transform({ re, im }: Complexes): Complexes {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  const { factors, cos, sin } = planOf(n);
  const largest = Math.max(1, ...factors);
  const [partRe, partIm] = [new Float64Array(largest), new Float64Array(largest)];

  /** Decimation in time: every p-th sample apart, then butterflies of p. */
  function part(from: number, stride: number, to: number, length: number, depth: number): void {
    if (length === 1) {
      out.re[to] = re[from];
      out.im[to] = im[from];
      return;
    }
    const p = factors[depth];
    const m = length / p;
    for (let q = 0; q < p; q++) part(from + q * stride, stride * p, to + q * m, m, depth + 1);
    for (let k = 0; k < m; k++) {
      for (let q = 0; q < p; q++) {
        const at = to + k + q * m;
        const [c, s] = [cos[q * k * stride], sin[q * k * stride]];
        partRe[q] = out.re[at] * c - out.im[at] * s;
        partIm[q] = out.re[at] * s + out.im[at] * c;
      }
      for (let r = 0; r < p; r++) {
        let [sumRe, sumIm] = [partRe[0], partIm[0]];
        let turn = 0;
        for (let q = 1; q < p; q++) {
          turn += r * m * stride;
          if (turn >= n) turn %= n;
          sumRe += partRe[q] * cos[turn] - partIm[q] * sin[turn];
          sumIm += partRe[q] * sin[turn] + partIm[q] * cos[turn];
        }
        out.re[to + k + r * m] = sumRe;
        out.im[to + k + r * m] = sumIm;
      }
    }
  }
  part(0, 1, 0, n, 0);
  return out;
}

/**
 * scipy.signal.resample(input, samples): the spectrum cut or filled up with zeros, as of a signal that repeats itself. A real
 * signal's component at half the lower rate is kept whole.
 */
export function resampleFourier(input: Float64Array, samples: number): Float64Array {
  const n = input.length;
  if (samples === n) return input.slice();
  const from = transform({ re: input, im: new Float64Array(n) });
  const to = { re: new Float64Array(samples), im: new Float64Array(samples) };
  const kept = Math.min(n, samples);
  const half = kept / 2;
  for (let k = 0; k <= half; k++) {
    const mirrored = (samples - k) % samples;
    const share = k !== half ? 1 : samples < n ? 1 : 0.5;
    const re = k === half && samples < n ? 2 * from.re[k] : from.re[k] * share;
    to.re[k] = re;
    to.re[mirrored] = re;
    // exp(+…) backwards is exp(−…) of the conjugate.
    to.im[k] = k === mirrored ? 0 : -from.im[k] * share;
    to.im[mirrored] = -to.im[k];
  }
  const back = transform(to);
  return back.re.map((value) => value / n);
}
