/** Alerts as the decide step writes them. */
import { type AlertEvent, sha256 } from '../../src/ecg/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeAlert } from '../../src/wire/index.js';

export const SNAPSHOT: AlertEvent['snapshot'] = {
  ...{ device: 'bed-1', bed: 'bed-1', unit: 'icu', finding: 'atrial-fibrillation', kind: 'episodic', priority: 'medium', channel: 'bedside', probability: 0.9, threshold: 0.5 },
  ...{ onsetMs: 1000, segments: [], votes: [], measurements: { beats: [], voltages: [], st: [] }, reasons: [], signalQuality: 1, model: '', modelHash: '', policyHash: '', evidence: 'internal', simulated: false },
};
const SEQUENCE: Partial<Record<AlertEvent['state'], number>> = { raised: 1, resolved: 9, dismissed: 9 };

export const idOf = (n: number): string => sha256(String(n)).slice(0, 32);

/** The n-th alert of the test, as the decide step writes it: all of one encounter in one partition. */
export function event(n: number, state: AlertEvent['state'] = 'raised', more: Partial<AlertEvent['snapshot']> = {}, sequence = SEQUENCE[state] ?? 2, outcome?: AlertEvent['outcome']): NewRecord {
  const alert: AlertEvent = { alertId: idOf(n), sequence, state, snapshot: { ...SNAPSHOT, ...more }, cause: 'threshold', atMs: n, ...(outcome !== undefined && { outcome }), previousHash: '', hash: '' };
  return { topic: TOPICS.alerts, key: more.encounter ?? 'encounter-1', value: encodeAlert(alert) };
}
