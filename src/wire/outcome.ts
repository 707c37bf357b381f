import { BEAT_KINDS, type Departure, type Gates, type GapRun, type Grade, type LostRecords, type Measurements, type NamedKind, type Origin, type Outcome, type OutcomeStatus, type Pacing, type Silence } from '../ecg/index.js';
import { boundedOutcome, isId, place } from './bounds.js';
import { PHASES } from './chunk.js';
import * as pb from './gen/ecg/v1/outcome.js';
import { soundMeasurements } from './numbers.js';
import { opaque } from './opaque.js';
import { patientMessage, patientOf } from './patient.js';
import { soundOutcome } from './sound.js';

/** What one record of ecg.outcomes.v1 holds. */
export type OutcomeRecord =
  | { readonly type: 'segment'; readonly outcome: Outcome }
  | { readonly type: 'gap'; readonly gap: GapRun }
  | { readonly type: 'silence'; readonly silence: Silence }
  | { readonly type: 'departure'; readonly departure: Departure }
  | { readonly type: 'lost'; readonly lost: LostRecords };

const STATUSES: readonly OutcomeStatus[] = ['unscored', 'scored', 'unusable', 'unscored', 'shed'];
const GRADES: readonly Grade[] = ['unusable', 'good', 'limited', 'unusable'];
/** … and no score. */
const SCORE_BY_GRADE: readonly number[] = [0, 1, 0.5, 0];
const PACINGS: readonly Pacing[] = ['unknown', 'none', 'paced'];

export function encodeOutcome(record: OutcomeRecord): Uint8Array {
  switch (record.type) {
    case 'segment':
      return finish({ $case: 'segment', value: segmentMessage(record.outcome) });
    case 'gap': {
      const { device, epoch, firstSample, segments, startMs, restSamples = 0 } = record.gap;
      return finish({ $case: 'gap', value: pb.GapRecord.fromPartial({ device, epoch: String(epoch), firstSample, segments, startMs: Math.round(startMs), restSamples }) });
    }
    case 'silence':
      return finish({ $case: 'silence', value: pb.DeviceSilence.fromPartial(record.silence) });
    case 'departure':
      return finish({ $case: 'departure', value: pb.Departure.fromPartial(record.departure) });
    case 'lost':
      return finish({ $case: 'lost', value: pb.LostRecords.fromPartial(record.lost) });
  }
}

function finish(record: pb.OutcomeRecord['record']): Uint8Array {
  return pb.OutcomeRecord.encode({ record }).finish();
}

/** None can be forgotten, not even one that may be absent. */
type EveryField<Message> = { [Field in Exclude<keyof Required<Message>, '_unknownFields'>]: Message[Field] };

/** Every field by name, not by `fromPartial`: that copies whatever is in it, and costs as much as all the rest. */
function segmentMessage(whole: Outcome): EveryField<pb.SegmentOutcome> {
  const outcome = boundedOutcome(whole);
  const { association, source, kinds = [] } = outcome;
  return {
    id: outcome.id,
    device: outcome.device,
    epoch: String(outcome.epoch),
    gainChanges: [...(outcome.gainChanges ?? [])],
    rateDriftPpm: outcome.rateDriftPpm,
    firstSample: outcome.firstSample,
    samples: outcome.samples,
    rateHz: outcome.rateHz,
    startMs: Math.round(outcome.startMs),
    brokerOffsetMs: Math.round(outcome.brokerOffsetMs),
    brokerUncertaintyMs: Math.round(outcome.brokerUncertaintyMs),
    closedMs: 0,
    status: STATUSES.lastIndexOf(outcome.status),
    grade: GRADES.lastIndexOf(outcome.grade),
    signalQuality: outcome.signalQuality,
    gates: outcome.gates,
    reasons: [...outcome.reasons],
    leads: outcome.leads.map(({ lead, origin, reasons, gaps, gapsOmitted = 0 }) => ({ lead, origin, reasons: [...reasons], gaps: [...gaps], gapsOmitted })),
    steps: [...outcome.steps],
    measurements: measurementsMessage(outcome.measurements),
    unobserved: [...(outcome.unobserved ?? [])],
    beatKinds: kinds.map(({ kind }) => kind).join(''),
    kindConfidence: Buffer.from(kinds.map(({ confidence }) => Math.round(100 * confidence))),
    findings: [...outcome.findings],
    embedding: [],
    model: outcome.model,
    modelHash: outcome.modelHash,
    source: { partition: source.partition, offsets: source.offsets.map((offset, i) => (i === 0 ? offset : offset - source.offsets[i - 1])) },
    encounter: association.encounter ?? '',
    bed: association.bed ?? '',
    unit: association.unit ?? '',
    contextOffset: association.contextOffset,
    knownConditions: [...association.knownConditions],
    accelerated: association.accelerated ?? 0,
    identityDisputed: association.isDisputed ?? false,
    ...patientMessage(association),
    demo: outcome.demo,
    partial: outcome.partial,
    pacing: PACINGS.indexOf(outcome.pacing),
    placement: outcome.placement,
    highpassHz: outcome.highpassHz ?? 0,
    lowpassHz: outcome.lowpassHz ?? 0,
    phase: PHASES.indexOf(outcome.phase),
  };
}

