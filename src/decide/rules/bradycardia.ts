import { stretch } from '../rhythm.js';
import { type BeatRule, HYSTERESIS, rateOf, shortestS } from './rule.js';

const BEATS = 5;
const PER_MINUTE = 40;

/** Extreme bradycardia: five beats in a row under 40 a minute (CinC 2015 alarm definition), within the tolerance of a rate. */
export const bradycardia: BeatRule = {
  id: 'rule-bradycardia',
  kind: 'episodic',
  finds: (run) => {
    const found = stretch(run, BEATS, (spanS) => spanS >= shortestS(BEATS, PER_MINUTE));
    if (found === undefined) return undefined;
    const [fromS, toS] = found.map((i) => run.beats[i]);
    return { what: 'beats', fromS, toS, beats: BEATS, perMinute: rateOf(BEATS, toS - fromS) };
  },
  nearly: (run) => stretch(run, BEATS, (spanS) => spanS >= shortestS(BEATS, PER_MINUTE, HYSTERESIS)) !== undefined,
};
