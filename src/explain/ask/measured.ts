import type { Because } from '../because.js';
import { measured } from '../because.js';
import { isChild, type Place, placeOf, type Range, RANGES, RR_RANGE, SOURCES } from '../criteria/index.js';
import type { Facts } from '../facts.js';
import { segmentOf } from '../say/claimed.js';
import { type AskedFacts, type Found, foundOf, isThere, unsure } from './asked.js';
import { type EXTRA_SYSTOLES, type Feature, LISTED_FEATURES, NO, type Noise, NOISES, YES } from './question.js';

/** The frontal axis as PTB-XL names it, by the degree that it begins at: as in the line of free text. */
const AXIS_CODES: readonly { readonly from: number; readonly code: string }[] = [
  { from: 115, code: 'ARAD' },
  { from: 90, code: 'RAD' },
  { from: 5, code: 'MID' },
  { from: -30, code: 'LAD' },
  { from: -90, code: 'ALAD' },
  { from: -180, code: 'ARAD' },
];
/** Findings of the catalogue on the axis: beyond −30 and 90 degrees (AHA/ACCF/HRS 2009, part III). PTB-XL's `LAD` is a left axis within these, and no deviation. */
const AXIS_FINDINGS: Readonly<Record<string, readonly string[]>> = { 'left-axis-deviation': ['ALAD'], 'right-axis-deviation': ['RAD', 'ARAD'] };

/** What holds of something that is named by one of several words. */
export interface Named {
  readonly answers: readonly string[];
  readonly because: readonly Because[];
}

/** The axis; none: not measured, or a child's, whose limits are others. */
export function axisOf({ asked: facts }: AskedFacts): Named {
  const { axisDeg } = facts.outcome.measurements;
  if (axisDeg === undefined || facts.outcome.grade === 'unusable') return { answers: [], because: [segmentOf(facts)] };
  if (isChild(facts.outcome.association)) return { answers: [], because: [measured('axisDeg', axisDeg, '°'), ...ageOf(facts), segmentOf(facts)] };
  return { answers: [AXIS_CODES.find(({ from }) => axisDeg >= from)!.code], because: [measured('axisDeg', axisDeg, '°'), segmentOf(facts)] };
}

/** The age that adults' limits are not applied for. */
function ageOf({ outcome: { association } }: Facts): readonly Because[] {
  return association.ageYears === undefined ? [] : [measured('ageYears', association.ageYears, 'years')];
}

export function isAxis(code: string, facts: AskedFacts): Found {
  const { answers, because } = axisOf(facts);
  return answers.length === 0 ? unsure(because) : foundOf((AXIS_FINDINGS[code] ?? [code]).includes(answers[0]), because);
}

/** The engine's reasons against a lead that are noise of each kind. */
const FAULTS: Readonly<Record<Noise, readonly string[]>> = {
  baseline_drift: ['baseline-wander'],
  static_noise: ['high-frequency-noise', 'powerline'],
  burst_noise: ['motion'],
  electrodes_problems: ['lead-off', 'flat', 'gaps', 'saturated', 'limb-leads-contradict', 'copied'],
};

/** Leads with noise of a kind. */
export function leadsWith(noise: Noise, { asked: { outcome } }: AskedFacts): readonly string[] {
  return outcome.leads.filter(({ origin, reasons }) => origin !== 'missing' && reasons.some((reason) => FAULTS[noise].includes(reason))).map(({ lead }) => lead);
}

export function isNoisy(noise: Noise, leads: readonly string[], facts: AskedFacts): Found {
  const { asked } = facts;
  const there = asked.outcome.leads.filter(({ origin }) => origin !== 'missing').map(({ lead }) => lead);
  const found = leadsWith(noise, facts).filter((lead) => leads.length === 0 || leads.includes(lead));
  // Of a lead that is missing nothing is known, and not that it is quiet.
  const missing = leads.filter((lead) => !there.includes(lead));
  if (found.length === 0 && missing.length > 0) return unsure([...missing.map((lead): Because => ({ kind: 'signal', id: 'missing', lead })), segmentOf(asked)]);
  const faults = asked.outcome.leads.filter(({ lead }) => found.includes(lead)).flatMap(({ lead, reasons }) => reasons.map((id): Because => ({ kind: 'signal', id, lead })));
  return foundOf(found.length > 0, [...faults, segmentOf(asked)]);
}