/** Undefined for bytes that are no record of ecg.outcomes.v1, or of a kind that a newer engine writes. */
export function decodeOutcome(bytes: Uint8Array): OutcomeRecord | undefined {
  let record: pb.OutcomeRecord['record'];
  try {
    ({ record } = pb.OutcomeRecord.decode(bytes));
  } catch {
    return undefined;
  }
  switch (record?.$case) {
    case 'segment': {
      const outcome = soundOutcome(segmentOf(record.value));
      return outcome && { type: 'segment', outcome };
    }
    case 'gap': {
      const { device, epoch, firstSample, segments, startMs, restSamples } = record.value;
      if (!isId(device)) return undefined;
      return { type: 'gap', gap: { device, epoch: opaque(epoch), firstSample, segments, startMs, ...(restSamples > 0 && { restSamples }) } };
    }
    case 'silence': {
      const { encounter, bed, unit, ended, sends, ...rest } = record.value;
      if (!isId(rest.device) || (encounter !== '' && !isId(encounter))) return undefined;
      return { type: 'silence', silence: { ...rest, ended: ended || undefined, ...(sends && { sends }), encounter: encounter || undefined, bed: place(bed), unit: place(unit) } };
    }
    case 'departure': {
      const { bed, unit, ...rest } = record.value;
      if (!isId(rest.device) || !isId(rest.encounter)) return undefined;
      return { type: 'departure', departure: { ...rest, bed: place(bed), unit: place(unit) } };
    }
    case 'lost': {
      const { topic, partition, fromOffset, toOffset, reason, atMs } = record.value;
      return { type: 'lost', lost: { topic, partition, fromOffset, toOffset, reason, atMs } };
    }
    default:
      return undefined;
  }
}

function segmentOf(m: pb.SegmentOutcome): Outcome {
  let offset = 0;
  return {
    id: m.id,
    device: m.device,
    epoch: opaque(m.epoch),
    firstSample: m.firstSample,
    samples: m.samples,
    rateHz: m.rateHz,
    startMs: m.startMs,
    steps: m.steps.map(({ atMs, stepMs }) => ({ atMs, stepMs })),
    brokerOffsetMs: m.brokerOffsetMs,
    brokerUncertaintyMs: m.brokerUncertaintyMs,
    ...(m.rateDriftPpm !== undefined && { rateDriftPpm: m.rateDriftPpm }),
    ...(m.gainChanges.length > 0 && { gainChanges: m.gainChanges.map(({ lead, atMs, fromAduPerMv, toAduPerMv }) => ({ lead, atMs, fromAduPerMv, toAduPerMv })) }),
    status: STATUSES[m.status] ?? 'unscored',
    grade: GRADES[m.grade] ?? 'unusable',
    signalQuality: m.signalQuality ?? SCORE_BY_GRADE[m.grade] ?? 0,
    gates: gatesOf(m),
    reasons: m.reasons,
    leads: m.leads.map(({ lead, origin, reasons, gaps, gapsOmitted }) => ({ lead, origin: origin as Origin, reasons, gaps: gaps.map(({ fromMs, toMs }) => ({ fromMs, toMs })), ...(gapsOmitted > 0 && { gapsOmitted }) })),
    measurements: measurementsOf(m.measurements),
    ...(m.unobserved.length > 0 && { unobserved: m.unobserved.map(({ fromMs, toMs }) => ({ fromMs, toMs })) }),
    ...(m.beatKinds !== '' && { kinds: kindsOf(m) }),
    findings: m.findings.map(({ id, probability }) => ({ id, probability })),
    model: m.model,
    modelHash: m.modelHash,
    source: { partition: m.source?.partition ?? 0, offsets: (m.source?.offsets ?? []).map((difference) => (offset += difference)) },
    association: {
      encounter: m.encounter || undefined,
      bed: m.bed || undefined,
      unit: m.unit || undefined,
      contextOffset: m.contextOffset,
      ...(m.identityDisputed && { isDisputed: true }),
      knownConditions: m.knownConditions,
      ...patientOf(m),
      accelerated: m.accelerated || undefined,
    },
    demo: m.demo,
    partial: m.partial,
    pacing: PACINGS[m.pacing] ?? 'unknown',
    placement: m.placement,
    highpassHz: m.highpassHz || undefined,
    lowpassHz: m.lowpassHz || undefined,
    phase: PHASES[m.phase] ?? 'unknown',
  };
}

/** A letter of a newer engine is of no kind that is known here. */
function kindsOf({ beatKinds, kindConfidence }: pb.SegmentOutcome): NamedKind[] {
  return Array.from(beatKinds, (letter, i) => ({ kind: BEAT_KINDS.find((kind) => kind === letter) ?? 'Q', confidence: Math.min((kindConfidence[i] ?? 0) / 100, 1) }));
}

/** An older engine reported no gates but a grade, which says the same but for ST and QT. */
function gatesOf({ gates, grade }: pb.SegmentOutcome): Gates {
  if (gates !== undefined) return { rate: gates.rate, morphology: gates.morphology, twelveLead: gates.twelveLead };
  const is = GRADES[grade] ?? 'unusable';
  return { rate: is !== 'unusable', morphology: is === 'good', twelveLead: is === 'good' };
}

export function measurementsMessage(measurements: Measurements): pb.Measurements {
  const { beats, voltages, st } = measurements;
  const [first = 0] = beats;
  return { ...measurements, beats: beats.map((beat) => Math.max(beat, 0)), firstBeatBefore: Math.max(-first, 0), voltages: [...voltages], st: [...st] };
}

export function measurementsOf(m: pb.Measurements | undefined): Measurements {
  const { beats, firstBeatBefore, voltages, st, _unknownFields, ...numbers } = m ?? pb.Measurements.create();
  return soundMeasurements({ ...numbers, beats: beats.map((beat, i) => (i === 0 ? beat - firstBeatBefore : beat)), voltages: voltages.map(({ lead, rMv, sMv }) => ({ lead, rMv, sMv })), st: st.map(({ lead, mv }) => ({ lead, mv })) });
}
