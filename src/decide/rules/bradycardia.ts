import type { Rule } from './rule.js';

/** Extreme bradycardia: under 40 beats a minute (AHA practice standards, Sandau 2017). */
export const bradycardia: Rule = {
  id: 'rule-bradycardia',
  kind: 'episodic',
  holds: ({ measurements }) => measurements.heartRateBpm !== undefined && measurements.heartRateBpm < 40,
};
