import { silence } from '../rhythm.js';
import type { BeatRule } from './rule.js';

const SILENCE_S = 4;

/** No beat for 4 s where beats can be counted (CinC 2015 asystole definition). */
export const pause: BeatRule = {
  id: 'rule-pause',
  kind: 'episodic',
  finds: (run) => {
    const found = silence(run, SILENCE_S);
    return found && { what: 'silence', fromS: found[0], toS: found[1], beats: 0 };
  },
};

/** The same while nothing speaks against the signal: a heart that stands still (CinC 2015 asystole definition), not a pause that an artefact may have made. */
export const asystole: BeatRule = {
  id: 'rule-asystole',
  kind: 'episodic',
  finds: (run) => {
    const found = run.soundFromS === undefined ? undefined : silence(run, SILENCE_S, run.soundFromS);
    return found && { what: 'silence', fromS: found[0], toS: found[1], beats: 0 };
  },
};
