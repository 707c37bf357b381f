import { type AlertEvent, type AlertSnapshot, type AlertState, sha256, type Trigger } from '../ecg/index.js';

/** The same in every run: subject, finding and the first segment of the episode. */
export function alertId(subject: string, finding: string, firstSegment: string): string {
  return sha256(`${subject}\n${finding}\n${firstSegment}`).slice(0, 32);
}

type Facts = Omit<AlertEvent, 'hash' | 'previousHash' | 'sequence'>;

/** The next event of an alert, chained to the one before. */
export function chained(facts: Facts, previous: AlertEvent | undefined): AlertEvent {
  const event = { ...facts, sequence: (previous?.sequence ?? 0) + 1, previousHash: previous?.hash ?? '' };
  return { ...event, hash: eventHash(event) };
}

/** Over what the event says; `AlertEvent.hash` of the one before is part of it. */
export function eventHash(event: Omit<AlertEvent, 'hash'>): string {
  const { alertId: id, sequence, state, cause, atMs, previousHash, actor, snapshot } = event;
  return sha256(JSON.stringify([id, sequence, state, cause, Math.round(atMs), previousHash, actor ?? '', hashedFields(snapshot)]));
}

/** What of a snapshot survives the wire to the last bit: probabilities travel as float32. */
function hashedFields(snapshot: AlertSnapshot): unknown[] {
  const { encounter, device, finding, kind, priority, channel, probability, onsetMs, segments, model, modelHash, policyHash, evidence, simulated, expectedPpv, votes, medianOf = 0, explainedBy, episode, trigger } = snapshot;
  return [encounter ?? '', device, finding, kind, priority, channel, Math.fround(probability), Math.round(onsetMs), segments, model, modelHash, policyHash, evidence, simulated, ...(expectedPpv === undefined ? [] : [Math.fround(expectedPpv)]), votes.map((vote) => [vote.segment, Math.fround(vote.probability)]), medianOf, ...(explainedBy === undefined && episode === undefined ? [] : [explainedBy ?? '', episode ?? '']), ...(trigger === undefined ? [] : [hashedTrigger(trigger)])];
}

const hashedTrigger = ({ what, fromMs, toMs, beats, perMinute = 0, kinds = '' }: Trigger): unknown[] => [what, fromMs, toMs, beats, perMinute, kinds];

const LEGAL: Readonly<Record<AlertState, readonly AlertState[]>> = {
  raised: ['updated', 'acknowledged', 'escalated', 'resolved', 'dismissed'],
  updated: ['updated', 'acknowledged', 'escalated', 'resolved', 'dismissed'],
  acknowledged: ['updated', 'resolved', 'dismissed'],
  escalated: ['updated', 'acknowledged', 'resolved', 'dismissed'],
  resolved: [],
  dismissed: [],
};

export function isLegal(from: AlertState, to: AlertState): boolean {
  return LEGAL[from].includes(to);
}
