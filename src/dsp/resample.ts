/**
 * Windowed-sinc polyphase resampling, delay-compensated; the numbers of scipy.signal.resample_poly with its default
 * window (Kaiser, β 5, 20 · max(up, down) + 1 taps) and zeros beyond the edges.
 */

/** Largest denominator of the ratio of two rates; rates that are not whole numbers are approximated within it. */
const RATIO_MAX = 2000;

export interface Resampler {
  readonly up: number;
  readonly down: number;
  /** Taps of each phase, newest sample last. */
  readonly phases: readonly Float64Array[];
  readonly halfLength: number;
}

const known = new Map<string, Resampler>();

/** The filter for a pair of rates in Hz; made once. */
export function resampler(fromHz: number, toHz: number): Resampler {
  const key = `${fromHz}:${toHz}`;
  let made = known.get(key);
  if (made === undefined) known.set(key, (made = design(fromHz, toHz)));
  return made;
}

function design(fromHz: number, toHz: number): Resampler {
  const [up, down] = ratio(toHz / fromHz);
  const halfLength = 10 * Math.max(up, down);
  const taps = lowpass(halfLength, 1 / Math.max(up, down));
  const phases: Float64Array[] = [];
  for (let phase = 0; phase < up; phase++) {
    const length = Math.floor((2 * halfLength - phase) / up) + 1;
    const coefficients = new Float64Array(length);
    for (let i = 0; i < length; i++) coefficients[length - 1 - i] = taps[phase + i * up] * up;
    phases.push(coefficients);
  }
  return { up, down, phases, halfLength };
}

/** Best fraction by continued fractions. */
function ratio(value: number): [number, number] {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let x = value;
  for (;;) {
    const whole = Math.floor(x + 1e-12);
    const [p, q] = [whole * p1 + p0, whole * q1 + q0];
    if (q > RATIO_MAX || p > RATIO_MAX) return [p1, q1];
    [p0, q0, p1, q1] = [p1, q1, p, q];
    if (Math.abs(p / q - value) < 1e-9 * value) return [p, q];
    x = 1 / (x - whole);
  }
}

/** Kaiser-windowed sinc of 2·half+1 taps, cut-off as a share of Nyquist, scaled to unity at 0 Hz (scipy.signal.firwin). */
function lowpass(half: number, cutoff: number): Float64Array {
  const taps = new Float64Array(2 * half + 1);
  let sum = 0;
  for (let i = -half; i <= half; i++) {
    const x = Math.PI * cutoff * i;
    const sinc = i === 0 ? cutoff : (cutoff * Math.sin(x)) / x;
    const window = bessel0(5 * Math.sqrt(Math.max(0, 1 - (i / half) ** 2))) / bessel0(5);
    taps[i + half] = sinc * window;
    sum += sinc * window;
  }
  return taps.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Number of samples out for a number in. */
export function resampledLength(filter: Resampler, samples: number): number {
  return Math.ceil((samples * filter.up) / filter.down);
}

/** Σ taps[n − oldest] · input[n] for n from … to. Four sums side by side, because one would wait for each addition before the next. */
function product(taps: Float64Array, input: Float64Array, oldest: number, from: number, to: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let n = from;
  for (; n + 3 <= to; n += 4) {
    const t = n - oldest;
    a += taps[t] * input[n];
    b += taps[t + 1] * input[n + 1];
    c += taps[t + 2] * input[n + 2];
    d += taps[t + 3] * input[n + 3];
  }
  for (; n <= to; n++) a += taps[n - oldest] * input[n];
  return a + b + (c + d);
}

/** `input` at the first rate → the second one, the same instant first. */
export function resample(filter: Resampler, input: Float64Array): Float64Array {
  const { up, down, phases, halfLength } = filter;
  if (up === down) return input.slice();
  const output = new Float64Array(resampledLength(filter, input.length));
  const last = input.length - 1;
  for (let m = 0; m < output.length; m++) {
    const at = m * down + halfLength;
    const phase = at % up;
    const newest = (at - phase) / up;
    const taps = phases[phase];
    const oldest = newest - taps.length + 1;
    output[m] = product(taps, input, oldest, oldest > 0 ? oldest : 0, newest < last ? newest : last);
  }
  return output;
}
