import { type AlertCommand, type AlertEvent, type AlertSnapshot, type AlertState, byteLength, type Channel, cutText, type Demotion, type Evidence, type FindingKind, isPlausibleTime, type Priority, type Trigger, type TriggerKind } from '../ecg/index.js';
import { isId, MODEL_MAX_BYTES } from './bounds.js';
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
      explainedBy: snapshot.explainedBy ?? '',
      episode: snapshot.episode ?? '',
      trigger: snapshot.trigger && { perMinute: 0, kinds: '', ...snapshot.trigger },
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
    signalQuality: m.signalQuality,
    model: m.model,
    modelHash: m.modelHash,
    policyHash: m.policyHash,
    evidence: m.evidence as Evidence,
    expectedPpv: m.expectedPpv,
    simulated: m.simulated,
    accelerated: m.accelerated || undefined,
    explainedBy: m.explainedBy || undefined,
    episode: m.episode || undefined,
    ...(m.trigger !== undefined && { trigger: triggerOf(m.trigger) }),
  };
}

function triggerOf({ what, fromMs, toMs, beats, perMinute, kinds }: pb.Trigger): Trigger {
  return { what: what as TriggerKind, fromMs, toMs, beats, ...(perMinute > 0 && { perMinute }), ...(kinds !== '' && { kinds }) };
}

const ACTOR_MAX_BYTES = 128;
const REASON_MAX_BYTES = 512;

export function encodeCommand(command: AlertCommand | Demotion): Uint8Array {
  const { actor, atMs, reason } = command;
  const what = command.kind === 'demote' ? { kind: pb.CommandKind.COMMAND_KIND_DEMOTE, ...command.point } : { kind: KINDS.indexOf(command.kind), alertId: command.alertId };
  return pb.AlertCommand.encode(pb.AlertCommand.fromPartial({ ...what, actor, atMs: Math.round(atMs), reason })).finish();
}

const KINDS: readonly (AlertCommand['kind'] | undefined)[] = [undefined, 'acknowledge', 'dismiss'];

/** Why a record of ecg.commands.v1 is no command. Closed list: each is a metric label. */
export const COMMAND_FAULTS = ['undecodable', 'unknown-kind', 'bad-subject', 'bad-time'] as const;
export type CommandFault = (typeof COMMAND_FAULTS)[number];
export type ReadCommand = { readonly ok: true; readonly command: AlertCommand | Demotion } | { readonly ok: false; readonly fault: CommandFault };

/** People's clients write there, so anything may come. Texts of people are cut where they are too long. */
export function readCommand(bytes: Uint8Array): ReadCommand {
  let m: pb.AlertCommand;
  try {
    m = pb.AlertCommand.decode(bytes);
  } catch {
    return { ok: false, fault: 'undecodable' };
  }
  const isDemotion = m.kind === pb.CommandKind.COMMAND_KIND_DEMOTE;
  const kind = KINDS[m.kind];
  if (!isDemotion && kind === undefined) return { ok: false, fault: 'unknown-kind' };
  if (!isPlausibleTime(m.atMs)) return { ok: false, fault: 'bad-time' };
  const by = { actor: cutText(m.actor, ACTOR_MAX_BYTES), atMs: m.atMs, reason: cutText(m.reason, REASON_MAX_BYTES) };
  if (kind !== undefined) return isId(m.alertId) ? { ok: true, command: { kind, alertId: m.alertId, ...by } } : { ok: false, fault: 'bad-subject' };
  const { finding, modelHash, threshold } = m;
  if (!isId(finding) || byteLength(modelHash) > MODEL_MAX_BYTES || !Number.isFinite(threshold)) return { ok: false, fault: 'bad-subject' };
  return { ok: true, command: { kind: 'demote', point: { finding, modelHash, threshold }, ...by } };
}

/** Undefined: no command; `readCommand` says why. */
export function decodeCommand(bytes: Uint8Array): AlertCommand | Demotion | undefined {
  const read = readCommand(bytes);
  return read.ok ? read.command : undefined;
}
