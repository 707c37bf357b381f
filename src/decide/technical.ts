import type { AlertEvent, AlertSnapshot, Departure, Outcome, Silence } from '../ecg/index.js';
import type { Candidate } from './candidates.js';
import { channelOf, modeOf } from './channel.js';
import { alertId, chained } from './event.js';
import type { Policy } from './policy.js';
import { DEVICE_SILENT, ENCODER_AWAY, IDENTITY_DISPUTED, LEADS_OFF, NOT_WATCHED, POOR_SIGNAL } from './rules/technical.js';

export interface SilenceInput {
  readonly type: 'silence';
  readonly silence: Silence;
  readonly partition: number;
  readonly offset: number;
}

/** A patient who is on no device any more. */
export interface DepartureInput {
  readonly type: 'departure';
  readonly departure: Departure;
  readonly partition: number;
  readonly offset: number;
}

/** What one outcome says of the watching itself. `isLost`: something that was watched is not. */
export function technicalCandidates({ grade, status, leads, association }: Outcome, isLost: boolean): readonly Candidate[] {
  const candidate = (id: string, holds: boolean): Candidate => ({ id, probability: holds ? 1 : 0 });
  return [
    candidate(POOR_SIGNAL, grade === 'unusable'),
    candidate(LEADS_OFF, leads.some(({ reasons }) => reasons.includes('lead-off'))),
    candidate(IDENTITY_DISPUTED, association.isDisputed === true),
    ...(status === 'scored' || status === 'unscored' ? [candidate(ENCODER_AWAY, status === 'unscored')] : []),
    // What has a name of its own above is not reported twice.
    ...(grade === 'unusable' || status === 'unscored' || status === 'shed' ? [] : [candidate(NOT_WATCHED, isLost)]),
  ];
}

/** Raised when the device falls silent, updated when it begins or stops to send all the same, resolved when it is heard again; undefined: nothing new. */
export function silenceEvent(subject: string, active: AlertEvent | undefined, { silence, partition, offset }: SilenceInput, policy: Policy): AlertEvent | undefined {
  const { device, encounter, bed, unit, silent, sends = false, atMs, lastRecordMs } = silence;
  const entry = policy.entries.get(DEVICE_SILENT);
  const outcome = { partition, offset };
  if (active !== undefined) {
    if (active.snapshot.device !== device) return undefined;
    if (silent) return ofOtherReason(active, sends, { atMs, outcome });
    return chained({ ...active, state: 'resolved', cause: 'heard-again', atMs, outcome, commandOffset: undefined, actor: undefined }, active);
  }
  const bedside = { association: { unit }, demo: false, modelHash: '' };
  if (!silent || entry === undefined || modeOf(entry, bedside, policy) === 'off') return undefined;
  const snapshot: AlertSnapshot = {
    ...{ encounter, device, bed, unit, finding: DEVICE_SILENT, kind: entry.kind, priority: entry.priority, channel: channelOf(entry, bedside, policy) },
    ...{ probability: 1, threshold: entry.threshold, onsetMs: lastRecordMs, segments: [], votes: [], measurements: { beats: [], voltages: [], st: [] }, reasons: reasonsOf(sends), signalQuality: 0 },
    ...{ model: '', modelHash: '', policyHash: policy.hash, evidence: entry.evidence, simulated: false },
  };
  // By when it was reported too: one that comes back and makes no segment falls silent again since the same one.
  // The device's own silence and that of a patient of the same name are two alerts (decision 11).
  const named = encounter === device ? `encounter:${subject}` : subject;
  const facts = { alertId: alertId(named, DEVICE_SILENT, `${device}@${lastRecordMs}/${atMs}`), state: 'raised', snapshot, cause: 'silent', atMs, outcome } as const;
  return chained(facts, undefined);
}

const SENDS_NO_SEGMENT = 'sends-no-segment';
const reasonsOf = (sends: boolean): readonly string[] => (sends ? [SENDS_NO_SEGMENT] : []);

/** The same silence for another reason: announced, unless somebody looks after it by now. */
function ofOtherReason(active: AlertEvent, sends: boolean, at: Pick<AlertEvent, 'atMs' | 'outcome'>): AlertEvent | undefined {
  const isAnswered = active.state === 'acknowledged' || active.state === 'escalated';
  if (isAnswered || active.snapshot.reasons.includes(SENDS_NO_SEGMENT) === sends) return undefined;
  const snapshot = { ...active.snapshot, reasons: reasonsOf(sends) };
  return chained({ ...active, ...at, snapshot, state: 'updated', cause: sends ? SENDS_NO_SEGMENT : 'silent', commandOffset: undefined, actor: undefined }, active);
}
