import type { Shape } from './shape.js';
import type { Windows } from './windows.js';

/** Below this range over the whole segment nothing but a short circuit or a detached electrode is left (mV). */
const DEAD_RANGE_MV = 0.02;
/** A window within this is flat (mV): noise of skin and amplifier alone is more. */
const FLAT_MV = 0.01;
/** A window so far from the lead's usual level (mV) that moves by a fiftieth of that or less is at a rail: an electrode is off. */
const RAIL_MV = 5;
const RAIL_SPAN_SHARE = 0.02;
/** Less than this is not the end of a converter (mV). */
const CLIPPED_RANGE_MV = 2;
/** A share of samples exactly at the end that lies farther from the usual level: no heart gives so many. */
const CLIPPED_SHARE = 0.02;

/** Nothing moves: a detached electrode, a short circuit, an input at its rail. */
export function isDead({ rangeMv }: Shape): boolean {
  // Written so that a range that is no number is dead too.
  return !(rangeMv >= DEAD_RANGE_MV);
}

/** Windows in which every lead is flat: a pause between beats, or none at all, is no fault of the signal. 1 where it is so. */
export function pausesOf(leads: readonly Windows[]): Uint8Array {
  const pauses = new Uint8Array(leads[0]?.count ?? 0);
  for (let i = 0; i < pauses.length; i++) pauses[i] = leads.every(({ low, high }) => !(high[i] - low[i] >= FLAT_MV)) ? 1 : 0;
  return pauses;
}

/** Time at a rail, and the longest stretch in which this lead alone is flat, at a rail or not there; seconds. */
export interface Stillness {
  readonly saturatedS: number;
  readonly stillS: number;
  /** Windows without any movement, as a share. */
  readonly flatShare: number;
}

export function stillnessOf({ count, windowS, low, high, level }: Windows, { levelMv }: Shape, pauses: Uint8Array): Stillness {
  let [saturated, flat, run, longest] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const span = high[i] - low[i];
    const off = Math.abs(level[i] - levelMv);
    const atRail = off > RAIL_MV && span < RAIL_SPAN_SHARE * off;
    const moves = span >= FLAT_MV && !atRail;
    if (atRail) saturated++;
    if (span < FLAT_MV) flat++;
    run = moves || (pauses[i] === 1 && span === span) ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return { saturatedS: saturated * windowS, stillS: longest * windowS, flatShare: count === 0 ? 1 : flat / count };
}

/** Cut off at the converter's end: too many samples exactly at the highest or lowest, and that far from the usual level. */
export function isClipped(mv: Float32Array, { lowMv, highMv, levelMv, rangeMv }: Shape): boolean {
  if (!(rangeMv > CLIPPED_RANGE_MV)) return false;
  const edge = highMv - levelMv > levelMv - lowMv ? highMv : lowMv;
  let at = 0;
  for (let i = 0; i < mv.length; i++) if (mv[i] === edge) at++;
  return at > CLIPPED_SHARE * mv.length;
}
