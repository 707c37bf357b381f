/** Layers of a network in whole numbers. */
import { kernels } from './chosen.js';
import type { Layer } from './kernels.js';

/** @param input time × inputs; @returns ceil(time / stride) × outputs */
export function runLayer(layer: Layer, input: Int16Array): Int16Array {
  return kernels.layer(layer, input);
}

/** Of rows of time × channels without negative values: time × 2·channels, the mean (rounded) and the maximum of each channel; channels a multiple of eight. */
export function pooled(rows: readonly Int16Array[], channels: number): Int16Array {
  return kernels.pooled(rows, channels);
}
