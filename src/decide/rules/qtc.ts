import type { Outcome } from '../../ecg/index.js';
import type { Rule } from './rule.js';
import { WIDE_QRS_MS } from './qrs.js';

const LONG_MS = 500;
const CHANGE_MS = 60;

/** QTc by Fridericia; undefined where it says nothing of repolarisation: a wide or a paced QRS. */
function qtcOf({ measurements: { qtcMs, qrsMs }, gates, pacing }: Outcome): number | undefined {
  return !gates.morphology || pacing === 'paced' || qrsMs === undefined || qrsMs >= WIDE_QRS_MS ? undefined : qtcMs;
}

/** QTc of 500 ms or more (AHA/ACCF statement on torsade de pointes in hospital, Drew 2010). */
export const longQtc: Rule = {
  id: 'rule-long-qtc',
  kind: 'sustained',
  holds: (outcome) => {
    const qtcMs = qtcOf(outcome);
    return qtcMs === undefined ? undefined : qtcMs >= LONG_MS;
  },
};

/** QTc 60 ms or more over the patient's own first hour (Drew 2010). */
export const qtcChange: Rule = {
  id: 'rule-qtc-change',
  kind: 'sustained',
  holds: (outcome, own) => {
    const qtcMs = qtcOf(outcome);
    return qtcMs === undefined || own?.qtcMs === undefined ? undefined : qtcMs - own.qtcMs >= CHANGE_MS;
  },
};