export const noisesIn = (leads: readonly string[], facts: AskedFacts): Named => {
  const found = NOISES.filter((noise) => isNoisy(noise, leads, facts).answer === YES);
  return { answers: found, because: found.length === 0 ? [segmentOf(facts.asked)] : found.flatMap((noise) => isNoisy(noise, leads, facts).because) };
};

/** What extra systoles are answered by: the models' statements, and the beats that were counted. */
const ECTOPY: Readonly<Record<(typeof EXTRA_SYSTOLES)[number], readonly { readonly code: string; readonly kind: 'S' | 'V' }[]>> = {
  VES: [{ code: 'PVC', kind: 'V' }],
  SVES: [{ code: 'PAC', kind: 'S' }],
  ES: [{ code: 'PVC', kind: 'V' }, { code: 'PAC', kind: 'S' }],
};

export function hasExtra(kind: (typeof EXTRA_SYSTOLES)[number], facts: AskedFacts): Found {
  const { outcome } = facts.asked;
  const each = ECTOPY[kind].map(({ code, kind: beat }) => {
    const found = isThere(code, facts);
    const count = outcome.gates.morphology ? (outcome.kinds ?? []).filter((one) => one.kind === beat).length : 0;
    if (count === 0) return found;
    const because = [...found.because, measured(`beats.${beat}`, count, 'beats')];
    // Beats that were counted are no answer where no model speaks, or may speak. Where one says no, ventricular ones speak against it: of early narrow beats the count is as often wrong (fold 8, 5 of 9).
    return found.because.every(({ kind: why }) => why === 'segment') || (found.answer === NO && beat === 'V') ? unsure(because) : { ...found, because };
  });
  return each.find(({ answer }) => answer === YES) ?? each.find(({ answer }) => answer !== YES && answer !== 'no') ?? each[0];
}

const RANGE_OF: Readonly<Record<Feature, Range | undefined>> = {
  rr: RR_RANGE,
  rate: RANGES.find(({ id }) => id === 'heartRateBpm'),
  // No P wave's duration is among the engine's measurements.
  p: undefined,
  pr: RANGES.find(({ id }) => id === 'prMs'),
  qrs: RANGES.find(({ id }) => id === 'qrsMs'),
  qt: { ...RANGES.find(({ id }) => id === 'qtMs')!, normal: () => [350, 450], citation: SOURCES.qtRange },
  qtc: RANGES.find(({ id }) => id === 'qtcMs'),
};

/** Where a numeric feature lies; nowhere: it was not measured, or is a child's, whose ranges are others. */
export function placeIn(feature: Feature, { asked: facts }: AskedFacts): { readonly place?: Place; readonly because: readonly Because[] } {
  const range = RANGE_OF[feature];
  const value = range?.of(facts.outcome.measurements);
  if (range === undefined || value === undefined || facts.outcome.grade === 'unusable') return { because: [segmentOf(facts)] };
  const { association } = facts.outcome;
  if (isChild(association)) return { because: [measured(range.id, value, range.unit), ...ageOf(facts), segmentOf(facts)] };
  const [low, high] = range.normal(association.sex);
  return { place: placeOf(value, [low, high]), because: [measured(range.id, value, range.unit), { kind: 'criterion', id: range.id, citation: range.citation, limits: { low, high } }, segmentOf(facts)] };
}

/** Features that lie so; those that lie nowhere are not among them. */
export function featuresAt(place: Place, facts: AskedFacts): Named & { readonly isUnknown: boolean } {
  const each = LISTED_FEATURES.map((feature) => ({ feature, at: placeIn(feature, facts) }));
  const found = each.filter(({ at }) => at.place === place);
  const why = found.length === 0 ? each : found;
  return { answers: found.map(({ feature }) => feature), because: why.flatMap(({ at }) => at.because), isUnknown: each.every(({ at }) => at.place === undefined) };
}
