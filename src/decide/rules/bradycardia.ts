import { stretch } from '../rhythm.js';
import type { BeatRule } from './rule.js';

const BEATS = 5;
const PER_MINUTE = 40;

/** Extreme bradycardia: five beats in a row under 40 a minute (CinC 2015 alarm definition). */
export const bradycardia: BeatRule = {
  id: 'rule-bradycardia',
  kind: 'episodic',
  begins: (run) => stretch(run, BEATS, (spanS) => spanS > ((BEATS - 1) * 60) / PER_MINUTE),
};
