import { kernels } from './chosen.js';

/** Centred means over 2·max(1, ⌊width / 2⌋) + 1 samples, over fewer at the edges. */
export function movingAverage(row: Float64Array, width: number): Float64Array {
  return kernels.movingAverage(row, Math.max(1, Math.floor(width / 2)));
}
