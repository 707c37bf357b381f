import { matchTimes, WINDOW_MS } from './match.js';

/** Beats as `bxb` counts them: 150 ms, and nothing within ventricular flutter. */
export function compareBeats(
  marked: readonly number[], found: readonly number[], flutter: readonly (readonly [number, number])[], rateHz: number,
): { tp: number; fn: number; fp: number } {
  const outside = (sample: number) => !flutter.some(([from, to]) => sample >= from && sample <= to);
  const { pairs, missed, extra } = matchTimes(marked.filter(outside), found.filter(outside), (WINDOW_MS * rateHz) / 1000);
  return { tp: pairs.length, fn: missed.length, fp: extra.length };
}
