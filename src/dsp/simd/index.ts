/** The kernels on WebAssembly SIMD: rows are copied to its memory and back, so that no caller ever holds a view of it. */
import type { Kernels } from '../kernels.js';
import { biquadsOn } from './biquad.js';
import { dotsOn } from './dots.js';
import { layerOn } from './layer.js';
import { levelOn } from './level.js';
import { instantiate } from './memory.js';
import { movingAverageOn } from './moving-average.js';
import { polyphaseOn } from './polyphase.js';
import { windowsOn } from './windows.js';

/** Undefined where there is no WebAssembly SIMD. */
export function simd(): Kernels | undefined {
  const scratch = instantiate();
  return scratch && { ...polyphaseOn(scratch), ...biquadsOn(scratch), ...levelOn(scratch), ...movingAverageOn(scratch), ...windowsOn(scratch), ...layerOn(scratch), ...dotsOn(scratch) };
}
