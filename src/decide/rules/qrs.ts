import type { Rule } from './rule.js';

/** From here on a QRS is wide: complete bundle branch block, in adults (AHA/ACCF/HRS 2009). */
export const WIDE_QRS_MS = 120;
/** So much wider than usual is new, whatever the spread of the measurement. */
const WIDER_MS = 25;
const SHORT_PR_MS = 120;
const PREEXCITED_QRS_MS = 110;

/** Wide QRS. */
export const wideQrs: Rule = {
  id: 'rule-wide-qrs',
  kind: 'sustained',
  holds: ({ measurements: { qrsMs }, pacing }) => (qrsMs === undefined || pacing === 'paced' ? undefined : qrsMs >= WIDE_QRS_MS),
};

/** A wide QRS that the patient's own first hour had not: a new bundle branch block until shown otherwise. */
export const newWideQrs: Rule = {
  id: 'rule-new-wide-qrs',
  kind: 'sustained',
  holds: ({ measurements: { qrsMs }, pacing }, own) => {
    if (qrsMs === undefined || own?.qrsMs === undefined || pacing === 'paced') return undefined;
    return qrsMs >= WIDE_QRS_MS && qrsMs - own.qrsMs >= WIDER_MS;
  },
};

/** Preexcitation (WPW pattern): a short PR before a broad QRS (AHA/ACCF/HRS 2009, without the delta wave, which is not measured). */
export const preexcitation: Rule = {
  id: 'rule-preexcitation',
  kind: 'sustained',
  holds: ({ measurements: { prMs, qrsMs }, pacing }) => (prMs === undefined || qrsMs === undefined || pacing === 'paced' ? undefined : prMs < SHORT_PR_MS && qrsMs >= PREEXCITED_QRS_MS),
};
