/** One partition of the decide step: alerts with the samples that decided, whatever else is in the topic. Invariants: I39 */
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import type { Catalogue } from '../../src/contract/index.js';
import { POLICY_DEFAULTS, policyOf, type PolicySettings } from '../../src/decide/index.js';
import type { AlertEvent, Outcome } from '../../src/ecg/index.js';
import { clockScheduler, decide, type DecideDeps, engineGauges, lineMeters, Turns } from '../../src/line/index.js';
import { checkpointKey, type Log, type LogRecord, POSITION_SUBJECT, TOPICS } from '../../src/ports/index.js';
import { decodeAlert, decodeCheckpoint, decodeEvidence, encodeCommand, encodeOutcome } from '../../src/wire/index.js';
import { countingMeter } from '../encoder/support.js';
import { CONTRACT } from '../simulation/encoder.js';
import { Store } from './bench.js';

const AF = 'atrial-fibrillation';
const catalogue = { schemaVersion: 1, findings: [{ id: AF, kind: 'episodic', priority: 'medium' }] } as unknown as Catalogue;

const outcome = (k: number, probability: number): Outcome => ({
  ...{ id: `bed-1/1/${k * 1000}`, device: 'bed-1', epoch: 1, firstSample: k * 1000, samples: 1000, rateHz: 100, startMs: k * 10_000, steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0 },
  ...{ status: 'scored', grade: 'good', signalQuality: 1, gates: { rate: true, morphology: true, twelveLead: true }, reasons: [], leads: ['I', 'II'].map((lead) => ({ lead, origin: 'measured' as const, reasons: [], gaps: [] })), measurements: { beats: [], voltages: [], st: [] } },
  ...{ findings: [{ id: AF, probability }], model: 'hash@1', modelHash: '', source: { partition: 3, offsets: [10 * k, 10 * k + 1] }, association: { encounter: 'she', knownConditions: [], contextOffset: 0 } },
  ...{ demo: false, partial: false, pacing: 'none', placement: 'standard', phase: 'unknown' },
});
const recordOf = (value: Uint8Array, offset: number): LogRecord => ({ topic: TOPICS.outcomes, partition: 3, offset, timestampMs: offset, key: 'she', value, headers: {} });
const ill = [0.9, 0.1, 0.9].map((p, k) => recordOf(encodeOutcome({ type: 'segment', outcome: outcome(k, p) }), k));

function stage(read: Log['read'], settings: Partial<PolicySettings> = {}, store = new Store()) {
  const announced: AlertEvent[] = [];
  const meter = countingMeter();
  const clock = systemClock();
  const meters = lineMeters(meter);
  const deps = { clock, turns: new Turns(clockScheduler(clock)), meters, gauges: engineGauges(meters), failpoint: () => {}, onIsolated: () => {}, onAlert: (event) => void announced.push(event), log: { read } as Log, policy: policyOf(catalogue, CONTRACT.targets, { ...POLICY_DEFAULTS, ...settings }) } satisfies DecideDeps;
  const assignment = store.assignment({ step: 'decide', partition: 3 });
  const failures: unknown[] = [];
  assignment.run((one) => decide(one, deps).catch((error: unknown) => void failures.push(error)));
  /** Resolves once the records are decided and committed, or the step has failed. */
  const records = async (some: readonly LogRecord[]) => {
    await assignment.records(some);
    const [last] = some.slice(-1);
    const reached = () => {
      const bytes = store.checkpoints.get(checkpointKey('decide', 3, POSITION_SUBJECT));
      return bytes !== undefined && (decodeCheckpoint<Record<string, number>>(bytes)[last.topic] ?? 0) > last.offset;
    };
    await vi.waitUntil(() => reached() || failures.length > 0, { interval: 1, timeout: 5000 });
  };
  const evidence = () => store.written.filter(({ topic }) => topic === TOPICS.evidence).map(({ value }) => decodeEvidence(value!)!);
  const alerts = () => store.written.filter(({ topic }) => topic === TOPICS.alerts).map(({ value }) => decodeAlert(value!)!);
  /** Resolves once so many messages of evidence are written. */
  const evidenced = async (count: number) => {
    await vi.waitUntil(() => evidence().length >= count, { interval: 1, timeout: 5000 });
    return evidence();
  };
  return { assignment, records, evidenced, evidence, alerts, meter, announced, failures, store };
}
const chunkAt = (offset: number, bytes = 4): LogRecord => ({ ...recordOf(new Uint8Array(bytes).fill(offset), offset), topic: TOPICS.signal });

