/** Second-order sections: their state, and the padding of rows that are filtered forwards and back. */

/** [b0, b1, b2, a1, a2] of one section (a0 = 1). */
export type Section = readonly [number, number, number, number, number];

/** State of each section after an endless input of 1 (scipy.signal.sosfilt_zi). */
export function steadyState(sections: readonly Section[]): [number, number][] {
  let level = 1;
  return sections.map(([b0, b1, b2, a1, a2]) => {
    const out = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    const state: [number, number] = [out - b0 * level, b2 * level - a2 * out];
    level = out;
    return state;
  });
}

/** Writes `row` to `into` from `at` on, mirrored oddly about its first and last sample over `pad` < row.length samples. */
export function padOddly(row: Float64Array, pad: number, into: Float64Array, at: number): void {
  const n = row.length;
  into.set(row, at + pad);
  for (let i = 0; i < pad; i++) {
    into[at + i] = 2 * row[0] - row[pad - i];
    into[at + n + pad + i] = 2 * row[n - 1] - row[n - 2 - i];
  }
}
