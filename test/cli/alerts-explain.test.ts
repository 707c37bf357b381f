/** Why was an alert raised? The samples it kept go through the same rooms again and reach the same numbers; anything that was changed is reported. Invariants: I30 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { explain } from '../../src/cli/alerts/explain.js';
import { connectedModels, engineSettings, loadCatalogue, openToSimulated, type OpenModels } from '../../src/cli/compose.js';
import { type Config, loadConfig } from '../../src/config/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { type EncoderServer, startEncoderServer } from '../../src/encoder/index.js';
import { type LocalEngine, startLocal } from '../../src/engine/index.js';
import { type Log, type LogRecord, TOPICS } from '../../src/ports/index.js';
import { createPatient, patientChunks, readProfile } from '../../src/simulate/index.js';
import { decodeEvidence, encodeAlert, encodeChunk, encodeEvidence } from '../../src/wire/index.js';
import { ensureBuilt, serverOptions } from '../encoder/support.js';

const INFARCTION = 'anterior-myocardial-infarction';
const clock = systemClock();
let server: EncoderServer;
let config: Config;
let models: OpenModels;
let local: LocalEngine;
const raised = new Map<string, AlertEvent>();

beforeAll(async () => {
  ensureBuilt();
  server = await startEncoderServer(serverOptions());
  ({ config } = loadConfig({ env: {}, flags: { 'encoder.endpoints': [`127.0.0.1:${server.port}`] } }));
  models = await connectedModels(config, clock, prometheusMeter());
  const settings = { ...openToSimulated(engineSettings(config)), maxAgeS: Infinity, silentAfterS: Infinity };
  local = await startLocal({ models: models.models, catalogue: await loadCatalogue(), clock, meter: prometheusMeter(), settings, onAlert: (event) => event.state === 'raised' && raised.set(event.snapshot.finding, event) }, 3_600_000);
  const profile = await readProfile('models/patients.json');
  // Chunks that end within segments, so that beats and samples lie across their borders.
  for (const [condition, seconds] of [['atrial-fibrillation', 300], ['anterior-stemi', 300], ['complete-av-block', 300], ['low-qrs-voltage', 2460]] as const) {
    const patient = createPatient({ condition, rateHz: 250, onsetS: condition === 'low-qrs-voltage' ? undefined : 120, noise: 1 }, 7, profile);
    const made = patientChunks(patient, { device: `bed/${condition}`, epoch: 1, chunkMs: 4000, startMs: Date.UTC(2026, 0, 1) });
    for (let i = 0; i < seconds / 4; i++) await local.log.append([{ topic: TOPICS.signal, key: `bed/${condition}`, value: encodeChunk(made.chunkAt(i)) }]);
  }
  await local.settled();
}, 300_000);
afterAll(async () => {
  await local?.close();
  await models?.close();
  await server?.drain();
});

/** The log with some records of a topic changed. */
function tampered(topic: string, change: (record: LogRecord) => LogRecord | undefined): Log {
  const follow: Log['follow'] = (one, onRecords, options) => local.log.follow(one, (records) => onRecords(one === topic ? records.flatMap((record) => change(record) ?? []) : records), options);
  return new Proxy(local.log, { get: (log, name) => (name === 'follow' ? follow : Reflect.get(log, name)) });
}
const of = (finding: string, log: Log = local.log) => explain(raised.get(finding)!.alertId, log, models.models, config, clock);

describe('an alert is decided again on its samples', () => {
  test('all of them, encoder and rules, to the last number', async () => {
    expect([...raised.keys()]).toEqual(expect.arrayContaining(['atrial-fibrillation', INFARCTION, 'rule-st-elevation', 'rule-bradycardia', 'rule-low-voltage']));
    for (const finding of raised.keys()) expect(await of(finding), finding).toMatchObject({ decision: 'same', measurements: 'same', missing: {} });
  }, 120_000);
  test('what a model found says where it looked, and what it kept is reported with it; a rule looks at measurements', async () => {
    const explained = await of(INFARCTION);
    expect(Object.keys(explained.focus)).toEqual(explained.votes.map(({ segment }) => segment));
    for (const ranges of Object.values(explained.focus)) {
      expect(ranges.length).toBeGreaterThan(0);
      for (const { fromMs, toMs, weight } of ranges) expect(fromMs >= 0 && fromMs < toMs && toMs <= 10_000 && weight > 0 && weight <= 1).toBe(true);
    }
    expect((await of('rule-st-elevation')).focus).toEqual({});
  });
  test('of what is decided once the last segment, and it says so', async () => {
    expect(await of('rule-low-voltage')).toMatchObject({ medianOf: expect.any(Number), votes: [{ said: 1, again: 1 }], model: { said: '', now: '' } });
  });
  test('a number that was written otherwise is found', async () => {
    const changed = (change: (event: AlertEvent) => AlertEvent): Log => tampered(TOPICS.alerts, (record) => ({ ...record, value: encodeAlert(change(raised.get(INFARCTION)!)) }));
    expect(await of(INFARCTION, changed((event) => ({ ...event, snapshot: { ...event.snapshot, votes: event.snapshot.votes.map((vote) => ({ ...vote, probability: vote.probability - 0.01 })) } })))).toMatchObject({ decision: 'differs' });
    expect(await of(INFARCTION, changed((event) => ({ ...event, snapshot: { ...event.snapshot, measurements: { ...event.snapshot.measurements, qrsMs: 77 } } })))).toMatchObject({ decision: 'differs', measurements: 'differ' });
  });
  test('samples that are not there are reported, and are no agreement', async () => {
    expect(await of(INFARCTION, tampered(TOPICS.evidence, () => undefined))).toMatchObject({ decision: 'samples missing' });
    const expired = tampered(TOPICS.evidence, (record) => ({ ...record, value: encodeEvidence({ ...decodeEvidence(record.value!)!, chunks: [], missing: '3 of 12 chunks have expired' }) }));
    const explained = await of(INFARCTION, expired);
    expect([explained.decision, ...new Set(Object.values(explained.missing))]).toEqual(['samples missing', '3 of 12 chunks have expired']);
  });
  test('an alert that is not there', () => expect(explain('nobody', local.log, models.models, config, clock)).rejects.toThrow("there is no alert 'nobody' in ecg.alerts.v1"));
});
