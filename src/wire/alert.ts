import type { AlertCommand, AlertEvent, AlertSnapshot, AlertState, Channel, Demotion, Evidence, FindingKind, Focus, Priority } from '../ecg/index.js';
import * as pb from './gen/ecg/v1/alert.js';
import { measurementsMessage, measurementsOf } from './outcome.js';

const STATES: readonly AlertState[] = ['raised', 'raised', 'updated', 'acknowledged', 'escalated', 'resolved', 'dismissed'];

export function alertMessage(event: AlertEvent): pb.AlertEvent {
  const { snapshot } = event;
  return pb.AlertEvent.fromPartial({
    alertId: event.alertId,
    sequence: event.sequence,
    state: STATES.lastIndexOf(event.state),
    snapshot: {
      ...snapshot,
      encounter: snapshot.encounter ?? '',
      bed: snapshot.bed ?? '',
      unit: snapshot.unit ?? '',
      onsetMs: Math.round(snapshot.onsetMs),
      segments: [...snapshot.segments],
      votes: [...snapshot.votes],
      medianOf: snapshot.medianOf ?? 0,
      usual: snapshot.usual && measurementsMessage({ beats: [], voltages: [], ...snapshot.usual }),
      measurements: measurementsMessage(snapshot.measurements),
      reasons: [...snapshot.reasons],
      accelerated: snapshot.accelerated ?? 0,
    },
    cause: event.cause,
    atMs: Math.round(event.atMs),
    outcomePartition: event.outcome?.partition ?? -1,
    outcomeOffset: event.outcome?.offset ?? -1,
    commandOffset: event.commandOffset ?? -1,
    previousHash: event.previousHash,
    hash: event.hash,
    actor: event.actor ?? '',
  });
}

export function encodeAlert(event: AlertEvent): Uint8Array {
  return pb.AlertEvent.encode(alertMessage(event)).finish();
}

/** Undefined for bytes that are no AlertEvent. */
export function decodeAlert(bytes: Uint8Array): AlertEvent | undefined {
  try {
    const message = pb.AlertEvent.decode(bytes);
    return message.alertId === '' || message.snapshot === undefined ? undefined : alertOf(message);
  } catch {
    return undefined;
  }
}

export function alertOf(m: pb.AlertEvent): AlertEvent {
  return {
    alertId: m.alertId,
    sequence: m.sequence,
    state: STATES[m.state] ?? 'raised',
    snapshot: snapshotOf(m.snapshot ?? pb.AlertSnapshot.create()),
    cause: m.cause,
    atMs: m.atMs,
    outcome: m.outcomeOffset < 0 ? undefined : { partition: m.outcomePartition, offset: m.outcomeOffset },
    commandOffset: m.commandOffset < 0 ? undefined : m.commandOffset,
    actor: m.actor || undefined,
    previousHash: m.previousHash,
    hash: m.hash,
  };
}

function usualOf(m: pb.AlertSnapshot['usual']): AlertSnapshot['usual'] {
  const { qrsMs, qtcMs, st } = measurementsOf(m);
  return { qrsMs, qtcMs, st };
}

function snapshotOf(m: pb.AlertSnapshot): AlertSnapshot {
  return {
    encounter: m.encounter || undefined,
    device: m.device,
    bed: m.bed || undefined,
    unit: m.unit || undefined,
    finding: m.finding,
    kind: m.kind as FindingKind,
    priority: m.priority as Priority,
    channel: m.channel as Channel,
    probability: m.probability,
    threshold: m.threshold,
    onsetMs: m.onsetMs,
    segments: m.segments,
    votes: m.votes.map(({ segment, probability }) => ({ segment, probability })),
    medianOf: m.medianOf || undefined,
    usual: m.usual && usualOf(m.usual),
    measurements: measurementsOf(m.measurements),
    reasons: m.reasons,
    score: m.score,
    model: m.model,
    modelHash: m.modelHash,
    policyHash: m.policyHash,
    evidence: m.evidence as Evidence,
    expectedPpv: m.expectedPpv,
    simulated: m.simulated,
    accelerated: m.accelerated || undefined,
  };
}

export function encodeCommand(command: AlertCommand | Demotion): Uint8Array {
  const { actor, atMs, reason } = command;
  const told = command.kind === 'demote' ? { kind: pb.CommandKind.COMMAND_KIND_DEMOTE, ...command.point } : { kind: KINDS.indexOf(command.kind), alertId: command.alertId };
  return pb.AlertCommand.encode(pb.AlertCommand.fromPartial({ ...told, actor, atMs: Math.round(atMs), reason })).finish();
}

const KINDS: readonly (AlertCommand['kind'] | undefined)[] = [undefined, 'acknowledge', 'dismiss'];

/** Undefined for bytes that are no command: people's clients write there, so anything may come. */
export function decodeCommand(bytes: Uint8Array): AlertCommand | Demotion | undefined {
  try {
    const { alertId, actor, atMs, reason, ...m } = pb.AlertCommand.decode(bytes);
    const { finding, modelHash, threshold } = m;
    if (m.kind === pb.CommandKind.COMMAND_KIND_DEMOTE) return finding === '' ? undefined : { kind: 'demote', point: { finding, modelHash, threshold }, actor, atMs, reason };
    const kind = KINDS[m.kind];
    return kind && alertId !== '' ? { alertId, kind, actor, atMs, reason } : undefined;
  } catch {
    return undefined;
  }
}

/** The samples of one segment that decided, as they lay in ecg.signal.v1; or why there are none. */
export function encodeEvidence(evidence: { alertId: string; segment: string; chunks: readonly Uint8Array[]; missing: string; part: number; parts: number; focus?: readonly Focus[] }): Uint8Array {
  return pb.Evidence.encode(pb.Evidence.fromPartial({ ...evidence, focus: [...(evidence.focus ?? [])], chunks: evidence.chunks.map((chunk) => Buffer.from(chunk)) })).finish();
}

export function decodeEvidence(bytes: Uint8Array): pb.Evidence {
  return pb.Evidence.decode(bytes);
}
