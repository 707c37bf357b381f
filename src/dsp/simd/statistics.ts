import type { Kernels } from '../kernels.js';
import type { Scratch } from './memory.js';

export function statisticsOn(scratch: Scratch): Pick<Kernels, 'movingAverage' | 'statistics'> {
  return {
    movingAverage(row, half) {
      const n = row.length;
      const [from, sums, to] = scratch.lay(n * 8, (n + 1) * 8, n * 8);
      scratch.f64.set(row, from / 8);
      scratch.run.movingAverage(from, n, half, sums, to);
      return scratch.f64.slice(to / 8, to / 8 + n);
    },
    statistics(row) {
      const n = row.length;
      const [before, out] = scratch.lay((n + 8) * 4, 10 * 8);
      const place = before + 16;
      const { f32, f64 } = scratch;
      f32.fill(NaN, before / 4, place / 4);
      f32.set(row, place / 4);
      f32.fill(NaN, place / 4 + n, place / 4 + n + 4);
      scratch.run.statistics(place, n, out);
      const [count, min, max, sum, sumOfSquares, bend, bends, longestRun, atMin, atMax] = f64.subarray(out / 8, out / 8 + 10);
      return { count, min: min + 0, max: max + 0, sum, sumOfSquares, bend, bends, longestRun, atMin, atMax };
    },
  };
}
