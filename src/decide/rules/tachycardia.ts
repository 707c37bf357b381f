import type { Rule } from './rule.js';

/** Extreme tachycardia: over 140 beats a minute (CinC 2015 alarm definition). */
export const tachycardia: Rule = {
  id: 'rule-tachycardia',
  kind: 'episodic',
  holds: ({ measurements }) => measurements.heartRateBpm !== undefined && measurements.heartRateBpm > 140,
};
