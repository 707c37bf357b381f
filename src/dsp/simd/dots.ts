import type { Kernels } from '../kernels.js';
import type { Scratch } from './memory.js';

/** Bytes of rows that are copied at once: they stay in the processor's cache, and the memory stays small. */
const BLOCK = 1 << 18;

export function dotsOn(scratch: Scratch): Pick<Kernels, 'dots'> {
  return {
    dots(rows, query) {
      const size = query.length;
      const out = new Int32Array(rows.length / size);
      const block = Math.min(out.length, Math.max(1, Math.floor(BLOCK / size)));
      const [given, from, to] = scratch.lay(size * 2, block * size, block * 4);
      const { i8, i16, i32 } = scratch;
      i16.set(query, given / 2);
      for (let first = 0; first < out.length; first += block) {
        const count = Math.min(block, out.length - first);
        i8.set(rows.subarray(first * size, (first + count) * size), from);
        scratch.run.dots(from, size, count, given, to);
        out.set(i32.subarray(to / 4, to / 4 + count), first);
      }
      return out;
    },
  };
}
