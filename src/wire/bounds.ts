import { cutText, fits, type Gap, type LeadState, type Measurements, type Outcome } from '../ecg/index.js';
import { finite, isCarried, soundMeasurements, UINT32_MAX } from './numbers.js';

/*
 * What is written has a bound by construction, well under the broker's default of 1 MiB a record: docs/SPEC.md has the table. Bytes
 * are of UTF-8. Texts that name something are never cut, since two of them could become one: longer ones are refused.
 */

/** Device, encounter, finding, alert: what names something. */
export const ID_MAX_BYTES = 128;
/** device/epoch/first sample. */
const SEGMENT_ID_MAX_BYTES = 176;
/** Bed and unit. */
export const PLACE_MAX_BYTES = 64;
/** A reason of grading, a lead, a placement. */
export const LABEL_MAX_BYTES = 64;
/** Names and hashes of all models together. */
export const MODEL_MAX_BYTES = 512;
export const KNOWN_CONDITIONS_MAX = 256;

const REASONS_MAX = 32;
/** Clock steps of one segment; assembling remembers as many. */
const STEPS_MAX = 64;
/** Changes of gain in one segment; assembling remembers three of a lead. */
const GAIN_CHANGES_MAX = 64;
const RATE_DRIFT_MAX_PPM = 10_000;
const FINDINGS_MAX = 512;
/** The twelve, and the further ones of one segment. */
const LEADS_MAX = 36;
/** Leads with a voltage or an ST level of their own. */
const MEASURED_LEADS_MAX = 16;
/** Five a second and lead would be 300 beats a minute. */
const BEATS_MAX = 200;
/** Unobserved stretches of one segment; with their margins no more find room. */
const UNOBSERVED_MAX = 64;
/** Chunks of one segment. */
const OFFSETS_MAX = 2048;

const GAPS_MAX = 64;
const GAPS_APART_MIN_MS = 20;

export const isId = (text: string): boolean => text !== '' && fits(text, ID_MAX_BYTES);
export const isSegmentId = (text: string): boolean => fits(text, SEGMENT_ID_MAX_BYTES);

/** Finding ids, each once; what is too long to be one is left out. */
export function boundedConditions(ids: readonly string[]): string[] {
  return [...new Set(ids.filter(isId))].slice(0, KNOWN_CONDITIONS_MAX);
}

/** The outcome as it is written and read: every list and text within its bound, and every number one. What is none is left out: in a state that is kept as JSON it would be null. */
export function boundedOutcome(outcome: Outcome): Outcome {
  const { association, source, steps, findings, leads } = outcome;
  const { bed, unit } = association;
  return {
    ...outcome,
    brokerUncertaintyMs: Math.min(Math.max(Math.round(outcome.brokerUncertaintyMs), 0), UINT32_MAX),
    signalQuality: finite(outcome.signalQuality) ?? 0,
    steps: steps.filter(isCarried).slice(-STEPS_MAX),
    ...boundedStream(outcome),
    reasons: labels(outcome.reasons),
    leads: leads.slice(0, LEADS_MAX).map(boundedLead),
    measurements: boundedMeasurements(outcome.measurements),
    ...(outcome.unobserved !== undefined && { unobserved: boundedUnobserved(outcome.unobserved) }),
    ...(outcome.kinds !== undefined && { kinds: outcome.kinds.slice(0, BEATS_MAX).map(({ kind, confidence }) => ({ kind, confidence: Math.min(Math.max(finite(confidence) ?? 0, 0), 1) })) }),
    findings: findings.filter(({ id, probability }) => isId(id) && probability >= 0 && probability <= 1).slice(0, FINDINGS_MAX),
    model: cutText(outcome.model, MODEL_MAX_BYTES),
    modelHash: cutText(outcome.modelHash, MODEL_MAX_BYTES),
    placement: cutText(outcome.placement, LABEL_MAX_BYTES),
    source: source.offsets.length <= OFFSETS_MAX ? source : { ...source, offsets: source.offsets.slice(0, OFFSETS_MAX) },
    highpassHz: finite(outcome.highpassHz),
    lowpassHz: finite(outcome.lowpassHz),
    association: { ...association, accelerated: finite(association.accelerated), bed: place(bed), unit: place(unit), knownConditions: boundedConditions(association.knownConditions) },
  };
}

/** What is said of how the device sends. */
function boundedStream({ rateDriftPpm, gainChanges }: Outcome): Pick<Outcome, 'rateDriftPpm' | 'gainChanges'> {
  const drift = finite(rateDriftPpm);
  return {
    rateDriftPpm: drift && Math.max(-RATE_DRIFT_MAX_PPM, Math.min(RATE_DRIFT_MAX_PPM, drift)),
    ...(gainChanges !== undefined && { gainChanges: gainChanges.filter(isCarried).slice(0, GAIN_CHANGES_MAX).map((change) => ({ ...change, lead: cutText(change.lead, LABEL_MAX_BYTES) })) }),
  };
}

/** A bed or a unit, cut where it is too long. */
export function place(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : cutText(text, PLACE_MAX_BYTES);
}

export const labels = (texts: readonly string[]): string[] => texts.slice(0, REASONS_MAX).map((text) => cutText(text, LABEL_MAX_BYTES));

function boundedLead({ lead, origin, reasons, gaps, gapsOmitted = 0 }: LeadState): LeadState {
  const listed = boundedGaps(gaps.filter(isCarried));
  const omitted = gapsOmitted + listed.omitted;
  return { lead: cutText(lead, LABEL_MAX_BYTES), origin, reasons: labels(reasons), gaps: listed.gaps, ...(omitted > 0 && { gapsOmitted: omitted }) };
}

/** Where there are too many, neighbours that hardly any samples part are one; of what is left, the longest are listed. */
function boundedGaps(gaps: readonly Gap[]): { readonly gaps: readonly Gap[]; readonly omitted: number } {
  if (gaps.length <= GAPS_MAX) return { gaps, omitted: 0 };
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const gap of gaps) {
    const last = merged.at(-1);
    if (last !== undefined && gap.fromMs - last.toMs < GAPS_APART_MIN_MS) last.toMs = Math.max(last.toMs, gap.toMs);
    else merged.push({ ...gap });
  }
  if (merged.length <= GAPS_MAX) return { gaps: merged, omitted: 0 };
  const longest = [...merged].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, GAPS_MAX);
  return { gaps: longest.sort((a, b) => a.fromMs - b.fromMs), omitted: merged.length - GAPS_MAX };
}

/** Too many become one, from the first to the last: none of what is unobserved is then taken for observed. */
function boundedUnobserved(unobserved: readonly Gap[]): readonly Gap[] {
  const carried = unobserved.filter(isCarried);
  if (carried.length <= UNOBSERVED_MAX) return carried;
  return [{ fromMs: Math.min(...carried.map(({ fromMs }) => fromMs)), toMs: Math.max(...carried.map(({ toMs }) => toMs)) }];
}

function boundedMeasurements(measurements: Measurements): Measurements {
  const { beats, voltages, st, ...numbers } = soundMeasurements(measurements);
  const named = <Of extends { readonly lead: string }>(of: readonly Of[]) => of.slice(0, MEASURED_LEADS_MAX).map((one) => ({ ...one, lead: cutText(one.lead, LABEL_MAX_BYTES) }));
  return { ...numbers, beats: beats.slice(0, BEATS_MAX), voltages: named(voltages), st: named(st) };
}
