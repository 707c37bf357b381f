import { silence } from '../rhythm.js';
import type { BeatRule } from './rule.js';

const PAUSE_S = 4;

/** No beat for 4 s where beats can be counted (CinC 2015 asystole definition). */
export const pause: BeatRule = {
  id: 'rule-pause',
  kind: 'episodic',
  begins: (run) => silence(run, PAUSE_S),
};
