import { ACTIVATION_MAX, dots } from '../../dsp/index.js';
import type { ReferenceRecord, ReferenceSet } from './reference.js';

/** How many are shown, and how many the floor speaks of. */
export const NEAREST = 5;

export interface Neighbour extends ReferenceRecord {
  /** Cosine, −1 to 1. */
  readonly similarity: number;
}

/** The labelled recordings that a segment is most like, the nearest first. */
export interface Nearest {
  readonly neighbours: readonly Neighbour[];
  /** Mean over the nearest five, however many there are in the list. */
  readonly similarity: number;
  readonly floor: number;
  /** At the floor or above it; else the evidence is insufficient, and nothing follows from the neighbours. */
  readonly isSufficient: boolean;
}

/** Cosines of a vector with every row. The vector is rounded to whole numbers of 14 bits, which moves a cosine by less than 0.001; the rest is exact. */
export function similarities({ rows, pitch, scales }: ReferenceSet, vector: ArrayLike<number>): Float64Array {
  let [most, squares] = [0, 0];
  for (let i = 0; i < vector.length; i++) {
    most = Math.max(most, Math.abs(vector[i]));
    squares += vector[i] ** 2;
  }
  const factor = ACTIVATION_MAX / most;
  const query = new Int16Array(pitch);
  for (let i = 0; i < vector.length; i++) query[i] = Math.round(vector[i] * factor);
  const scale = 1 / (factor * Math.sqrt(squares));
  return Float64Array.from(dots(rows, query), (dot, k) => Math.max(-1, Math.min(1, dot * scales[k] * scale)));
}

/** Every row is compared; of equals the earlier row stands first. @param vector of unit length, in the set's space */
export function nearest(set: ReferenceSet, vector: ArrayLike<number>, k = NEAREST): Nearest {
  const found = similarities(set, vector);
  const best: number[] = [];
  const most = Math.max(k, NEAREST);
  for (let row = 0; row < found.length; row++) {
    if (best.length === most && found[row] <= found[best[most - 1]]) continue;
    let place = best.length;
    while (place > 0 && found[row] > found[best[place - 1]]) place--;
    best.splice(place, 0, row);
    if (best.length > most) best.pop();
  }
  const five = best.slice(0, NEAREST);
  const similarity = five.reduce((sum, row) => sum + found[row], 0) / five.length;
  return { neighbours: best.slice(0, k).map((row) => ({ ...set.records[row], similarity: found[row] })), similarity, floor: set.floor.similarity, isSufficient: similarity >= set.floor.similarity };
}
