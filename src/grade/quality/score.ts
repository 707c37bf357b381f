import type { LeadCheck } from './lead.js';

/**
 * How far a segment is from one that a reader would accept as a twelve-lead ECG: four amounts of trouble, each against its own unit, as the
 * sides of a box whose diagonal is the distance. More of any can only lower the score. Units and limit: training/quality_score.py;
 * docs/signal.md has the figures and says which records chose what.
 */
const UNITS = { stillS: 0.5, hard: Math.log(1 + 6), drift: Math.log(20), range: 3 };
/** At this distance the score is one half. */
const DISTANCE_MAX = 1.7;
/** How fast it falls there. */
const STEEPNESS = 4;

const STILL_MAX_S = 1;
const HARD_MAX_S = 10;
/** Less drift than this is none. */
const DRIFT_MIN_MV = 0.4;
const DRIFT_MAX_MV = 20;
/** A lead of a heart has a range within these (mV). */
const RANGE_MIN_MV = 0.2;
const RANGE_MAX_MV = 15;
/** In the middle of them range is no trouble; twenty times beyond them it is not worse than that. */
const RANGE_INSIDE = Math.log(5);
const RANGE_BEYOND = Math.log(20);

/** What the score is made of, over the declared leads. */
export interface Trouble {
  /** Longest time that a lead alone is off, flat, at a rail or not there, up to one second. */
  readonly stillS: number;
  /** Lead-seconds that are hard or impossible to read, of each lead up to ten. */
  readonly hardS: number;
  /** Highest minus lowest level of a second of the worst lead, mV, up to twenty. */
  readonly driftMv: number;
  /**
   * By how much the widest lead exceeds 15 mV, or the narrowest stays below 0.2 mV, whichever is more, as a natural logarithm, −1.6 to 3:
   * above 0 one is out of bounds.
   */
  readonly range: number;
}

/** Undefined where no lead is declared. */
export function troubleOf(declared: readonly LeadCheck[]): Trouble | undefined {
  if (declared.length === 0) return undefined;
  let [stillS, hardS, driftMv, widest, narrowest] = [0, 0, 0, 0, Infinity];
  for (const { shape, ...check } of declared) {
    const lost = Math.max(check.stillS, check.saturatedS);
    stillS = Math.max(stillS, lost);
    hardS += Math.min(Math.max(lost, shape.hardS), HARD_MAX_S);
    driftMv = Math.max(driftMv, shape.driftMv);
    widest = Math.max(widest, shape.rangeMv);
    narrowest = Math.min(narrowest, shape.rangeMv);
  }
  const range = Math.log(Math.max(widest / RANGE_MAX_MV, RANGE_MIN_MV / narrowest));
  return { stillS: Math.min(stillS, STILL_MAX_S), hardS, driftMv: Math.min(driftMv, DRIFT_MAX_MV), range: Math.min(Math.max(range, -RANGE_INSIDE), RANGE_BEYOND) };
}

/** 0 (worst) to 1 (best). */
export function scoreOf(trouble: Trouble | undefined): number {
  if (trouble === undefined) return 0;
  const { stillS, hardS, driftMv, range } = trouble;
  const hard = Math.log(1 + hardS);
  const drift = Math.log(Math.max(driftMv, DRIFT_MIN_MV) / DRIFT_MIN_MV);
  const distance = Math.hypot(stillS / UNITS.stillS, hard / UNITS.hard, drift / UNITS.drift, (range + RANGE_INSIDE) / UNITS.range);
  return 1 / (1 + Math.exp(STEEPNESS * (distance - DISTANCE_MAX)));
}
