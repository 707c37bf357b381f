import { stretch } from '../rhythm.js';
import type { BeatRule } from './rule.js';

const BEATS = 17;
const PER_MINUTE = 140;

/** Extreme tachycardia: seventeen beats in a row over 140 a minute (CinC 2015 alarm definition). */
export const tachycardia: BeatRule = {
  id: 'rule-tachycardia',
  kind: 'episodic',
  begins: (run) => stretch(run, BEATS, (spanS) => spanS < ((BEATS - 1) * 60) / PER_MINUTE),
};
