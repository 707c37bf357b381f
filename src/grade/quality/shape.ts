import { middle } from './middle.js';
import type { Windows } from './windows.js';

/** A second of windows: one beat at least is in most of them, and a stretch between beats too. */
const SECOND = 5;
/** Smaller beats than this are measured as this (mV): a lead may see the heart from the side. */
const BEAT_MIN_MV = 0.1;

export const NOTHING: Shape = { rangeMv: 0, lowMv: 0, highMv: 0, levelMv: 0, excursionMv: 0, driftMv: 0, beatMv: 0, noiseMv: 0, noise: 0 };

/** What a lead looks like as a whole; mV. Zeros where there is no sample. */
export interface Shape {
  /** Highest minus lowest. */
  readonly rangeMv: number;
  readonly lowMv: number;
  readonly highMv: number;
  /** The middle of the windows' levels. */
  readonly levelMv: number;
  /** Highest minus lowest level of a window: drift, steps and slow waves. */
  readonly excursionMv: number;
  /** Highest minus lowest level of a second: drift without the beats. */
  readonly driftMv: number;
  /** Size of a typical beat: of each second the widest window, and of those the middle. */
  readonly beatMv: number;
  /** Noise between beats: of each second the least mean absolute second difference, and of those the middle. */
  readonly noiseMv: number;
  /** `noiseMv` against the beats: white noise alone has about 0.4, an ECG below 0.1. */
  readonly noise: number;
}

export function shapeOf({ count, low, high, level, bend }: Windows): Shape {
  const seconds = Math.max(1, Math.floor(count / SECOND));
  const scratch = new Float64Array(count);
  const floors = new Float64Array(seconds);
  let [lowest, highest, lowestSecond, highestSecond] = [Infinity, -Infinity, Infinity, -Infinity];
  let [min, max, levels, beats, quiets] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (level[i] !== level[i]) continue;
    if (level[i] < lowest) lowest = level[i];
    if (level[i] > highest) highest = level[i];
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
    let counted = 0;
    const end = Math.min(count, (second + 1) * SECOND);
    for (let i = second * SECOND; i < end; i++) {
      if (level[i] !== level[i]) continue;
      if (high[i] - low[i] > widest) widest = high[i] - low[i];
      if (bend[i] < quietest) quietest = bend[i];
      sum += level[i];
      counted++;
    }
    if (counted === 0) continue;
    scratch[beats++] = widest;
    if (quietest < Infinity) floors[quiets++] = quietest;
    lowestSecond = Math.min(lowestSecond, sum / counted);
    highestSecond = Math.max(highestSecond, sum / counted);
  }
  const beatMv = middle(scratch, beats);
  const noiseMv = quiets === 0 ? 0 : middle(floors, quiets);
  return {
    rangeMv: max - min,
    lowMv: min,
    highMv: max,
    levelMv,
    excursionMv: highest - lowest,
    driftMv: highestSecond - lowestSecond,
    beatMv,
    noiseMv,
    noise: noiseMv / Math.max(beatMv, BEAT_MIN_MV),
  };
}
