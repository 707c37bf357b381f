/** Kernels over samples: resampling, filters, levels, half precision; on WebAssembly SIMD, with a plain twin. No vocabulary of ECG in here. */
export { ACTIVATION_MAX, DOTS_MAX, type Layer, type Moments, stepsOf, type WindowRows } from './kernels.js';
export { clip, dots, hasHole, millivolts, moments, normalise, pooled, runLayer, weighted, windows, within } from './chosen.js';
export * from './resample.js';
export * from './butterworth.js';
export * from './made-once.js';
export * from './moving-average.js';
export * from './float16.js';
export * from './notch.js';
export * from './chebyshev.js';
export * from './interpolate.js';
export * from './fourier.js';
export * from './fir.js';
export * from './median.js';
