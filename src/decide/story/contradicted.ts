import type { Measurements, Outcome } from '../../ecg/index.js';
import { inTwo, NEIGHBOURS } from '../rules/neighbours.js';
import { carriesSt } from '../rules/st.js';

type Band = Pick<Outcome, 'highpassHz' | 'phase'>;

/** A finding that a measurement of the same segment rules out. */
export interface Contradiction {
  readonly findings: readonly string[];
  /** Undefined: not measured, so nothing is ruled out. */
  readonly isRuledOut: (measured: Measurements, band: Band) => boolean | undefined;
  /** What the finding is by definition; limits are that, less what the measurement may be off. */
  readonly source: string;
}

const BRADYCARDIA = 'ACC/AHA/HRS 2018 guideline on bradycardia and conduction delay (Kusumoto et al.)';
const SUPRAVENTRICULAR = 'ACC/AHA/HRS 2015 guideline on supraventricular tachycardia (Page et al.)';
const CONDUCTION = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part III (Surawicz et al.)';
const REPOLARISATION = 'AHA/ACCF/HRS 2009 recommendations on the ECG, part IV (Rautaharju et al.)';

const below = (value: number | undefined, limit: number): boolean | undefined => (value === undefined ? undefined : value < limit);
const above = (value: number | undefined, limit: number): boolean | undefined => (value === undefined ? undefined : value > limit);

/** mV, peak to peak; low is under 0.5 in every limb lead. */
const LIMB_MV = 0.7;
const LIMB = new Set(['I', 'II', 'III', 'aVR', 'aVL', 'aVF']);

/** 0.1 mV by definition. */
const ELEVATED_MV = 0.07;
/** Of an infarction of the posterior wall, which no lead looks at. */
const POSTERIOR = ['V1', 'V2', 'V3'];
const POSTERIOR_MV = -0.05;

/** No elevation in two neighbouring leads, and no depression over the posterior wall. Undefined: not every lead was measured, or the device's band moves ST. */
function isWithoutElevation({ st }: Measurements, band: Band): boolean | undefined {
  if (!carriesSt(band)) return undefined;
  const of = new Map(st.map(({ lead, mv }) => [lead, mv]));
  if (NEIGHBOURS.flat().some((lead) => !of.has(lead))) return undefined;
  return !inTwo((lead) => (of.get(lead) ?? 0) >= ELEVATED_MV) && !POSTERIOR.some((lead) => (of.get(lead) ?? 0) <= POSTERIOR_MV);
}

export const CONTRADICTIONS: readonly Contradiction[] = [
  { findings: ['supraventricular-tachycardia', 'sinus-tachycardia', 'ventricular-tachycardia'], isRuledOut: ({ heartRateBpm }) => below(heartRateBpm, 90), source: `${SUPRAVENTRICULAR}: over 100 a minute` },
  { findings: ['sinus-bradycardia'], isRuledOut: ({ heartRateBpm }) => above(heartRateBpm, 65), source: `under 60 a minute, as recordings are labelled; ${BRADYCARDIA} has 50` },
  { findings: ['ventricular-escape-rhythm', 'complete-av-block'], isRuledOut: ({ heartRateBpm }) => above(heartRateBpm, 110), source: `${BRADYCARDIA}: escape rhythms are slow` },
  { findings: ['first-degree-av-block'], isRuledOut: ({ prMs }) => below(prMs, 180), source: `${BRADYCARDIA}: PR over 200 ms` },
  { findings: ['ventricular-preexcitation'], isRuledOut: ({ prMs }) => above(prMs, 150), source: `${CONDUCTION}: PR under 120 ms` },
  { findings: ['left-bundle-branch-block', 'right-bundle-branch-block'], isRuledOut: ({ qrsMs }) => below(qrsMs, 105), source: `${CONDUCTION}: QRS of 120 ms or more` },
  { findings: ['left-anterior-fascicular-block'], isRuledOut: ({ axisDeg }) => above(axisDeg, -15), source: `${CONDUCTION}: axis from -45 to -90 degrees` },
  { findings: ['left-posterior-fascicular-block'], isRuledOut: ({ axisDeg }) => (axisDeg === undefined ? undefined : axisDeg > -90 && axisDeg < 60), source: `${CONDUCTION}: axis from 90 to 180 degrees` },
  { findings: ['prolonged-qt'], isRuledOut: ({ qtcMs }) => below(qtcMs, 420), source: `${REPOLARISATION}: QTc of 450 ms (men), 460 ms (women) or more` },
  {
    findings: ['low-qrs-voltage'],
    isRuledOut: ({ voltages }) => (voltages.length === 0 ? undefined : voltages.some(({ lead, rMv, sMv }) => LIMB.has(lead) && rMv - Math.min(0, sMv) > LIMB_MV)),
    source: 'Madias 2008: under 0.5 mV in all limb leads',
  },
  { findings: ['stemi'], isRuledOut: isWithoutElevation, source: 'Fourth Universal Definition of Myocardial Infarction 2018: 0.1 mV in two neighbouring leads, or depression in V1 to V3' },
  { findings: ['ventricular-bigeminy-or-trigeminy'], isRuledOut: ({ rrCv }) => below(rrCv, 0.04), source: 'a premature beat in two or three: the rhythm cannot be regular' },
];

const BY_FINDING = new Map<string, Contradiction[]>();
for (const one of CONTRADICTIONS) for (const finding of one.findings) BY_FINDING.set(finding, [...(BY_FINDING.get(finding) ?? []), one]);

/** Is the finding ruled out by what was measured? */
export function isContradicted(finding: string, { measurements, ...band }: Pick<Outcome, 'measurements'> & Band): boolean {
  return BY_FINDING.get(finding)?.some(({ isRuledOut }) => isRuledOut(measurements, band) === true) ?? false;
}
