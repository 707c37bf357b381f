/** WebAssembly SIMD where there is any, else the plain twin: chosen once, since both give the same bits. */
import type { Kernels } from './kernels.js';
import { plain } from './plain/index.js';
import { simd } from './simd/index.js';

export const kernels: Kernels = simd() ?? plain;

/** Those that are called as they are. */
export const { hasHole, within, moments, normalise, clip, millivolts, weighted, windows, pooled, layer: runLayer, dots } = kernels;
