/**
 * Windowed-sinc polyphase resampling, delay-compensated; the numbers of scipy.signal.resample_poly with its default
 * window (Kaiser, β 5, 20 · max(up, down) + 1 taps) and zeros beyond the edges.
 */
import { kernels } from './chosen.js';
import { madeOnce } from './made-once.js';
import { type Phase, phaseOf, type Polyphase, polyphaseOf } from './polyphase.js';

/** Largest denominator of the ratio of two rates; rates that are not whole numbers are approximated within it. */
const RATIO_MAX = 2000;

export interface Resampler extends Polyphase {
  readonly halfLength: number;
}

const designed = madeOnce<string, Resampler>();

/** The filter for a pair of rates in Hz; made once. */
export function resampler(fromHz: number, toHz: number): Resampler {
  return designed(`${fromHz}:${toHz}`, () => design(fromHz, toHz));
}

function design(fromHz: number, toHz: number): Resampler {
  const [up, down] = ratio(toHz / fromHz);
  const halfLength = 10 * Math.max(up, down);
  const taps = lowpass(halfLength, 1 / Math.max(up, down));
  const peak = taps[halfLength] * up;
  const phases: Phase[] = [];
  for (let first = 0; first < up; first++) {
    const at = first * down + halfLength;
    const phase = at % up;
    const own = Array.from({ length: Math.floor((2 * halfLength - phase) / up) + 1 }, (_, i) => taps[phase + i * up] * up);
    phases.push(phaseOf(first, own, (at - phase) / up, peak));
  }
  return { ...polyphaseOf(up, down, phases), halfLength };
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

/** `input` at the first rate → the second one, the same instant first. Arithmetic in the input's own precision. */
export function resample<T extends Float64Array | Float32Array>(filter: Resampler, input: T): T {
  return resampleRows(filter, [input])[0];
}

/** Several signals of one length; each comes out as it would alone. */
export function resampleRows<T extends Float64Array | Float32Array>(filter: Resampler, rows: readonly T[]): T[] {
  if (filter.up === filter.down) return rows.map((row) => row.slice() as T);
  return kernels.polyphase(filter, rows, resampledLength(filter, rows[0]?.length ?? 0));
}

/** float32 signals in float32 arithmetic, which takes half of the time, → float64 times `factor`, for what comes after. */
export function resampleWide(filter: Resampler, rows: readonly Float32Array[], factor = 1): Float64Array[] {
  if (filter.up === filter.down) return rows.map((row) => kernels.widen(row, factor));
  return kernels.polyphaseWide(filter, rows, resampledLength(filter, rows[0]?.length ?? 0), factor);
}
