/** Reports and answers over gRPC say what HTTP says, to the same callers, with the same refusals and the same lines on the audit. Invariants: I145 */
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { openLanguageModel } from '../../src/adapters/language/index.js';
import type { Report } from '../../src/explain/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { type AskResponse, ExplainServiceClient, type ReportResponse } from '../../src/wire/gen/ecg/v1/explain.js';
import { encodeOutcome } from '../../src/wire/index.js';
import { AF, CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { type ChatServer, chatServer, completion, json } from '../language/server.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, idOf, openWard, type Ward } from './support.js';

let log: EmbeddedLog;
let ward: Ward;
let chat: ChatServer;
let client: ExplainServiceClient;

beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  const findings = [{ id: AF, probability: 0.91 }, { id: 'left-bundle-branch-block', probability: 0.95 }];
  const measurements = { beats: [], voltages: [], st: [], heartRateBpm: 113.4, qrsMs: 92 };
  const association = { encounter: 'e-1', knownConditions: [], contextOffset: 0, unit: 'icu' };
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(7, 0), findings, measurements, association } }) }]);
  await log.append([event(1, 'raised', { unit: 'icu' }, 1, { partition: 0, offset: 0 }), event(2, 'raised', { unit: 'icu' }, 1, { partition: 0, offset: 99 })]);
  chat = await chatServer((asked, response) => json(completion(asked.messages[1].content.replace('Atrial fibrillation (', 'There is atrial fibrillation (')))(asked, response));
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, language: openLanguageModel({ url: chat.url, model: 'qwen2.5:7b', timeoutMs: 5000 }) });
  client = new ExplainServiceClient(`127.0.0.1:${ward.monitor.grpcPort}`, grpc.credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await ward.close();
  await chat.close();
  await log.close();
});

const metadata = (token: string) => {
  const own = new grpc.Metadata();
  own.set('authorization', `Bearer ${token}`);
  return own;
};
const of = { alertId: idOf(1), bed: '', at: '' };
const report = (over: object = {}, token = ALL) => new Promise<ReportResponse>((resolve, reject) => client.report({ of, language: '', rephrase: false, neighbours: false, ...over }, metadata(token), (error, response) => (error === null ? resolve(response) : reject(error))));
const ask = (question: string, over: object = {}, token = ALL) => new Promise<AskResponse>((resolve, reject) => client.ask({ of, question, language: '', rephrase: false, ...over }, metadata(token), (error, response) => (error === null ? resolve(response) : reject(error))));

test('a report has the sentences, the reasons and the notice that HTTP’s has, in either language', async () => {
  for (const language of ['en', 'de']) {
    const own = await report({ language });
    const http = (await (await ward.get(`/report?alert=${idOf(1)}&lang=${language}`)).json()) as Report;
    expect([own.notice, own.line, own.terms, own.segment, own.simulated]).toEqual([http.notice, http.line, http.terms, http.segment, http.simulated]);
    expect(own.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text))).toEqual(http.sections.flatMap(({ sentences }) => sentences.map(({ text }) => text)));
    const [{ because }] = own.sections[0].sentences;
    expect(because[0]).toMatchObject({ kind: 'score', id: AF, value: expect.closeTo(0.91, 6), threshold: expect.any(Number), model: expect.stringContaining('@') });
    expect(own.wording).toBeUndefined();
  }
});

test('an answer, its reasons, and the words of a language model where they are asked for', async () => {
  expect(await ask('Is there atrial fibrillation?')).toMatchObject({ answers: ['yes'], understood: 'verify, scp: AFIB', because: expect.arrayContaining([expect.objectContaining({ kind: 'score', id: AF })]), wording: undefined });
  expect(await ask('What is the rhythm?', { rephrase: true })).toMatchObject({ answer: expect.stringMatching(/^There is atrial fibrillation/), draft: expect.stringMatching(/^Atrial fibrillation/), wording: { model: 'qwen2.5:7b', taken: 1 } });
  expect((await report({ rephrase: true })).wording).toMatchObject({ model: 'qwen2.5:7b', failed: '' });
});

describe('refusals are HTTP’s', () => {
  const codes: Readonly<Record<number, grpc.status>> = { 400: grpc.status.INVALID_ARGUMENT, 401: grpc.status.UNAUTHENTICATED, 403: grpc.status.PERMISSION_DENIED, 404: grpc.status.NOT_FOUND };
  test.each<[string, object, string?]>([
    [`alert=${idOf(2)}`, { of: { ...of, alertId: idOf(2) } }],
    ['alert=nothing', { of: { ...of, alertId: 'nothing' } }],
    [`alert=${idOf(1)}`, {}, 'nurse/read:ward-9'],
    [`alert=${idOf(1)}`, {}, 'nurse/acknowledge:icu'],
    [`alert=${idOf(1)}&bed=icu-4`, { of: { ...of, bed: 'icu-4' } }],
    ['bed=no-such-bed', { of: { ...of, alertId: '', bed: 'no-such-bed' } }],
    ['bed=icu-4&at=yesterday', { of: { alertId: '', bed: 'icu-4', at: 'yesterday' } }],
    [`alert=${idOf(1)}&lang=fr`, { language: 'fr' }],
  ])('%s', async (query, over, token = ALL) => {
    const http = await ward.get(`/report?${query}`, { authorization: `Bearer ${token}` });
    const { error } = (await http.json()) as { readonly error: string };
    await expect(report(over, token)).rejects.toMatchObject({ code: codes[http.status], details: error });
  });

  test('a question that is not understood, and a caller without credentials', async () => {
    await expect(ask('Is there takotsubo?')).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT, details: expect.stringContaining('these words are not understood: takotsubo') });
    await expect(report({}, '')).rejects.toMatchObject({ code: grpc.status.UNAUTHENTICATED });
  });

  test('each reading is on the audit as HTTP’s is, but for its door', async () => {
    const lines = (surface: string) => ward.audit.filter((line) => line.surface === surface && line.who === 'auditor').map(({ action, outcome: was, alertId, why }) => ({ action, was, alertId, why }));
    for (const token of ['auditor/read:icu', 'auditor/acknowledge:icu']) {
      await ward.get(`/report?alert=${idOf(1)}`, { authorization: `Bearer ${token}` });
      await report({}, token).catch(() => {});
    }
    expect(lines('grpc Report')).toEqual(lines('http /report'));
    expect(lines('grpc Report')).toHaveLength(2);
  });
});
