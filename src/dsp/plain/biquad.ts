import { padOddly, type Section, steadyState } from '../sections.js';

export function causal(sections: readonly Section[], rows: readonly Float64Array[], starts: readonly number[]): void {
  rows.forEach((row, r) => run(sections, row, starts[r]));
}

export function zeroPhase(sections: readonly Section[], rows: readonly Float64Array[], pad: number, into: readonly Float64Array[]): void {
  rows.forEach((row, r) => {
    const padded = new Float64Array(row.length + 2 * pad);
    padOddly(row, pad, padded, 0);
    run(sections, padded, padded[0]);
    padded.reverse();
    run(sections, padded, padded[0]);
    padded.reverse();
    into[r].set(padded.subarray(pad, pad + row.length));
  });
}

/** Transposed direct form II. The order of additions is the one with the shortest chain from one sample to the next. */
function run(sections: readonly Section[], signal: Float64Array, start: number): void {
  const states = steadyState(sections);
  sections.forEach(([b0, b1, b2, a1, a2], section) => {
    let z1 = states[section][0] * start;
    let z2 = states[section][1] * start;
    for (let i = 0; i < signal.length; i++) {
      const x = signal[i];
      const y = b0 * x + z1;
      z1 = b1 * x + z2 - a1 * y;
      z2 = b2 * x - a2 * y;
      signal[i] = y;
    }
  });
}
