/** Kernels over samples: resampling, filters, half precision. No vocabulary of ECG in here. */
export * from './resample.js';
export * from './butterworth.js';
export * from './float16.js';
