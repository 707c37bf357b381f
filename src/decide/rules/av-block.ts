import type { Rule } from './rule.js';

/** Beyond what two measured rates of the same beats differ by. */
const MORE_P_WAVES = 1.1;
/** A faster ventricle hides the P waves in its T waves. */
const VENTRICLE_MAX_BPM = 100;

/** Regular P waves that come more often than the QRS complexes: second-degree or complete AV block (ACC/AHA/HRS 2018 on bradycardia). */
export const avBlock: Rule = {
  id: 'rule-av-block',
  kind: 'episodic',
  holds: ({ measurements: { atrialRateBpm, heartRateBpm }, pacing }) => {
    if (atrialRateBpm === undefined || heartRateBpm === undefined || heartRateBpm > VENTRICLE_MAX_BPM || pacing === 'paced') return undefined;
    return atrialRateBpm >= MORE_P_WAVES * heartRateBpm;
  },
};
