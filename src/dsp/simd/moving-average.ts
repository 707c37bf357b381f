import type { Kernels } from '../kernels.js';
import type { Scratch } from './memory.js';

export function movingAverageOn(scratch: Scratch): Pick<Kernels, 'movingAverage'> {
  return {
    movingAverage(row, half) {
      const n = row.length;
      const [from, sums, to] = scratch.lay(n * 8, (n + 1) * 8, n * 8);
      scratch.f64.set(row, from / 8);
      scratch.run.movingAverage(from, n, half, sums, to);
      return scratch.f64.slice(to / 8, to / 8 + n);
    },
  };
}
