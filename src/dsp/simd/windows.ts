import type { Kernels } from '../kernels.js';
import type { Scratch } from './memory.js';

/** Samples that are read beyond the end. */
const BEYOND = 2;

export function windowsOn(scratch: Scratch): Pick<Kernels, 'windows'> {
  return {
    windows(row, stride, width, count) {
      const [from, to] = scratch.lay((row.length + BEYOND) * 4, 4 * count * 8);
      scratch.f32.set(row, from / 4);
      scratch.run.windows(from, stride, width, count, count * 8, to);
      const all = scratch.f64.slice(to / 8, to / 8 + 4 * count);
      const [low, high, level, bend] = [0, 1, 2, 3].map((k) => all.subarray(k * count, (k + 1) * count));
      return { low, high, level, bend };
    },
  };
}