describe('evidence', () => {
  test('every segment that decided has its samples kept, one message each', async () => {
    const { records, evidenced, alerts } = stage((_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset))));
    await records(ill);
    expect(alerts().map(({ state, snapshot }) => [state, snapshot.segments])).toEqual([['raised', ['bed-1/1/0', 'bed-1/1/2000']]]);
    expect((await evidenced(2)).map(({ segment, chunks, missing, part, parts }) => [segment, chunks.map((chunk) => chunk[0]), missing, `${part}/${parts}`])).toEqual([
      ['bed-1/1/0', [0, 1], '', '1/1'],
      ['bed-1/1/2000', [20, 21], '', '1/1'],
    ]);
  });
  test('more than a message takes goes into several', async () => {
    const { records, evidenced } = stage((_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset, 400_000))));
    await records(ill);
    expect((await evidenced(4)).map(({ part, parts }) => `${part}/${parts}`)).toEqual(['1/2', '2/2', '1/2', '2/2']);
  });
  test('a chunk that no message can hold is left out, and that is said', async () => {
    const { records, evidenced } = stage((_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset, offset % 10 === 0 ? 1_400_000 : 4))));
    await records(ill);
    expect((await evidenced(2)).map(({ chunks, missing }) => [chunks.length, missing])).toEqual(Array(2).fill([1, '1 of 2 chunks are too large to be kept']));
  });
  test('an alert does not wait for a broker that does not answer: its evidence is owed, over a restart, and written once it does', async () => {
    const silent = stage(() => new Promise(() => {}));
    await silent.records(ill);
    expect(silent.alerts()).toHaveLength(1);
    expect(silent.evidence()).toEqual([]);
    await silent.assignment.drain();
    const owed = [...silent.store.checkpoints.keys()].filter((key) => key.includes('/evidence/'));
    expect(owed).toHaveLength(2);
    const next = stage((_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset))), {}, silent.store);
    expect((await next.evidenced(2)).map(({ segment, chunks, missing }) => [segment, chunks.length, missing])).toEqual([['bed-1/1/0', 2, ''], ['bed-1/1/2000', 2, '']]);
    expect(next.alerts()).toHaveLength(1);
    await vi.waitUntil(() => [...next.store.checkpoints.keys()].every((key) => !key.includes('/evidence/')), { timeout: 5000 });
  });
  test('what has expired is said; a signal that cannot be read is tried again until it can', async () => {
    const expired = stage((_topic, _partition, offsets) => Promise.resolve([chunkAt(offsets[0])]));
    await expired.records(ill);
    expect((await expired.evidenced(2))[0].missing).toBe('1 of 2 chunks have expired or are damaged');
    let failures = 3;
    const away = stage((_topic, _partition, offsets) => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve(offsets.map((offset) => chunkAt(offset)))));
    await away.records(ill);
    expect(away.alerts()).toHaveLength(1);
    expect((await away.evidenced(2)).map(({ missing }) => missing)).toEqual(['', '']);
    expect(away.meter.counts.get('purkinje_decide_evidence_retries_total')).toBe(3);
  });
});

