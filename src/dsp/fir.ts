/** Filters of finite length: scipy.signal.firwin's design with its Hamming window, in one pass or forwards and back. */
import type { ButterworthKind } from './butterworth.js';
import { convolve } from './convolve.js';
import { madeOnce } from './made-once.js';

const designed = madeOnce<string, Float64Array>();

/** scipy.signal.firwin(taps, corners, pass_zero=kind, fs=rate), scaled to gain 1 in its pass band. `taps` odd, corners in Hz. Made once. */
export function firwin(kind: ButterworthKind, taps: number, cornersHz: readonly number[], rateHz: number): Float64Array {
  return designed(`${kind} ${taps} ${cornersHz.join()} ${rateHz}`, () => design(kind, taps, cornersHz.map((corner) => (2 * corner) / rateHz)));
}

function design(kind: ButterworthKind, taps: number, corners: readonly number[]): Float64Array {
  const left = kind === 'lowpass' ? 0 : corners[0];
  const right = kind === 'highpass' ? 1 : corners[corners.length - 1];
  const middle = left === 0 ? 0 : right === 1 ? 1 : (left + right) / 2;
  const half = (taps - 1) / 2;
  const out = new Float64Array(taps);
  let gain = 0;
  for (let i = 0; i < taps; i++) {
    const m = i - half;
    const window = taps === 1 ? 1 : 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (taps - 1));
    out[i] = (right * sinc(right * m) - left * sinc(left * m)) * window;
    gain += out[i] * Math.cos(Math.PI * m * middle);
  }
  return out.map((tap) => tap / gain);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** `before` samples of one value, the signal, `after` zeros. */
function extended(input: Float64Array, before: number, value: number, after: number): Float64Array {
  const out = new Float64Array(before + input.length + after);
  out.fill(value, 0, before);
  out.set(input, before);
  return out;
}

/** One pass, from the state of an endless input of the first sample (lfilter from lfilter_zi × first sample). */
export function firCausal(taps: Float64Array, input: Float64Array): Float64Array {
  return convolve(taps, extended(input, taps.length - 1, input[0], 0));
}

/** One pass, put back by half the filter's length (odd); zeros beyond the ends. */
export function firDelayed(taps: Float64Array, input: Float64Array): Float64Array {
  const half = (taps.length - 1) / 2;
  return convolve(taps, extended(input, half, 0, half));
}

/** Forwards and back: scipy.signal.filtfilt with its default odd padding of three lengths. */
export function firZeroPhase(taps: Float64Array, input: Float64Array): Float64Array {
  const n = input.length;
  const pad = Math.min(3 * taps.length, n - 1);
  const padded = new Float64Array(n + 2 * pad);
  for (let i = 0; i < pad; i++) {
    padded[i] = 2 * input[0] - input[pad - i];
    padded[n + pad + i] = 2 * input[n - 1] - input[n - 2 - i];
  }
  padded.set(input, pad);
  const forth = firCausal(taps, padded).reverse();
  return firCausal(taps, forth).reverse().slice(pad, pad + n);
}
