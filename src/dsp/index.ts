/** Kernels over samples: resampling, filters, half precision. No vocabulary of ECG in here. */
export * from './resample.js';
export * from './butterworth.js';
export * from './float16.js';
export * from './notch.js';
export * from './chebyshev.js';
export * from './interpolate.js';
export * from './fourier.js';
export * from './fir.js';
export * from './median.js';
