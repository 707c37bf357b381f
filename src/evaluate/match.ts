/** What lies within this of its reference is the same: 150 ms for beats in EC57, and for the middles of waves. */
export const WINDOW_MS = 150;

/** Pairs of a reference and a found time, and what is left of either; each list ascending, in samples. */
export interface Matching {
  /** Indices: reference, found. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly missed: readonly number[];
  readonly extra: readonly number[];
}

/**
 * One-to-one by nearness within `windowSamples`, as EC57's `bxb` compares beats: walking both lists, a found time that has a
 * nearer neighbour for the same reference is extra, a reference whose neighbour is nearer to the found time is missed.
 */
export function matchTimes(reference: readonly number[], found: readonly number[], windowSamples: number): Matching {
  const pairs: [number, number][] = [];
  const missed: number[] = [];
  const extra: number[] = [];
  let i = 0;
  let j = 0;
  while (i < reference.length && j < found.length) {
    const apart = found[j] - reference[i];
    if (apart < -windowSamples) extra.push(j++);
    else if (apart > windowSamples) missed.push(i++);
    else if (j + 1 < found.length && Math.abs(found[j + 1] - reference[i]) < Math.abs(apart)) extra.push(j++);
    else if (i + 1 < reference.length && Math.abs(found[j] - reference[i + 1]) < Math.abs(apart)) missed.push(i++);
    else pairs.push([i++, j++]);
  }
  while (i < reference.length) missed.push(i++);
  while (j < found.length) extra.push(j++);
  return { pairs, missed, extra };
}
