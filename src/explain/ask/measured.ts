import type { Because } from '../because.js';
import { measured } from '../because.js';
import { type Place, placeOf, type Range, RANGES, RR_RANGE } from '../criteria/index.js';
import { segmentOf } from '../say/claimed.js';
import { type AskedFacts, type Found, foundOf, isThere, unsure } from './asked.js';
import { EXTRA_SYSTOLES, type Feature, LISTED_FEATURES, type Noise, NOISES, YES } from './question.js';

/** The frontal axis as PTB-XL names it, by the degree that it begins at: as in the line of free text. */
const AXIS_CODES: readonly { readonly from: number; readonly code: string }[] = [
  { from: 115, code: 'ARAD' },
  { from: 90, code: 'RAD' },
  { from: 5, code: 'MID' },
  { from: -30, code: 'LAD' },
  { from: -90, code: 'ALAD' },
  { from: -180, code: 'ARAD' },
];
/** Findings of the catalogue on the axis. */
const AXIS_FINDINGS: Readonly<Record<string, readonly string[]>> = { 'left-axis-deviation': ['LAD', 'ALAD'], 'right-axis-deviation': ['RAD', 'ARAD'] };

/** What holds of something that is named by one of several words. */
export interface Named {
  readonly answers: readonly string[];
  readonly because: readonly Because[];
}

/** The axis; none: not measured. */
export function axisOf({ asked: facts }: AskedFacts): Named {
  const { axisDeg } = facts.outcome.measurements;
  if (axisDeg === undefined || facts.outcome.grade === 'unusable') return { answers: [], because: [segmentOf(facts)] };
  return { answers: [AXIS_CODES.find(({ from }) => axisDeg >= from)!.code], because: [measured('axisDeg', axisDeg, '°'), segmentOf(facts)] };
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
  const found = leadsWith(noise, facts).filter((lead) => leads.length === 0 || leads.includes(lead));
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
    return count === 0 ? found : { ...found, because: [...found.because, measured(`beats.${beat}`, count, 'beats')] };
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
  qt: { ...RANGES.find(({ id }) => id === 'qtMs')!, normal: () => [350, 450] },
  qtc: RANGES.find(({ id }) => id === 'qtcMs'),
};

/** Where a numeric feature lies; undefined: it was not measured. */
export function placeIn(feature: Feature, { asked: facts }: AskedFacts): { readonly place: Place; readonly because: readonly Because[] } | undefined {
  const range = RANGE_OF[feature];
  const value = range?.of(facts.outcome.measurements);
  if (range === undefined || value === undefined || facts.outcome.grade === 'unusable') return undefined;
  const [low, high] = range.normal(facts.outcome.association.sex);
  return { place: placeOf(value, [low, high]), because: [measured(range.id, value, range.unit), { kind: 'criterion', id: range.id, citation: range.citation, limits: { low, high } }, segmentOf(facts)] };
}

/** Features that lie so; those that were not measured are not among them. */
export function featuresAt(place: Place, facts: AskedFacts): Named {
  const found = LISTED_FEATURES.flatMap((feature) => {
    const at = placeIn(feature, facts);
    return at?.place === place ? [{ feature, because: at.because }] : [];
  });
  return { answers: found.map(({ feature }) => feature), because: found.length === 0 ? [segmentOf(facts.asked)] : found.flatMap(({ because }) => because) };
}
