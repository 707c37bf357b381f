import type { Outcome } from '../../ecg/index.js';
import type { Baseline } from '../baseline.js';
import type { Rule } from './rule.js';
import { WIDE_QRS_MS } from './qrs.js';

/** Leads that look at the heart from neighbouring sides. */
const NEIGHBOURS = [['aVL', 'I'], ['II', 'aVF'], ['aVF', 'III'], ['II', 'III'], ['V1', 'V2'], ['V2', 'V3'], ['V3', 'V4'], ['V4', 'V5'], ['V5', 'V6']] as const;
/**
 * In V2 and V3 a man of forty or more has to show 0.2 mV at the J point, in other leads 0.1 mV (Fourth Universal Definition of Myocardial
 * Infarction 2018). At J + 60 ms, where it is read here, the upslope of a healthy ST adds some: 0.05 mV more is asked for.
 */
const UPSLOPE_MV = 0.05;
const ELEVATION_MV: Readonly<Record<string, number>> = { V2: 0.2 + UPSLOPE_MV, V3: 0.2 + UPSLOPE_MV };
const ELEVATION_ELSEWHERE_MV = 0.1 + UPSLOPE_MV;
const CHANGE_MV = 0.1;
/** Faster, ST and T run into each other at J + 60 ms. */
const RATE_MAX_BPM = 120;

/** ST levels by lead; undefined where they mean nothing: rate, a wide QRS, pacing, or what the device did to the signal. */
function levels({ measurements, gates, pacing, placement, highpassHz, phase }: Outcome): ReadonlyMap<string, number> | undefined {
  const { st, qrsMs, heartRateBpm } = measurements;
  const isCarried = highpassHz === undefined || highpassHz <= 0.05 || (phase === 'zero' && highpassHz <= 0.67);
  if (!gates.morphology || pacing === 'paced' || placement === 'easi' || !isCarried) return undefined;
  if (st.length === 0 || qrsMs === undefined || qrsMs >= WIDE_QRS_MS || heartRateBpm === undefined || heartRateBpm > RATE_MAX_BPM) return undefined;
  return new Map(st.map(({ lead, mv }) => [lead, mv]));
}

const inTwo = (isIt: (lead: string) => boolean): boolean => NEIGHBOURS.some((pair) => pair.every(isIt));

function isElevated(of: ReadonlyMap<string, number>): boolean {
  return inTwo((lead) => (of.get(lead) ?? 0) >= (ELEVATION_MV[lead] ?? ELEVATION_ELSEWHERE_MV));
}

/**
 * ST elevation in two neighbouring leads. Band and phase as AHA/ACCF/HRS 2007 wants them: from 0.05 Hz, or 0.67 Hz without phase shift.
 */
export const stElevation: Rule = {
  id: 'rule-st-elevation',
  kind: 'sustained',
  holds: (outcome) => {
    const of = levels(outcome);
    return of && isElevated(of);
  },
};

/** ST 0.1 mV away from the patient's own first hour, the same way in two neighbouring leads (AHA practice standards, Sandau 2017); an elevation has its own rule. */
export const stChange: Rule = {
  id: 'rule-st-change',
  kind: 'sustained',
  holds: (outcome, own: Baseline | undefined) => {
    const of = levels(outcome);
    if (of === undefined || own === undefined) return undefined;
    const change = (lead: string): number => {
      const [now, usual] = [of.get(lead), own.stMv[lead]];
      return now === undefined || usual === undefined ? 0 : now - usual;
    };
    if (isElevated(of)) return false;
    return inTwo((lead) => change(lead) >= CHANGE_MV) || inTwo((lead) => change(lead) <= -CHANGE_MV);
  },
};
