import type { Contract } from '../contract/index.js';
import { type Association, type Outcome, type Segment, subjectOf } from '../ecg/index.js';
import type { Graded } from '../grade/index.js';
import { type NewRecord, TOPICS } from '../ports/index.js';
import { encodeOutcome } from '../wire/index.js';
import type { Scoring } from './encode.js';

/** Brings together what the rooms said of one segment, before its scores are there. */
export function unscoredOutcome(
  segment: Segment,
  graded: Graded,
  association: Association,
  partition: number,
  contract: Contract | undefined,
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
    grade: graded.grade,
    reasons: graded.reasons,
    leads: graded.leads,
    measurements: graded.measurements,
    model: contract === undefined ? '' : `${contract.model.name}@${contract.model.version}`,
    modelHash: contract?.model.sha256 ?? '',
    source: { partition, offsets: segment.sources },
    association,
    demo: segment.demo,
    partial: segment.partial,
    pacing: graded.pacing,
    placement: segment.placement,
    highpassHz: band.highpassHz,
    lowpassHz: band.lowpassHz,
  };
}

export function outcomeRecord(outcome: Outcome): NewRecord {
  return { topic: TOPICS.outcomes, key: subjectOf(outcome), value: encodeOutcome({ type: 'segment', outcome }) };
}
