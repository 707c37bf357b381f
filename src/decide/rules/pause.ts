import type { Rule } from './rule.js';

/** No beat for 4 s within a segment that is fit for counting beats (CinC 2015 asystole definition). */
export const pause: Rule = {
  id: 'rule-pause',
  kind: 'episodic',
  holds: ({ measurements }) => measurements.longestPauseMs !== undefined && measurements.longestPauseMs >= 4000,
};