test('what a nurse says of an alert, as bytes of the commands topic, is followed', async () => {
  const { records, alerts } = stage(() => Promise.resolve([]));
  await records(ill);
  const { alertId } = alerts()[0];
  const value = encodeCommand({ alertId, kind: 'acknowledge', actor: 'nurse-7', atMs: 1_700_000_000_000, reason: '' });
  await records([{ ...recordOf(value, 0), topic: TOPICS.commands }]);
  expect(alerts().map(({ state, actor, sequence, commandOffset }) => [state, actor, sequence, commandOffset])).toEqual([['raised', undefined, 1, undefined], ['acknowledged', 'nurse-7', 2, 0]]);
});

test('what cannot be read is counted, and the ward is still decided', async () => {
  const { records, alerts, meter } = stage(() => Promise.resolve([]));
  await records([recordOf(Uint8Array.of(0xff, 0xff), 0), ...ill.map((record) => ({ ...record, offset: record.offset + 1 }))]);
  expect(meter.counts.get('purkinje_decide_unreadable_total')).toBe(1);
  expect(alerts()).toHaveLength(1);
});

test('what is no command is counted by why', async () => {
  const { records, meter } = stage(() => Promise.resolve([]));
  const command = (value: Uint8Array, offset: number) => ({ ...recordOf(value, offset), topic: TOPICS.commands });
  await records([command(Uint8Array.of(0xff, 0xff), 0), command(encodeCommand({ alertId: '', kind: 'dismiss', actor: 'n', atMs: 1_700_000_000_000, reason: '' }), 1)]);
  const counts = ['undecodable', 'bad-subject', 'bad-time'].map((reason) => meter.counts.get(`purkinje_decide_commands_refused_total ${reason}`));
  expect(counts).toEqual([1, 1, 0]);
});

describe('a finding that verdicts refute', () => {
  const demote = (modelHash = '') => ({ ...recordOf(encodeCommand({ kind: 'demote', point: { finding: AF, modelHash, threshold: 0.5 }, actor: 'purkinje', atMs: 1_700_000_000_000, reason: '0 right of 50' }), 0), topic: TOPICS.commands, key: 'demote' });
  const reading: Log['read'] = (_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset)));
  const threshold = 0.5;
  test('is in shadow from there on, and after a restart; the alerts say so by their policy', async () => {
    const { records, alerts } = stage(reading, { findings: { [AF]: { threshold } } });
    await records([demote(), demote()]);
    await records(ill);
    expect(alerts()).toMatchObject([{ state: 'raised', snapshot: { channel: 'shadow' } }]);
    const plain = stage(reading, { findings: { [AF]: { threshold } } });
    await plain.records(ill);
    expect(plain.alerts()).toMatchObject([{ snapshot: { channel: 'bedside' } }]);
    expect(plain.alerts()[0].snapshot.policyHash).not.toBe(alerts()[0].snapshot.policyHash);
  });
  test('as another model reports it, or at another threshold, it is not', async () => {
    for (const [one, at] of [[demote('other'), threshold], [demote(), 0.6]] as const) {
      const { records, alerts } = stage(reading, { findings: { [AF]: { threshold: at } } });
      await records([one]);
      await records(ill);
      expect(alerts()).toMatchObject([{ snapshot: { channel: 'bedside' } }]);
    }
  });
});

test('a full disk: nothing is announced that is not kept, the partition is given up, and the next owner decides the same alert once', async () => {
  const reading: Log['read'] = (_topic, _partition, offsets) => Promise.resolve(offsets.map((offset) => chunkAt(offset)));
  const store = new Store();
  store.gate = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  const full = stage(reading, {}, store);
  await full.records(ill);
  expect([full.announced, full.alerts(), full.failures.length]).toEqual([[], [], 1]);
  store.gate = () => Promise.resolve();
  const next = stage(reading, {}, store);
  expect(next.assignment.from).toEqual({});
  await next.records(ill);
  expect(next.announced).toMatchObject([{ state: 'raised' }]);
  expect(next.alerts().map(({ alertId, hash }) => [alertId, hash])).toEqual(next.announced.map(({ alertId, hash }) => [alertId, hash]));
});
