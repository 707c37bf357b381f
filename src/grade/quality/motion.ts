import type { Shape } from './shape.js';
import type { Windows } from './windows.js';

/** The heart moves no lead so far within 0.2 s, nor its level so far from the usual (mV) … */
const BURST_MV = 5;
/** … unless its beats are that large, by hypertrophy or a wrong gain: so many of them. */
const BURST_BEATS = 2;

/** Time in which electrodes are pulled, rubbed or knocked, seconds. */
export function burstsOf({ count, windowS, low, high, level }: Windows, { levelMv, beatMv }: Shape): number {
  const limit = Math.max(BURST_MV, BURST_BEATS * beatMv);
  let bursts = 0;
  for (let i = 0; i < count; i++) if (high[i] - low[i] > limit || Math.abs(level[i] - levelMv) > limit) bursts++;
  return bursts * windowS;
}
