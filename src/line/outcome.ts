import { type Association, type Departure, type GapRun, type LostRecords, type Outcome, type Segment, type Silence, subjectOf } from '../ecg/index.js';
import type { Graded } from '../grade/index.js';
import { type LogRecord, type NewRecord, type SkippedRange, TOPICS } from '../ports/index.js';
import { encodeOutcome, type Reject, rejectMessage } from '../wire/index.js';
import type { Scoring } from './scorer.js';

/** Brings together what the rooms said of one segment, before its scores are there. */
export function unscoredOutcome(
  segment: Segment,
  graded: Graded,
  association: Association,
  partition: number,
  identity: Pick<Outcome, 'model' | 'modelHash'>,
): Omit<Outcome, keyof Scoring> {
  const { clock, band } = segment;
  return {
    id: segment.id,
    device: segment.device,
    epoch: segment.epoch,
    firstSample: segment.firstSample,
    samples: segment.samples,
    rateHz: segment.rateHz,
    startMs: clock.startMs,
    steps: clock.steps,
    brokerOffsetMs: clock.brokerOffsetMs,
    brokerUncertaintyMs: clock.brokerUncertaintyMs,
    ...(clock.rateDriftPpm !== undefined && { rateDriftPpm: clock.rateDriftPpm }),
    ...(segment.gainChanges !== undefined && { gainChanges: segment.gainChanges }),
    grade: graded.grade,
    signalQuality: graded.score,
    gates: graded.gates,
    reasons: graded.reasons,
    leads: graded.leads,
    measurements: graded.measurements,
    ...(graded.unobserved.length > 0 && { unobserved: graded.unobserved }),
    ...(graded.kinds.length > 0 && { kinds: graded.kinds.map(({ kind, confidence }) => ({ kind, confidence })) }),
    ...identity,
    source: { partition, offsets: segment.sources },
    association,
    demo: segment.demo,
    partial: segment.partial,
    pacing: graded.pacing,
    placement: segment.placement,
    highpassHz: band.highpassHz,
    lowpassHz: band.lowpassHz,
    phase: band.phase,
  };
}

export function outcomeRecord(outcome: Outcome): NewRecord {
  return { topic: TOPICS.outcomes, key: subjectOf(outcome), value: encodeOutcome({ type: 'segment', outcome }) };
}

export function gapRecord(gap: GapRun, association: Association): NewRecord {
  return { topic: TOPICS.outcomes, key: subjectOf({ device: gap.device, association }), value: encodeOutcome({ type: 'gap', gap }) };
}

export function silenceRecord(silence: Pick<Silence, 'device' | 'silent' | 'sends' | 'ended' | 'atMs' | 'lastRecordMs'>, association: Association): NewRecord {
  const { device, atMs, lastRecordMs } = silence;
  const { encounter, bed, unit } = association;
  const reported = { ...silence, atMs: Math.round(atMs), lastRecordMs: Math.round(lastRecordMs), encounter, bed, unit };
  return { topic: TOPICS.outcomes, key: subjectOf({ device, association }), value: encodeOutcome({ type: 'silence', silence: reported }) };
}

export function departureRecord(departure: Departure): NewRecord {
  return { topic: TOPICS.outcomes, key: departure.encounter, value: encodeOutcome({ type: 'departure', departure }) };
}

/** Records of an input that will never be processed. They are of no device: the record goes to the partition of the same number. */
export function lostRecord({ topic, partition, from, to, reason }: Pick<SkippedRange, 'topic' | 'partition' | 'from' | 'to'> & Pick<LostRecords, 'reason'>, atMs: number): NewRecord {
  const lost = { topic, partition, fromOffset: from, toOffset: to, reason, atMs: Math.round(atMs) };
  return { topic: TOPICS.outcomes, partition, key: undefined, value: encodeOutcome({ type: 'lost', lost }) };
}

/** Dead letter of something that is known by where it is in the signal alone. */
export function deadLetter(device: string, { partition, offset }: Pick<LogRecord, 'partition' | 'offset'>, reject: Pick<Reject, 'reason' | 'field'>): NewRecord {
  return rejectRecord({ key: device, value: null, partition, offset }, reject);
}

/** The bytes as they came; headers say why, what to do, and where they are in the signal. */
export function rejectRecord(record: Pick<LogRecord, 'key' | 'value' | 'partition' | 'offset'>, reject: Pick<Reject, 'reason' | 'field'>): NewRecord {
  return { topic: TOPICS.rejects, ...rejectMessage(record, reject) };
}
