import { middle } from './middle.js';
import type { Windows } from './windows.js';

/** A second of windows: one beat at least lies in most of them, and a stretch between beats too. */
const SECOND = 5;
/** Smaller beats than this are measured as this (mV): a lead may see the heart from the side. */
const BEAT_MIN_MV = 0.03;

/** What a lead looks like as a whole; mV. Zeros where there is no sample. */
export interface Shape {
  /** Highest minus lowest. */
  readonly rangeMv: number;
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

export function shapeOf({ count, span, level, bend, low, high, presence }: Windows): Shape {
  if (presence === 0) return { rangeMv: 0, levelMv: 0, excursionMv: 0, driftMv: 0, beatMv: 0, noiseMv: 0, noise: 0 };
  const seconds = Math.max(1, Math.floor(count / SECOND));
  const scratch = new Float64Array(count);
  const floors = new Float64Array(seconds);
  let [lowest, highest, lowestSecond, highestSecond] = [Infinity, -Infinity, Infinity, -Infinity];
  let [levels, beats, quiets] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (level[i] !== level[i]) continue;
    if (level[i] < lowest) lowest = level[i];
    if (level[i] > highest) highest = level[i];
    scratch[levels++] = level[i];
  }
  const levelMv = middle(scratch, levels);
  for (let second = 0; second < seconds; second++) {
    let [widest, quietest, sum, told] = [-Infinity, Infinity, 0, 0];
    const end = Math.min(count, (second + 1) * SECOND);
    for (let i = second * SECOND; i < end; i++) {
      if (level[i] !== level[i]) continue;
      if (span[i] > widest) widest = span[i];
      if (bend[i] < quietest) quietest = bend[i];
      sum += level[i];
      told++;
    }
    if (told === 0) continue;
    scratch[beats++] = widest;
    if (quietest < Infinity) floors[quiets++] = quietest;
    lowestSecond = Math.min(lowestSecond, sum / told);
    highestSecond = Math.max(highestSecond, sum / told);
  }
  const beatMv = beats === 0 ? 0 : middle(scratch, beats);
  const noiseMv = quiets === 0 ? 0 : middle(floors, quiets);
  return {
    rangeMv: high - low,
    levelMv: levels === 0 ? 0 : levelMv,
    excursionMv: levels === 0 ? 0 : highest - lowest,
    driftMv: beats === 0 ? 0 : highestSecond - lowestSecond,
    beatMv,
    noiseMv,
    noise: noiseMv / Math.max(beatMv, BEAT_MIN_MV),
  };
}
