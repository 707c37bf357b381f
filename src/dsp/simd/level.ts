import { type Kernels, NO_INT32 } from '../kernels.js';
import type { Scratch } from './memory.js';

/** Whole offsets up to this leave count − offset exact in float32. */
const OFFSET_EXACT = 2 ** 23;
/** Gains within this range keep the quotient far from the ends of float32. */
const GAIN_EXACT = 2 ** 60;

/**
 * May int16 counts be divided in float32? With both operands exact there, its one rounding is that of a float64 division
 * rounded to float32: 53 ≥ 2·24 + 2 (Figueroa, "When is double rounding innocuous?", 1995).
 */
function dividesExactly(gain: number, offset: number): boolean {
  return Math.fround(gain) === gain && Math.abs(gain) <= GAIN_EXACT && Math.abs(gain) >= 1 / GAIN_EXACT && Number.isInteger(offset) && Math.abs(offset) <= OFFSET_EXACT;
}

export function levelOn(scratch: Scratch): Pick<Kernels, 'hasHole' | 'widen' | 'within' | 'moments' | 'normalise' | 'clip' | 'millivolts' | 'weighted'> {
  const { run } = scratch;

  /** Runs `kernel` over the row in scratch, and takes it back. */
  function inPlace(row: Float64Array, kernel: (place: number) => void): void {
    const place = scratch.hold(row.length * 8);
    scratch.f64.set(row, place / 8);
    kernel(place);
    row.set(scratch.f64.subarray(place / 8, place / 8 + row.length));
  }

  function within(row: Float32Array, limit: number): boolean {
    const place = scratch.hold(row.length * 4);
    scratch.f32.set(row, place / 4);
    return run.within(place, row.length, limit) !== 0;
  }

  return {
    hasHole(counts) {
      const n = counts.length;
      if (counts instanceof Float32Array) return !within(counts, Infinity);
      const place = scratch.hold(counts.byteLength);
      if (counts instanceof Int16Array) {
        scratch.i16.set(counts, place / 2);
        return run.hasHole16(place, n) !== 0;
      }
      scratch.i32.set(counts, place / 4);
      return run.hasHole32(place, n) !== 0;
    },
    widen(row, factor) {
      const [from, to] = scratch.lay(row.length * 4, row.length * 8);
      scratch.f32.set(row, from / 4);
      run.widen(from, row.length, factor, to);
      return scratch.f64.slice(to / 8, to / 8 + row.length);
    },
    within,
    moments(row) {
      const [place, range] = scratch.lay(row.length * 8, 16);
      scratch.f64.set(row, place / 8);
      const mean = run.sumAndRange(place, row.length, range) / row.length;
      const variance = run.squares(place, row.length, mean) / row.length;
      return { mean, variance, min: scratch.f64[range / 8], max: scratch.f64[range / 8 + 1] };
    },
    normalise: (row, offset, divisor) => inPlace(row, (place) => run.normalise(place, row.length, offset, divisor)),
    clip: (row, lower, upper) => inPlace(row, (place) => run.clip(place, row.length, lower, upper)),
    millivolts(counts, aduPerMv, offsetAdu, into) {
      const n = counts.length;
      const [from, to] = scratch.lay(counts.byteLength, n * 4);
      if (counts instanceof Int16Array) {
        scratch.i16.set(counts, from / 2);
        if (dividesExactly(aduPerMv, offsetAdu)) run.fromInt16(from, n, offsetAdu, aduPerMv, to);
        else run.fromInt16Wide(from, n, offsetAdu, aduPerMv, to);
      } else if (counts instanceof Int32Array) {
        scratch.i32.set(counts, from / 4);
        run.fromInt32(from, n, NO_INT32, offsetAdu, aduPerMv, to);
      } else {
        scratch.f32.set(counts, from / 4);
        run.fromFloat32(from, n, offsetAdu, aduPerMv, to);
      }
      into.set(scratch.f32.subarray(to / 4, to / 4 + n));
    },
    weighted(rows, weights) {
      const n = rows[0]?.length ?? 0;
      const pitch = Math.ceil(n / 4) * 16;
      const [first, factors, to] = scratch.lay(rows.length * pitch, weights.length * 8, n * 4);
      rows.forEach((row, t) => scratch.f32.set(row, (first + t * pitch) / 4));
      scratch.f64.set(weights, factors / 8);
      run.weighted(first, pitch, factors, rows.length, n, to);
      return scratch.f32.slice(to / 4, to / 4 + n);
    },
  };
}
