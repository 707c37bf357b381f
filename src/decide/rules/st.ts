import type { Association, Outcome, Voltage } from '../../ecg/index.js';
import type { Baseline } from '../baseline.js';
import { inTwo, NEIGHBOURS } from './neighbours.js';
import type { Rule } from './rule.js';
import { WIDE_QRS_MS } from './qrs.js';

/**
 * At J + 60 ms, where it is read here, the upslope of a healthy ST adds some to what the Fourth Universal Definition of Myocardial Infarction (2018) asks
 * for at the J point: 0.1 mV, and in V2 and V3 by sex and age.
 */
const UPSLOPE_MV = 0.05;
const ELEVATION_ELSEWHERE_MV = 0.1 + UPSLOPE_MV;
const YOUNG_YEARS = 40;

/** In V2 and V3: a woman 0.15 mV, a man of forty or more 0.2, a younger one 0.25; 0.2 where it is not known. */
function chestElevationMv({ sex, ageYears }: Association): number {
  if (sex === 'female') return 0.15 + UPSLOPE_MV;
  return (sex === 'male' && ageYears !== undefined && ageYears < YOUNG_YEARS ? 0.25 : 0.2) + UPSLOPE_MV;
}

const CHANGE_MV = 0.1;
/** Faster, ST and T run into each other at J + 60 ms. */
const RATE_MAX_BPM = 120;

/** SV1 + RV5 or RV6: left ventricular hypertrophy by voltage (Sokolow and Lyon 1949). */
const HYPERTROPHY_MV = 3.5;
/** With it ST rises opposite to a deep S; what is ischaemia rises by more than this share of the QRS (Armstrong 2012). */
const SHARE_OF_QRS = 0.25;
const RIGHT_CHEST = ['V1', 'V2', 'V3'];

/** In these leads an elevation has to be so high beside a hypertrophy, mV; empty: there is none by voltage, or it cannot be measured. */
function besideHypertrophyMv(voltages: readonly Voltage[]): ReadonlyMap<string, number> {
  const by = new Map(voltages.map((one) => [one.lead, one]));
  const tallest = Math.max(by.get('V5')?.rMv ?? 0, by.get('V6')?.rMv ?? 0);
  if (tallest - (by.get('V1')?.sMv ?? 0) < HYPERTROPHY_MV) return new Map();
  return new Map(RIGHT_CHEST.flatMap((lead) => (by.has(lead) ? [[lead, SHARE_OF_QRS * (by.get(lead)!.rMv - by.get(lead)!.sMv)]] : [])));
}

/** ST levels by lead, and from where on each is elevated. */
interface Levels {
  readonly mv: ReadonlyMap<string, number>;
  readonly leastMv: (lead: string) => number;
}

/** Does the device's own band leave ST as it is (AHA/ACCF/HRS 2007)? */
export function carriesSt({ highpassHz, phase }: Pick<Outcome, 'highpassHz' | 'phase'>): boolean {
  return highpassHz === undefined || highpassHz <= 0.05 || (phase === 'zero' && highpassHz <= 0.67);
}

/** Undefined where they mean nothing: rate, a wide QRS, pacing, or what the device did to the signal. */
function levels(outcome: Outcome): Levels | undefined {
  const { measurements, gates, pacing, placement, association } = outcome;
  const { st, qrsMs, heartRateBpm } = measurements;
  if (!gates.morphology || pacing === 'paced' || placement === 'easi' || !carriesSt(outcome)) return undefined;
  if (st.length === 0 || qrsMs === undefined || qrsMs >= WIDE_QRS_MS || heartRateBpm === undefined || heartRateBpm > RATE_MAX_BPM) return undefined;
  const chestMv = chestElevationMv(association);
  const hypertrophyMv = besideHypertrophyMv(measurements.voltages);
  const leastMv = (lead: string) => Math.max(lead === 'V2' || lead === 'V3' ? chestMv : ELEVATION_ELSEWHERE_MV, hypertrophyMv.get(lead) ?? 0);
  return { mv: new Map(st.map(({ lead, mv }) => [lead, mv])), leastMv };
}

const isElevatedIn = ({ mv, leastMv }: Levels, lead: string): boolean => (mv.get(lead) ?? 0) >= leastMv(lead);
const isElevated = (of: Levels): boolean => inTwo((lead) => isElevatedIn(of, lead));

/** Sides of the heart that look at each other: an injury current that lifts ST in one lowers it in the other (AHA/ACCF/HRS 2009, part VI). */
const OPPOSITE: readonly { readonly side: readonly string[]; readonly opposite: readonly string[] }[] = [
  { side: ['II', 'III', 'aVF'], opposite: ['I', 'aVL'] },
  { side: ['I', 'aVL', 'V5', 'V6'], opposite: ['III', 'aVF', 'V1'] },
  { side: ['V1', 'V2', 'V3', 'V4'], opposite: ['II', 'III', 'aVF'] },
];
const RECIPROCAL_MV = -0.05;

function hasReciprocal(of: Levels): boolean {
  return OPPOSITE.some(({ side, opposite }) => {
    const isThere = NEIGHBOURS.some((pair) => pair.every((lead) => side.includes(lead) && isElevatedIn(of, lead)));
    return isThere && opposite.some((lead) => (of.mv.get(lead) ?? 0) <= RECIPROCAL_MV);
  });
}

/**
 * ST elevation in two neighbouring leads with depression on the other side, which early repolarisation and pericarditis do not have. Band and phase as
 * AHA/ACCF/HRS 2007 wants them: from 0.05 Hz, or 0.67 Hz without phase shift.
 */
export const stElevation: Rule = {
  id: 'rule-st-elevation',
  kind: 'sustained',
  holds: (outcome) => {
    const of = levels(outcome);
    return of && isElevated(of) && hasReciprocal(of);
  },
};

/** ST elevation in two neighbouring leads, whatever the others show. */
export const stElevationAlone: Rule = {
  id: 'rule-st-elevation-alone',
  kind: 'sustained',
  holds: (outcome) => {
    const of = levels(outcome);
    return of && isElevated(of);
  },
};

/** ST 0.1 mV away from the patient's own first hour, the same way in two neighbouring leads (AHA practice standards, Sandau 2017): an elevation that was there may grow. */
export const stChange: Rule = {
  id: 'rule-st-change',
  kind: 'sustained',
  holds: (outcome, own: Baseline | undefined) => {
    const of = levels(outcome);
    if (of === undefined || own === undefined) return undefined;
    const change = (lead: string): number => {
      const [now, usual] = [of.mv.get(lead), own.stMv[lead]];
      return now === undefined || usual === undefined ? 0 : now - usual;
    };
    return inTwo((lead) => change(lead) >= CHANGE_MV) || inTwo((lead) => change(lead) <= -CHANGE_MV);
  },
};
