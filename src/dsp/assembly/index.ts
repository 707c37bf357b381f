/** Kernels over samples for WebAssembly SIMD, in AssemblyScript. Rows lie where the caller put them, from `heapBase` on; nothing here allocates. */
export { join32, join64, split32, split64, sums32, sums64 } from './resample';
export { biquad, biquads } from './biquad';
export { dots } from './dots';
export { clip, fromFloat32, fromInt16, fromInt16Wide, fromInt32, hasHole16, hasHole32, normalise, squares, sumAndRange, weighted, widen, within } from './level';
export { addClamped, layer, pooled, rectify } from './layer';
export { movingAverage } from './moving-average';
export { windows } from './windows';

/** First byte that is free. */
export function heapBase(): usize {
  return (__heap_base + 15) & ~15;
}
