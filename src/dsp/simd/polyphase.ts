import type { Kernels } from '../kernels.js';
import { outputsOf, type Phase, type Polyphase } from '../polyphase.js';
import type { Scratch } from './memory.js';

const TERM = 16;

/**
 * A row is split into `down` planes, so that the inputs of neighbouring outputs of one phase lie side by side: a vector
 * holds two (float64) or four (float32) outputs of one row, whatever the ratio, and a row alone is as fast as one of twelve.
 */
export function polyphaseOn(scratch: Scratch): Pick<Kernels, 'polyphase' | 'polyphaseWide'> {
  const { run } = scratch;

  /** Runs every row, and takes what `take` makes of the outputs at a byte address; `wide` has room for them as float64. */
  function through<T extends Float64Array | Float32Array, U>({ up, down, phases, before, after }: Polyphase, rows: readonly T[], length: number, take: (output: number, wide: number) => U): U[] {
    if (rows.length === 0) return [];
    const samples = rows[0].length;
    const single = rows[0] instanceof Float32Array;
    const size = single ? 4 : 8;
    const head = Math.ceil(before / down);
    // Ends are rounded up to a vector.
    const pitch = size * (head + Math.max(Math.ceil(samples / down), Math.ceil(length / up) + Math.ceil(after / down)) + 4);
    const terms = phases.reduce((sum, phase) => sum + phase.c.length, 0);
    const apart = size * (Math.ceil(length / up) + 4);
    const [program, planes, input, outputs, joined, wide] = scratch.lay(terms * TERM, down * pitch, samples * size, up * apart, length * size, length * 8);
    const values = single ? scratch.f32 : scratch.f64;
    let at = program;
    for (const phase of phases) at = write(scratch, phase, at, single, (sample) => place(sample, down, pitch, size));
    values.fill(0, planes / size, (planes + down * pitch) / size);
    const origin = planes + head * size;
    const [split, sums, join] = single ? [run.split32, run.sums32, run.join32] : [run.split64, run.sums64, run.join64];
    return rows.map((row) => {
      values.set(row, input / size);
      split(input, samples, down, origin, pitch);
      at = program;
      for (const phase of phases) {
        const { first, pairs, c } = phase;
        sums(origin, at, pairs, c.length - pairs, outputs + first * apart, outputsOf(phase, up, length));
        at += c.length * TERM;
      }
      if (up === 1) return take(outputs, wide);
      join(outputs, length, up, apart, joined);
      return take(joined, wide);
    });
  }

  return {
    polyphase<T extends Float64Array | Float32Array>(filter: Polyphase, rows: readonly T[], length: number): T[] {
      return through(filter, rows, length, (output) => (rows[0] instanceof Float32Array ? scratch.f32.slice(output / 4, output / 4 + length) : scratch.f64.slice(output / 8, output / 8 + length)) as T);
    },
    polyphaseWide(filter, rows, length, factor) {
      return through(filter, rows, length, (output, wide) => {
        run.widen(output, length, factor, wide);
        return scratch.f64.slice(wide / 8, wide / 8 + length);
      });
    },
  };
}

/** A phase's terms, with samples as byte offsets into the planes; returns where the next one goes. */
function write({ i32, f32, f64 }: Scratch, { a, b, c }: Phase, at: number, single: boolean, place: (sample: number) => number): number {
  for (let t = 0; t < c.length; t++, at += TERM) {
    i32[at / 4] = place(a[t]);
    i32[at / 4 + 1] = place(b[t]);
    if (single) f32[at / 4 + 2] = c[t];
    else f64[at / 8 + 1] = c[t];
  }
  return at;
}

function place(sample: number, down: number, pitch: number, size: number): number {
  const k = Math.floor(sample / down);
  return (sample - k * down) * pitch + k * size;
}
