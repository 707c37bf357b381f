/** The kernels in plain TypeScript: what the WebAssembly ones are held to, and what runs where there is no SIMD. */
import type { Kernels } from '../kernels.js';
import { causal, zeroPhase } from './biquad.js';
import { clip, millivolts, moments, normalise, weighted, widen } from './level.js';
import { polyphase } from './polyphase.js';
import { movingAverage, statistics } from './statistics.js';

export const plain: Kernels = { polyphase, causal, zeroPhase, widen, moments, normalise, clip, millivolts, weighted, movingAverage, statistics };
