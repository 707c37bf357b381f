import type { Kernels } from '../kernels.js';
import { padOddly, type Section, steadyState } from '../sections.js';
import type { Scratch } from './memory.js';

/** Rows that run side by side. */
const LANES = 4;
/** Of one section, in bytes: five coefficients; z1 of four rows, then z2. */
const SECTION = 5 * 8;
const STATE = 2 * LANES * 8;

interface Layout {
  readonly sections: number;
  readonly steady: readonly [number, number][];
  readonly coefficients: number;
  readonly states: number;
  /** Where the rows of one group lie. */
  readonly places: readonly number[];
}

export function biquadsOn(scratch: Scratch): Pick<Kernels, 'causal' | 'zeroPhase'> {
  return {
    causal(sections, rows, starts) {
      if (rows.length === 0) return;
      const n = rows[0].length;
      const layout = lay(scratch, sections, n);
      for (let row = 0; row < rows.length; row += LANES) {
        const group = rows.slice(row, row + LANES);
        group.forEach((signal, lane) => scratch.f64.set(signal, layout.places[lane] / 8));
        pass(scratch, layout, group.length, (lane) => starts[row + lane], 0, n, 8);
        group.forEach((signal, lane) => signal.set(scratch.f64.subarray(layout.places[lane] / 8, layout.places[lane] / 8 + n)));
      }
    },
    zeroPhase(sections, rows, pad, into) {
      if (rows.length === 0) return;
      const n = rows[0].length;
      const padded = n + 2 * pad;
      const layout = lay(scratch, sections, padded);
      const { f64 } = scratch;
      for (let row = 0; row < rows.length; row += LANES) {
        const group = rows.slice(row, row + LANES);
        const firsts = layout.places.map((place) => place / 8);
        group.forEach((signal, lane) => padOddly(signal, pad, f64, firsts[lane]));
        pass(scratch, layout, group.length, (lane) => f64[firsts[lane]], 0, padded, 8);
        pass(scratch, layout, group.length, (lane) => f64[firsts[lane] + padded - 1], padded - 1, padded, -8);
        group.forEach((_, lane) => into[row + lane].set(f64.subarray(firsts[lane] + pad, firsts[lane] + pad + n)));
      }
    },
  };
}

function lay(scratch: Scratch, sections: readonly Section[], n: number): Layout {
  const [coefficients, states, ...places] = scratch.lay(sections.length * SECTION, sections.length * STATE, n * 8, n * 8, n * 8, n * 8);
  sections.forEach((section, s) => scratch.f64.set(section, (coefficients + s * SECTION) / 8));
  return { sections: sections.length, steady: steadyState(sections), coefficients, states, places };
}

/**
 * One way over a group, from sample `from` on in steps of `step` bytes; each row starts as if its start had always been.
 * Beyond a group of fewer rows its last row stands again: both do and store the same.
 */
function pass({ run, f64 }: Scratch, layout: Layout, rows: number, start: (lane: number) => number, from: number, n: number, step: number): void {
  const { sections, steady, coefficients, states } = layout;
  const lanes = [0, 1, 2, 3].map((lane) => Math.min(lane, rows - 1));
  const starts = lanes.map(start);
  steady.forEach(([z1, z2], s) => {
    const at = (states + s * STATE) / 8;
    for (let lane = 0; lane < LANES; lane++) {
      f64[at + lane] = z1 * starts[lane];
      f64[at + LANES + lane] = z2 * starts[lane];
    }
  });
  const [a, b, c, d] = lanes.map((lane) => layout.places[lane] + from * 8);
  let s = 0;
  for (; s + 1 < sections; s += 2) run.biquads(a, b, c, d, n, step, coefficients + s * SECTION, states + s * STATE);
  if (s < sections) run.biquad(a, b, c, d, n, step, coefficients + s * SECTION, states + s * STATE);
}
