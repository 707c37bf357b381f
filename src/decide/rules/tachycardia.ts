import { stretch } from '../rhythm.js';
import { type BeatRule, HYSTERESIS, longestS, rateOf } from './rule.js';

const BEATS = 17;
const PER_MINUTE = 140;

/** Extreme tachycardia: seventeen beats in a row over 140 a minute (CinC 2015 alarm definition), within the tolerance of a rate. */
export const tachycardia: BeatRule = {
  id: 'rule-tachycardia',
  kind: 'episodic',
  finds: (run) => {
    const found = stretch(run, BEATS, (spanS) => spanS <= longestS(BEATS, PER_MINUTE));
    if (found === undefined) return undefined;
    const [fromS, toS] = found.map((i) => run.beats[i]);
    return { what: 'beats', fromS, toS, beats: BEATS, perMinute: rateOf(BEATS, toS - fromS) };
  },
  nearly: (run) => stretch(run, BEATS, (spanS) => spanS <= longestS(BEATS, PER_MINUTE, HYSTERESIS)) !== undefined,
};
