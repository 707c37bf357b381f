/** The kernels in plain TypeScript: what the WebAssembly ones are held to, and what runs where there is no SIMD. */
import type { Kernels } from '../kernels.js';
import { causal, zeroPhase } from './biquad.js';
import { dots } from './dots.js';
import { layer, pooled } from './layer.js';
import { clip, hasHole, millivolts, moments, normalise, weighted, widen, within } from './level.js';
import { movingAverage } from './moving-average.js';
import { polyphase, polyphaseWide } from './polyphase.js';
import { windows } from './windows.js';

export const plain: Kernels = { polyphase, polyphaseWide, causal, zeroPhase, hasHole, widen, within, moments, normalise, clip, millivolts, weighted, movingAverage, windows, layer, pooled, dots };
