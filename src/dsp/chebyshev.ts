import { filterZeroPhase, type Section } from './butterworth.js';
import { madeOnce } from './made-once.js';

/** The order and ripple (dB) with which scipy.signal.decimate guards against aliases. */
const ORDER = 8;
const RIPPLE_DB = 0.05;

const designed = madeOnce<number, readonly Section[]>();

/** scipy.signal.cheby1(8, 0.05, cutoff) as sections; `cutoff` as a share of half the rate. Made once. */
function lowpass(cutoff: number): readonly Section[] {
  return designed(cutoff, () => design(cutoff));
}

/**
 * Poles on an ellipse, through the bilinear transform. An even order has its ripple below 1: at 0 Hz the gain is the ripple's
 * bottom, shared by the sections.
 */
function design(cutoff: number): readonly Section[] {
  const k = 4;
  const warped = k * Math.tan((Math.PI * cutoff) / 2);
  const mu = Math.asinh(1 / Math.sqrt(10 ** (RIPPLE_DB / 10) - 1)) / ORDER;
  const share = 10 ** (-RIPPLE_DB / 20 / (ORDER / 2));
  return Array.from({ length: ORDER / 2 }, (_, i) => {
    const theta = (Math.PI * (2 * i + 1)) / (2 * ORDER);
    const re = -warped * Math.sinh(mu) * Math.sin(theta);
    const im = warped * Math.cosh(mu) * Math.cos(theta);
    const square = re * re + im * im;
    const a0 = k * k - 2 * k * re + square;
    const gain = (share * square) / a0;
    return [gain, 2 * gain, gain, (2 * (square - k * k)) / a0, (k * k + 2 * k * re + square) / a0] as const;
  });
}

/** scipy.signal.decimate(input, factor): zero-phase Chebyshev low-pass at 0.8 of the new half rate, then every factor-th sample. */
export function decimateChebyshev(input: Float64Array, factor: number): Float64Array {
  if (factor === 1) return input.slice();
  const filtered = filterZeroPhase(lowpass(0.8 / factor), input);
  const out = new Float64Array(Math.ceil(input.length / factor));
  for (let i = 0; i < out.length; i++) out[i] = filtered[i * factor];
  return out;
}
