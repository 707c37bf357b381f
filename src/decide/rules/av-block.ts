import type { Rule } from './rule.js';

/** Beyond what two rates of the same beats differ by: in health, and with ectopic beats, whose pauses leave the P waves their pace. */
const MORE_P_WAVES = 1.1;
/** A faster ventricle hides the P waves in its T waves. */
const VENTRICLE_MAX_BPM = 100;
const BEATS_MIN = 3;
/** So many early ventricular beats are ectopy: the P waves that they hide are not blocked. Escape beats come late. */
const ECTOPIC_MIN = 2;
/** Of the mean interval. */
const EARLY = 0.9;

/** Regular P waves that come more often than the QRS complexes do on average: second-degree or complete AV block (ACC/AHA/HRS 2018 on bradycardia). */
export const avBlock: Rule = {
  id: 'rule-av-block',
  kind: 'episodic',
  holds: ({ measurements: { atrialRateBpm, beats }, rateHz, pacing, kinds = [] }) => {
    if (atrialRateBpm === undefined || beats.length < BEATS_MIN || pacing === 'paced') return undefined;
    // The mean, not the median that stands for the heart rate: it counts the beats that were dropped.
    const interval = (beats[beats.length - 1] - beats[0]) / (beats.length - 1);
    const ectopic = kinds.filter(({ kind }, i) => kind === 'V' && i > 0 && beats[i] - beats[i - 1] < EARLY * interval);
    if (ectopic.length >= ECTOPIC_MIN) return undefined;
    const ventricularBpm = (60 * rateHz) / interval;
    return ventricularBpm > VENTRICLE_MAX_BPM ? undefined : atrialRateBpm >= MORE_P_WAVES * ventricularBpm;
  },
};
