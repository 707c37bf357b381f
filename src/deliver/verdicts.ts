import { type AlertEvent, type OperatingPoint, verdictOf } from '../ecg/index.js';

/** What people found of the alerts of one finding, as one model reports it at one threshold. */
export interface Tally {
  readonly point: OperatingPoint;
  readonly right: number;
  readonly wrong: number;
}

/** By operating point. Owned by the step: it changes in place. */
export type Tallies = Map<string, Tally>;

/** Fewer verdicts than this refute nothing. */
const VERDICTS_MIN = 50;
/** Of a two-sided interval of 95%. */
const Z = 1.959964;

/** Folds one event in; `out` is the tally that it changed. */
export function stepVerdicts(tallies: Tallies, event: AlertEvent): { state: Tallies; out: Tally | undefined } {
  const verdict = verdictOf(event);
  if (verdict === undefined) return { state: tallies, out: undefined };
  const { finding, modelHash, threshold } = event.snapshot;
  const key = JSON.stringify([finding, modelHash, Math.fround(threshold)]);
  const before = tallies.get(key) ?? { point: { finding, modelHash, threshold }, right: 0, wrong: 0 };
  const out = { ...before, [verdict]: before[verdict] + 1 };
  tallies.set(key, out);
  return { state: tallies, out };
}

/** Of those who were reported and looked at, how many had it: the share, and its interval of 95% by Wilson (1927). */
export function livePpv({ right, wrong }: Tally): { readonly value: number; readonly lower95: number; readonly upper95: number } {
  const n = right + wrong;
  const value = right / n;
  const middle = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  return { value, lower95: Math.max(0, middle - half), upper95: Math.min(1, middle + half) };
}

/** Even the upper bound is under the floor, after enough verdicts. */
export function isRefuted(tally: Tally, floor: number): boolean {
  return tally.right + tally.wrong >= VERDICTS_MIN && livePpv(tally).upper95 < floor;
}
