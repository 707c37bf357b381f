import type { Shape } from './shape.js';
import type { Windows } from './windows.js';

/** Below this range over the whole segment nothing but a short circuit or a detached electrode is left (mV). */
const DEAD_RANGE_MV = 0.02;
/** A window within this is flat (mV): noise of skin and amplifier alone is more. */
const FLAT_MV = 0.01;
/** A lead that holds exactly one value for so long (s) shows what it was fed last, or zeros, and no signal: noise is in every other. */
const HELD_S = 1;
/** A window wider than this holds more than noise (mV). */
const MOVES_MV = 0.05;
/** A window so far from the lead's usual level (mV) that moves by a fiftieth of that or less is at a rail: an electrode is off. */
const RAIL_MV = 5;
const RAIL_SPAN_SHARE = 0.02;
/** Less than this is not the end of a converter (mV). */
const CLIPPED_RANGE_MV = 4;
/** A share of samples exactly at the end that lies farther from the usual level: no heart gives so many. */
const CLIPPED_SHARE = 0.02;

/** Nothing moves: a detached electrode, a short circuit, an input at its rail. */
export function isDead({ rangeMv }: Shape): boolean {
  // Written so that a range that is no number is dead too.
  return !(rangeMv >= DEAD_RANGE_MV);
}

/** Windows in which some lead moves as only a heart, a hand or a cable moves it: 1 where it is so. */
export function movesOf(leads: readonly Windows[]): Uint8Array {
  const moves = new Uint8Array(leads[0]?.count ?? 0);
  for (const { low, high } of leads) for (let i = 0; i < moves.length; i++) if (high[i] - low[i] > MOVES_MV) moves[i] = 1;
  return moves;
}

export interface Stillness {
  /** At a rail, seconds. */
  readonly railS: number;
  /**
   * The longest stretch in which this lead is flat while others move, or is not there, seconds: from the first such window to the last.
   * A pause between beats, or no beat at all, is no fault of the signal: then no lead moves.
   */
  readonly stillS: number;
  /** Windows in which it holds exactly one value, for a second or more, or is at a rail: 1 where it is so. Undefined: in none. */
  readonly stuck?: Uint8Array;
  /** How long that is in all, seconds. */
  readonly stuckS: number;
}

export function stillnessOf(windows: Windows, { levelMv }: Shape, moves: Uint8Array): Stillness {
  const { count, windowS, low, high, level } = windows;
  let stuck = heldIn(windows);
  let rails = 0;
  let stuckWindows = 0;
  let longest = 0;
  let since = -1;
  for (let i = 0; i < count; i++) {
    const span = high[i] - low[i];
    const off = Math.abs(level[i] - levelMv);
    const atRail = off > RAIL_MV && span < RAIL_SPAN_SHARE * off;
    if (atRail) {
      rails++;
      stuck ??= new Uint8Array(count);
      stuck[i] = 1;
    }
    const isStuck = stuck !== undefined && stuck[i] === 1;
    if (isStuck) stuckWindows++;
    if (span >= FLAT_MV && !atRail) since = -1;
    else if (span !== span || isStuck || moves[i] === 1) {
      if (since < 0) since = i;
      longest = Math.max(longest, i + 1 - since);
    }
  }
  return { railS: rails * windowS, stillS: longest * windowS, stuck, stuckS: stuckWindows * windowS };
}

/** Windows in a row of exactly one value, a second of them or more; undefined: there are none. */
function heldIn({ count, windowS, low, high }: Windows): Uint8Array | undefined {
  let held: Uint8Array | undefined;
  for (let from = 0, to = 0; from < count; from = to) {
    to = from + 1;
    if (high[from] !== low[from]) continue;
    while (to < count && low[to] === low[from] && high[to] === low[from]) to++;
    if ((to - from) * windowS >= HELD_S) (held ??= new Uint8Array(count)).fill(1, from, to);
  }
  return held;
}

/**
 * Share of the samples that are cut off at the converter's end: exactly at the highest or lowest, whichever lies farther from the usual
 * level. 0 where no more are there than a heart gives.
 */
export function clippedShare(mv: Float32Array, { lowMv, highMv, levelMv, rangeMv }: Shape): number {
  if (!(rangeMv > CLIPPED_RANGE_MV)) return 0;
  const edge = highMv - levelMv > levelMv - lowMv ? highMv : lowMv;
  let at = 0;
  for (let i = 0; i < mv.length; i++) if (mv[i] === edge) at++;
  return at > CLIPPED_SHARE * mv.length ? at / mv.length : 0;
}
