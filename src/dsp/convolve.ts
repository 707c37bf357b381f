import { kernels } from './chosen.js';
import { phaseOf, type Polyphase, polyphaseOf } from './polyphase.js';

const known = new WeakMap<object, Polyphase>();

/**
 * Σ taps[k] · x[i + taps.length − 1 − k], for the i at which every tap has its sample: x.length − taps.length + 1 of them.
 * Symmetric taps cost half. What stands before and beyond a signal is for the caller to put there.
 */
export function convolve(taps: Float64Array, x: Float64Array): Float64Array {
  let filter = known.get(taps);
  if (filter === undefined) {
    const peak = taps.reduce((most, tap) => Math.max(most, Math.abs(tap)), 0);
    known.set(taps, (filter = polyphaseOf(1, 1, [phaseOf(0, taps, taps.length - 1, peak)])));
  }
  return kernels.polyphase(filter, [x], Math.max(0, x.length - taps.length + 1))[0];
}
