/** Kernels over samples for WebAssembly SIMD, in AssemblyScript. Rows lie where the caller put them, from `heapBase` on; nothing here allocates. */
export { split32, split64, sums32, sums64 } from './resample';
export { biquad, biquads } from './biquad';
export { clip, fromFloat32, fromInt16, fromInt16Wide, fromInt32, normalise, squares, sumAndRange, weighted, widen } from './level';
export { movingAverage, statistics } from './statistics';

/** First byte that is free. */
export function heapBase(): usize {
  return (__heap_base + 15) & ~15;
}
