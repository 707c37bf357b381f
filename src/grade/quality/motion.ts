import type { Shape } from './shape.js';
import type { Windows } from './windows.js';

/** The heart moves no lead so far within 0.2 s, nor its level so far from the usual (mV). */
const BURST_MV = 5;
/** … and where the beats themselves are large, as with a wrong gain, not so many beats' sizes. */
const BURST_BEATS = 4;

/** Time in motion: electrodes pulled, rubbed or knocked; seconds. `beyondBeatsS`: of it, what drowns the lead's own beats. */
export interface Motion {
  readonly burstS: number;
  readonly beyondBeatsS: number;
}

export function motionOf({ count, windowS, low, high, level }: Windows, { levelMv, beatMv }: Shape): Motion {
  let [bursts, beyond] = [0, 0];
  for (let i = 0; i < count; i++) {
    const far = Math.max(high[i] - low[i], Math.abs(level[i] - levelMv));
    if (!(far > BURST_MV)) continue;
    bursts++;
    if (far > BURST_BEATS * beatMv) beyond++;
  }
  return { burstS: bursts * windowS, beyondBeatsS: beyond * windowS };
}
