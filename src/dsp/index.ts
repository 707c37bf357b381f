/** Kernels over samples: resampling, filters, levels, half precision; on WebAssembly SIMD, with a plain twin. No vocabulary of ECG in here. */
export type { Moments, RowStatistics } from './kernels.js';
export * from './resample.js';
export * from './butterworth.js';
export * from './convolve.js';
export * from './level.js';
export * from './float16.js';
