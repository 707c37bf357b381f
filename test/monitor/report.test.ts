/** The report of an alert, over the monitor's HTTP: from the outcome that raised it, at the thresholds that decided. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { Report } from '../../src/explain/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeOutcome } from '../../src/wire/index.js';
import { AF, outcome, policyWith } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard, type Ward } from './support.js';

let log: EmbeddedLog;
let ward: Ward;

/** Three outcomes in a row, and an alert on each: of fibrillation, of a segment that is not there, and by no outcome. */
beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const measurements = { beats: [], voltages: [], st: [], heartRateBpm: 113.4, qrsMs: 92 };
  const findings = [{ id: AF, probability: 0.91 }, { id: 'left-bundle-branch-block', probability: 0.95 }, { id: 'sinus-bradycardia', probability: 0.1 }, { id: 'cardiac-amyloidosis', probability: 0.2 }];
  const association = { encounter: 'e-1', knownConditions: [AF], contextOffset: 0, sex: 'male' as const };
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(7, 0), findings, measurements, association } }) }]);
  await log.append([event(1, 'raised', {}, 1, { partition: 0, offset: 0 }), event(2, 'raised', {}, 1, { partition: 0, offset: 99 }), event(3)]);
  ward = await openWard(log, { policy: policyWith({}) });
});
afterAll(async () => {
  await ward.close();
  await log.close();
});

test('says what the segment was: findings at the policy’s thresholds, measurements, and what they rule out; a known condition too', async () => {
  const response = await ward.get(`/report?alert=${idOf(1)}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  const report = (await response.json()) as Report;
  expect(report).toMatchObject({ language: 'en', segment: 'bed-1/1/35000', device: 'bed-1', model: 'purkinje-s@0.1.0', terms: [AF] });
  const texts = report.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text));
  expect(texts).toContain('Atrial fibrillation (score 0.91, threshold 0.43).');
  expect(texts).toContain('Heart rate 113/min, above the normal range (60 to 100/min).');
  expect(texts.find((text) => text.startsWith('Not said: Left bundle branch block'))).toContain('a measurement rules it out');
});

test('in German where it is asked for, and in no other language', async () => {
  expect(((await (await ward.get(`/report?alert=${idOf(1)}&lang=de`)).json()) as Report).line).toContain('vorhofflimmern');
  const refused = await ward.get(`/report?alert=${idOf(1)}&lang=fr`);
  expect([refused.status, await refused.json()]).toEqual([400, { error: 'lang is one of en, de' }]);
});

test('where the outcome is gone, or there is none, it is said', async () => {
  for (const n of [2, 3]) expect((await ward.get(`/report?alert=${idOf(n)}`)).status).toBe(404);
  expect((await ward.get('/report?alert=nothing')).status).toBe(404);
});

test('what the policy keeps in shadow or off is not said of a segment that another finding raised', async () => {
  for (const mode of ['shadow', 'off'] as const) {
    const quiet = await openWard(log, { policy: policyWith({ findings: { [AF]: { mode } } }) });
    const report = (await (await quiet.get(`/report?alert=${idOf(1)}`)).json()) as Report;
    expect(report.terms, mode).toEqual([]);
    expect(JSON.stringify(report), mode).not.toMatch(/atrial fibrillation/i);
    await quiet.close();
  }
});

test('an outcome of another bed, or of another segment, where the topic was recreated: none', async () => {
  const [another, later] = [await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 }), outcome(8, 0.9)];
  for (const other of [{ ...later, device: 'bed-2' }, later]) await another.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: other }) }]);
  await another.append([event(1, 'raised', {}, 1, { partition: 0, offset: 0 }), event(2, 'raised', { segments: ['bed-1/1/35000'] }, 1, { partition: 0, offset: 1 })]);
  const beside = await openWard(another, { policy: policyWith({}) });
  for (const n of [1, 2]) expect((await beside.get(`/report?alert=${idOf(n)}`)).status).toBe(404);
  await beside.close();
  await another.close();
});

test('each reading is on the audit', async () => {
  const before = ward.audit.length;
  await ward.get(`/report?alert=${idOf(1)}`);
  expect(JSON.stringify(ward.audit.slice(before))).toContain(idOf(1));
});
