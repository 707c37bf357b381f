/** Other rates without a filter: straight lines, or every k-th sample. What lies above the new half rate folds back. */

/** A product of rates that should be whole is off by less than this. */
const ROUNDING = 1e-6;

/**
 * Straight lines between the samples, the first on the first and the last on the last: `samples` × to / from of them, rounded
 * down. (The clock is stretched by less than a sample.)
 */
export function resampleLinear(input: Float64Array, fromHz: number, toHz: number): Float64Array {
  if (fromHz === toHz) return input.slice();
  const out = new Float64Array(Math.max(1, Math.floor((input.length * toHz) / fromHz + ROUNDING)));
  const stride = out.length > 1 ? (input.length - 1) / (out.length - 1) : 0;
  for (let i = 0; i < out.length; i++) out[i] = between(input, i * stride);
  return out;
}

/** Every k-th sample from the first on; where the ratio is not whole, a straight line between the two that lie nearest. */
export function decimate(input: Float64Array, fromHz: number, toHz: number): Float64Array {
  if (fromHz === toHz) return input.slice();
  const out = new Float64Array(Math.max(1, Math.ceil((input.length * toHz) / fromHz - ROUNDING)));
  const stride = fromHz / toHz;
  for (let i = 0; i < out.length; i++) out[i] = between(input, i * stride);
  return out;
}

function between(input: Float64Array, at: number): number {
  const last = input.length - 1;
  const low = Math.min(Math.floor(at), last);
  const share = at - low;
  return share > 0 && low < last ? input[low] + share * (input[low + 1] - input[low]) : input[low];
}
