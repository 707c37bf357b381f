import type { AlertEvent, AlertSnapshot, Outcome, Silence } from '../ecg/index.js';
import type { Candidate } from './candidates.js';
import { channelOf, modeOf } from './channel.js';
import { alertId, chained } from './event.js';
import type { Policy } from './policy.js';
import { DEVICE_SILENT, ENCODER_AWAY, POOR_SIGNAL } from './rules/technical.js';

export interface SilenceInput {
  readonly type: 'silence';
  readonly silence: Silence;
  readonly partition: number;
  readonly offset: number;
}

/** What one outcome says of the watching itself. */
export function technicalCandidates({ grade, status }: Outcome): readonly Candidate[] {
  const away: readonly Candidate[] = status === 'scored' || status === 'unscored' ? [{ id: ENCODER_AWAY, probability: status === 'unscored' ? 1 : 0 }] : [];
  return [{ id: POOR_SIGNAL, probability: grade === 'unusable' ? 1 : 0 }, ...away];
}

/** Raised when the device falls silent, resolved when it is heard again; undefined: nothing new. */
export function silenceEvent(subject: string, active: AlertEvent | undefined, { silence, partition, offset }: SilenceInput, policy: Policy): AlertEvent | undefined {
  const { device, encounter, bed, unit, silent, atMs, lastRecordMs } = silence;
  const entry = policy.entries.get(DEVICE_SILENT);
  const outcome = { partition, offset };
  if (active !== undefined) {
    if (silent || active.snapshot.device !== device) return undefined;
    return chained({ ...active, state: 'resolved', cause: 'heard-again', atMs, outcome, commandOffset: undefined, actor: undefined }, active);
  }
  const bedside = { association: { unit }, demo: false };
  if (!silent || entry === undefined || modeOf(entry, bedside, policy) === 'off') return undefined;
  const snapshot: AlertSnapshot = {
    ...{ encounter, device, bed, unit, finding: DEVICE_SILENT, kind: entry.kind, priority: entry.priority, channel: channelOf(entry, bedside, policy) },
    ...{ probability: 1, threshold: entry.threshold, onsetMs: lastRecordMs, segments: [], measurements: { beats: [], voltages: [], st: [] }, reasons: [], score: 0 },
    ...{ model: '', modelHash: '', policyHash: policy.hash, evidence: entry.evidence, simulated: false },
  };
  const facts = { alertId: alertId(subject, DEVICE_SILENT, `${device}@${lastRecordMs}`), state: 'raised', snapshot, cause: 'silent', atMs, outcome } as const;
  return chained(facts, undefined);
}
