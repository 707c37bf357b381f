import { middle } from './middle.js';
import type { Windows } from './windows.js';

/** A second of windows: one beat at least is in most of them, and a stretch between beats too. */
const SECOND = 5;
/** Smaller beats than this are measured as this (mV): a lead may see the heart from the side. */
const BEAT_MIN_MV = 0.1;

/**
 * A second of a lead is hard to read where its quietest window is noisier, its level moves farther or its widest window is wider than so many
 * beats. In clean records of PTB-XL and LUDB one second in a thousand moves farther, one is wider; hardly one is noisier.
 */
const NOISY_BEATS = 0.12;
const MOVING_BEATS = 1.9;
const WIDE_BEATS = 4.9;
/** A quiet beat: of the seconds' widest windows the one that a fifth of them do not reach, so that motion does not measure itself; this at least (mV). */
const QUIET_SHARE = 0.2;
const QUIET_BEAT_MIN_MV = 0.5;

export const NOTHING: Shape = { rangeMv: 0, lowMv: 0, highMv: 0, levelMv: 0, driftMv: 0, beatMv: 0, noiseMv: 0, noise: 0, hardS: 0 };

/** What a lead looks like as a whole; mV. Zeros where there is no sample. */
export interface Shape {
  /** Highest minus lowest. */
  readonly rangeMv: number;
  readonly lowMv: number;
  readonly highMv: number;
  /** The middle of the windows' levels. */
  readonly levelMv: number;
  /** Highest minus lowest level of a second: drift without the beats. */
  readonly driftMv: number;
  /** Size of a typical beat: of each second the widest window, and of those the middle. */
  readonly beatMv: number;
  /** Noise between beats: of each second the least mean absolute second difference, and of those the middle. */
  readonly noiseMv: number;
  /** `noiseMv` against the beats: white noise alone has about 0.4, an ECG below 0.1. */
  readonly noise: number;
  /** Seconds that are hard to read: noise, steps, swings and spikes between and over the beats. */
  readonly hardS: number;
}

export function shapeOf({ count, windowS, low, high, level, bend }: Windows): Shape {
  const seconds = Math.max(1, Math.floor(count / SECOND));
  const scratch = new Float64Array(count);
  const floors = new Float64Array(seconds);
  // Of each second: width, move and noise, one after the other.
  const bySecond = new Float64Array(3 * seconds);
  let [widestMv, farthestMv, noisiestMv] = [0, 0, 0];
  let [lowestSecond, highestSecond] = [Infinity, -Infinity];
  let [min, max, levels, beats, quiets] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (level[i] !== level[i]) continue;
    if (low[i] < min) min = low[i];
    if (high[i] > max) max = high[i];
    scratch[levels++] = level[i];
  }
  if (levels === 0) return NOTHING;
  const levelMv = middle(scratch, levels);
  for (let second = 0; second < seconds; second++) {
    let widest = -Infinity;
    let quietest = Infinity;
    let sum = 0;
    let [least, most] = [Infinity, -Infinity];
    let counted = 0;
    const end = Math.min(count, (second + 1) * SECOND);
    for (let i = second * SECOND; i < end; i++) {
      if (level[i] !== level[i]) continue;
      if (high[i] - low[i] > widest) widest = high[i] - low[i];
      if (bend[i] < quietest) quietest = bend[i];
      if (level[i] < least) least = level[i];
      if (level[i] > most) most = level[i];
      sum += level[i];
      counted++;
    }
    if (counted === 0) continue;
    const move = most - least;
    const noise = quietest < Infinity ? quietest : 0;
    bySecond[beats] = widest;
    bySecond[seconds + beats] = move;
    bySecond[2 * seconds + beats] = noise;
    if (widest > widestMv) widestMv = widest;
    if (move > farthestMv) farthestMv = move;
    if (noise > noisiestMv) noisiestMv = noise;
    scratch[beats++] = widest;
    if (quietest < Infinity) floors[quiets++] = quietest;
    lowestSecond = Math.min(lowestSecond, sum / counted);
    highestSecond = Math.max(highestSecond, sum / counted);
  }
  const beatMv = middle(scratch, beats);
  const noiseMv = quiets === 0 ? 0 : middle(floors, quiets);
  const noisyMv = NOISY_BEATS * Math.max(beatMv, BEAT_MIN_MV);
  let hard = 0;
  if (noisiestMv > noisyMv || farthestMv > MOVING_BEATS * QUIET_BEAT_MIN_MV || widestMv > WIDE_BEATS * QUIET_BEAT_MIN_MV) {
    const quietMv = Math.max(bySecond.slice(0, beats).sort()[Math.round(QUIET_SHARE * (beats - 1))], QUIET_BEAT_MIN_MV);
    for (let i = 0; i < beats; i++) if (bySecond[2 * seconds + i] > noisyMv || bySecond[seconds + i] > MOVING_BEATS * quietMv || bySecond[i] > WIDE_BEATS * quietMv) hard++;
  }
  return {
    rangeMv: max - min,
    lowMv: min,
    highMv: max,
    levelMv,
    driftMv: highestSecond - lowestSecond,
    beatMv,
    noiseMv,
    noise: noiseMv / Math.max(beatMv, BEAT_MIN_MV),
    hardS: hard * SECOND * windowS,
  };
}
