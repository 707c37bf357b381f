import type { Rule } from './rule.js';

/** Beyond what two rates of the same beats differ by: in health, and with ectopic beats, whose pauses leave the P waves their pace. */
const MORE_P_WAVES = 1.1;
/** A faster ventricle hides the P waves in its T waves. */
const VENTRICLE_MAX_BPM = 100;
const BEATS_MIN = 3;
/** So many ventricular beats among so many others are ectopy: the P waves that they hide are not blocked. */
const MIXED_MIN = 2;

/** Regular P waves that come more often than the QRS complexes do on average: second-degree or complete AV block (ACC/AHA/HRS 2018 on bradycardia). */
export const avBlock: Rule = {
  id: 'rule-av-block',
  kind: 'episodic',
  holds: ({ measurements: { atrialRateBpm, beats }, rateHz, pacing, kinds = [] }) => {
    const ventricular = kinds.filter(({ kind }) => kind === 'V').length;
    const isEctopic = ventricular >= MIXED_MIN && kinds.length - ventricular >= MIXED_MIN;
    if (atrialRateBpm === undefined || beats.length < BEATS_MIN || pacing === 'paced' || isEctopic) return undefined;
    // The mean, not the median that stands for the heart rate: it counts the beats that were dropped.
    const ventricularBpm = (60 * rateHz * (beats.length - 1)) / (beats[beats.length - 1] - beats[0]);
    return ventricularBpm > VENTRICLE_MAX_BPM ? undefined : atrialRateBpm >= MORE_P_WAVES * ventricularBpm;
  },
};
