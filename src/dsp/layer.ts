/** Layers of a network in whole numbers. */
import { kernels } from './chosen.js';
import type { Layer } from './kernels.js';

/** @param input time × inputs; @returns ceil(time / stride) × outputs */
export function runLayer(layer: Layer, input: Int16Array): Int16Array {
  return kernels.layer(layer, input);
}
