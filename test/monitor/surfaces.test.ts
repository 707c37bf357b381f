/** Every surface of the monitor against every kind of caller: nobody, a stranger, one who may in another unit, one who may. Nothing of a patient in logs and metrics. Invariants: I34 */
import { connect } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { auditOf } from '../../src/cli/logger.js';
import { grantsOf, NO_FILTER } from '../../src/deliver/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeEvidence, encodeOutcome } from '../../src/wire/index.js';
import { AlertServiceClient } from '../../src/wire/gen/ecg/v1/delivery.js';
import { CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, idOf, openWard, subscribe, type Ward } from './support.js';

/** What must never be in a log line or a metric: of a patient, or his measurements. */
const CANARY = { encounter: 'canary-encounter', segment: 'canary-segment', score: 0.123456789, probability: 0.87654321 };

let log: EmbeddedLog;
let ward: Ward;
let lines = '';
const meter = prometheusMeter();

beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
  const audit = auditOf(pino({ level: 'trace' }, { write: (line: string) => void (lines += line) }));
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, audit, meter, targets: [{ name: 'pager', kind: 'webhook', to: 'pager.example', filter: NO_FILTER, receiver: { send: () => Promise.resolve({ type: 'accepted' }), close() {} } }] });
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'bed-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, CANARY.probability), id: CANARY.segment } }) }]);
  await log.append([event(1, 'raised', { ...CANARY, segments: [CANARY.segment] }, 1, { partition: 0, offset: 0 }), event(2, 'raised', { unit: 'ward-9', bed: 'bed-9' })]);
  await log.append([{ topic: TOPICS.evidence, key: CANARY.encounter, value: encodeEvidence({ alertId: idOf(1), segment: CANARY.segment, chunks: [], missing: 'expired', part: 1, parts: 1 }) }]);
  for (const [device, unit] of [['bed-1', 'icu'], ['bed-9', 'ward-9']]) {
    await log.append([{ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1), device, association: { unit, bed: device, encounter: CANARY.encounter, knownConditions: [], contextOffset: 0 } } }) }]);
  }
  await vi.waitFor(async () => expect(await (await ward.get('/beds')).json()).toHaveLength(2), 5000);
});
afterAll(async () => {
  await ward.close();
  await log.close();
});

type Outcome = 'ok' | 'unauthenticated' | 'denied' | 'unknown';
interface Surface {
  readonly name: string;
  readonly action: 'read' | 'acknowledge' | 'dismiss' | 'operate';
  /** Touches alert `n`, or lists. Resolves with the outcome, and with all text that came. */
  call(token: string, n: number): Promise<[Outcome, string]>;
}

const bearer = (token: string): Record<string, string> => (token === '' ? {} : { authorization: `Bearer ${token}` });
const HTTP_OUTCOME: Readonly<Record<number, Outcome>> = { 200: 'ok', 202: 'ok', 204: 'ok', 409: 'ok', 401: 'unauthenticated', 403: 'denied', 404: 'unknown' };

async function overHttp(path: string, token: string, init: RequestInit = {}): Promise<[Outcome, string]> {
  const response = await fetch(`http://127.0.0.1:${ward.http.port}${path}`, { ...init, headers: { ...bearer(token), ...init.headers } });
  return [HTTP_OUTCOME[response.status], await response.text()];
}

async function stream(path: string, token: string): Promise<[Outcome, string]> {
  const response = await fetch(`http://127.0.0.1:${ward.http.port}${path}`, { headers: bearer(token) });
  if (response.status !== 200) return [HTTP_OUTCOME[response.status], await response.text()];
  const reader = response.body!.getReader();
  let text = '';
  while (!text.includes('event: snapshot-end')) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  return ['ok', text];
}

/** Of a stream that goes on, what it answers at once. */
async function headOf(path: string, token: string): Promise<[Outcome, string]> {
  const response = await fetch(`http://127.0.0.1:${ward.http.port}${path}`, { headers: bearer(token) });
  const text = response.status === 200 ? '' : await response.text();
  await response.body?.cancel().catch(() => {});
  return [HTTP_OUTCOME[response.status], text];
}

const GRPC_OUTCOME: Readonly<Partial<Record<grpc.status, Outcome>>> = { [grpc.status.OK]: 'ok', [grpc.status.ALREADY_EXISTS]: 'ok', [grpc.status.UNAUTHENTICATED]: 'unauthenticated', [grpc.status.PERMISSION_DENIED]: 'denied', [grpc.status.NOT_FOUND]: 'unknown' };

type Call = (client: AlertServiceClient, metadata: grpc.Metadata, done: (error: grpc.ServiceError | null, answer: unknown) => void) => void;
function overGrpc(token: string, call: Call): Promise<[Outcome, string]> {
  const client = new AlertServiceClient(`127.0.0.1:${ward.monitor.grpcPort}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  if (token !== '') metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve) => {
    call(client, metadata, (error, answer) => {
      client.close();
      resolve([GRPC_OUTCOME[error?.code ?? grpc.status.OK]!, JSON.stringify(answer ?? error?.details)]);
    });
  });
}

async function overSubscribe(token: string): Promise<[Outcome, string]> {
  const subscriber = subscribe(ward.monitor.grpcPort, { token });
  await vi.waitFor(() => expect(subscriber.end() >= 0 || subscriber.status() !== undefined).toBe(true), 5000);
  subscriber.close();
  return [subscriber.end() >= 0 ? 'ok' : GRPC_OUTCOME[subscriber.status()!.code]!, JSON.stringify(subscriber.events())];
}

const json = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const SURFACES: readonly Surface[] = [
  ...['/beds', '/surveillance', '/burdens', '/verdicts', '/status', '/worklist', '/session'].map((path): Surface => ({ name: `GET ${path}`, action: 'read', call: (token) => overHttp(path, token) })),
  { name: 'GET /evidence', action: 'read', call: (token, n) => overHttp(`/evidence?alert=${idOf(n)}`, token) },
  { name: 'GET /report', action: 'read', call: (token, n) => overHttp(`/report?alert=${idOf(n)}`, token) },
  { name: 'GET /ask', action: 'read', call: (token, n) => overHttp(`/ask?alert=${idOf(n)}&question=Is+there+atrial+fibrillation`, token) },
  { name: 'GET /events', action: 'read', call: (token, n) => overHttp(`/events?alert=${idOf(n)}`, token) },
  { name: 'GET /waves', action: 'read', call: (token) => headOf('/waves?device=bed-1', token) },
  { name: 'GET /alerts', action: 'read', call: (token) => stream('/alerts', token) },
  { name: 'POST /session', action: 'read', call: (token) => overHttp('/session', token, { method: 'POST' }) },
  { name: 'DELETE /session', action: 'read', call: (token) => overHttp('/session', token, { method: 'DELETE' }) },
  { name: 'DELETE /sessions', action: 'read', call: (token) => overHttp('/sessions', token, { method: 'DELETE' }) },
  { name: 'DELETE /sessions of another', action: 'operate', call: (token) => overHttp('/sessions?who=nurse', token, { method: 'DELETE' }) },
  { name: 'POST /resume', action: 'operate', call: (token) => overHttp('/resume', token, json({ name: 'pager' })) },
  { name: 'POST /acknowledge', action: 'acknowledge', call: (token, n) => overHttp('/acknowledge', token, json({ alertId: idOf(n) })) },
  { name: 'POST /dismiss', action: 'dismiss', call: (token, n) => overHttp('/dismiss', token, json({ alertId: idOf(n), reason: 'known' })) },
  { name: 'grpc Subscribe', action: 'read', call: (token) => overSubscribe(token) },
  { name: 'grpc List', action: 'read', call: (token) => overGrpc(token, (client, metadata, done) => client.list({ filter: undefined }, metadata, done)) },
  { name: 'grpc Get', action: 'read', call: (token, n) => overGrpc(token, (client, metadata, done) => client.get({ alertId: idOf(n) }, metadata, done)) },
  { name: 'grpc Acknowledge', action: 'acknowledge', call: (token, n) => overGrpc(token, (client, metadata, done) => client.acknowledge({ alertId: idOf(n) }, metadata, done)) },
  { name: 'grpc Dismiss', action: 'dismiss', call: (token, n) => overGrpc(token, (client, metadata, done) => client.dismiss({ alertId: idOf(n), reason: 'known' }, metadata, done)) },
];
/** Touch one alert, which the caller names. */
const BY_ID = SURFACES.filter(({ name }) => /evidence|events|acknowledge|dismiss|Get$|Acknowledge|Dismiss/.test(name) && name !== 'GET /evidence');
const LISTS = SURFACES.filter(({ name }) => /GET \/(beds|surveillance|burdens|alerts|worklist)|Subscribe|List/.test(name));

describe.each(SURFACES)('$name', ({ action, call }) => {
  test('is closed to nobody and to a word that is no token', async () => {
    expect((await call('', 1))[0]).toBe('unauthenticated');
    expect((await call('/', 1))[0]).toBe('unauthenticated');
  });
  test('is closed to one with every other right, and discloses nothing', async () => {
    const others = ['read', 'acknowledge', 'dismiss', 'operate'].filter((one) => one !== action).map((one) => `${one}:*`);
    const [outcome_, text] = await call(`orderly/${others.join('/')}`, 1);
    expect(outcome_).toBe('denied');
    expect(text).not.toMatch(/canary|bed-1/);
  });
  test('is open to one who may', async () => expect((await call(ALL, 1))[0]).toBe('ok'));
});

describe('across units', () => {
  const others = ['read:icu', 'read:ICU', 'read:ward', 'read:ward-99', 'read:ward-9x', 'read:**'];
  const attempts = [...BY_ID, ...SURFACES.filter(({ name }) => /GET .(evidence|report|ask)/.test(name))].flatMap((surface) => others.slice(0, 3).map((scope): [string, string, Surface] => [surface.name, scope, surface]));
  test(`${attempts.length + LISTS.length * others.length} attempts are made`, () => expect(attempts.length + LISTS.length * others.length).toBeGreaterThanOrEqual(20));

  test.each(attempts)('%s with %s: an alert of ward-9 is not there', async (_name, scope, { action, call }) => {
    const [outcome_, text] = await call(`nurse/${scope}/${action}:icu`, 2);
    expect(outcome_).toBe('unknown');
    expect(text).not.toContain('bed-9');
  });

  test.each(LISTS.flatMap((surface) => others.map((scope): [string, string, Surface] => [surface.name, scope, surface])))('%s with %j shows nothing of ward-9', async (_name, scope, { call }) => {
    const [, text] = await call(`nurse/${scope}`, 2);
    expect(text).not.toMatch(/bed-9|ward-9"/);
  });

  test('one may read a unit and not answer in it', async () => {
    for (const { name, action, call } of BY_ID.filter((surface) => surface.action !== 'read')) expect([name, (await call(`nurse/read:*/${action}:icu`, 2))[0]]).toEqual([name, 'denied']);
  });

  test('a bed whose unit nobody knows is for those who may everywhere', () => {
    expect(grantsOf(['read:icu', 'read:*'])).toEqual({ read: '*' });
  });
});

describe('a browser', () => {
  test('signs in with its token once; the cookie is out of reach of scripts and other sites, and opens what the token opens', async () => {
    const signed = await fetch(`http://127.0.0.1:${ward.http.port}/session`, { method: 'POST', headers: bearer('nurse/read:icu') });
    expect(signed.status).toBe(204);
    const cookie = signed.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const beds = await fetch(`http://127.0.0.1:${ward.http.port}/beds`, { headers: { cookie: cookie.split(';')[0] } });
    expect(((await beds.json()) as { bed: string }[]).map(({ bed }) => bed)).toEqual(['bed-1']);
  });

  test('a form of another site, which cannot send JSON, answers nothing', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const sent = await fetch(`http://127.0.0.1:${ward.http.port}/acknowledge`, { method: 'POST', headers: { ...bearer(ALL), 'content-type': type }, body: JSON.stringify({ alertId: idOf(1) }) });
      expect(sent.status).toBe(400);
    }
  });
});

describe('bad input', () => {
  test('a flood of headers, a body too large, a message too large, a method that is not there', async () => {
    expect((await fetch(`http://127.0.0.1:${ward.http.port}/beds`, { headers: { ...bearer(ALL), 'x-flood': 'x'.repeat(20_000) } })).status).toBe(431);
    expect((await overHttpStatus('/dismiss', json({ alertId: idOf(1), reason: 'x'.repeat(20_000) })))).toBe(413);
    expect(await overHttpStatus('/beds', { method: 'DELETE' })).toBe(405);
    expect(await overHttpStatus('/nothing', {})).toBe(404);
    const [, said] = await overGrpc(ALL, (client, metadata, done) => client.dismiss({ alertId: idOf(1), reason: 'x'.repeat(400_000) }, metadata, done));
    expect(said).toMatch(/larger than max|exceeds/i);
    const [, flooded] = await overGrpc('x'.repeat(20_000), (client, metadata, done) => client.list({ filter: undefined }, metadata, done));
    expect(flooded).not.toContain('alerts');
    expect((await overGrpc(ALL, (client, metadata, done) => client.list({ filter: undefined }, metadata, done)))[0]).toBe('ok');
  });

  test('headers that never end are cut off', async () => {
    const socket = connect(ward.http.port, '127.0.0.1');
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write('GET /beds HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => socket.write('x-a: b\r\n'), 500);
    await gone;
    clearInterval(drip);
  }, 20_000);

  test('a finding that is not there, over any way in; one that is about the watching itself is there', async () => {
    expect(await overHttpStatus('/alerts?finding=stemm', {})).toBe(400);
    expect((await overGrpc(ALL, (client, metadata, done) => client.list({ filter: { units: [], beds: [], findings: ['stemm'], priorities: [], evidence: [] } }, metadata, done)))[1]).toContain('finding \"stemm\" is not known'.replaceAll('"', '\\"'));
    expect((await overGrpc(ALL, (client, metadata, done) => client.list({ filter: { units: [], beds: [], findings: ['technical-leads-off', 'cardiac-amyloidosis', 'atrial-fibrillation'], priorities: [], evidence: [] } }, metadata, done)))[0]).toBe('ok');
  });

  test.each(['0', '1441', '1.5', 'all', '-1', '', '61'])('%j minutes', async (minutes) => expect(await overHttpStatus(`/burdens?minutes=${minutes}`, {})).toBe(400));

  test('what is no JSON, or another shape', async () => {
    for (const body of ['', '{', '[]', '{"alertId": 7}', '{"alertId": "x", "reason": {}}', 'null']) {
      const sent = await fetch(`http://127.0.0.1:${ward.http.port}/dismiss`, { method: 'POST', headers: { ...bearer(ALL), 'content-type': 'application/json' }, body });
      expect([body, sent.status]).toEqual([body, 400]);
    }
  });
});

async function overHttpStatus(path: string, init: RequestInit): Promise<number> {
  return (await fetch(`http://127.0.0.1:${ward.http.port}${path}`, { ...init, headers: { ...bearer(ALL), ...init.headers } })).status;
}

test('there are audit lines of all that was read and done, and no canary in them, nor in the metrics', async () => {
  const audited = lines.trim().split('\n').map((line) => (JSON.parse(line) as { audit: { who: string; action: string; surface: string; outcome: string } }).audit);
  for (const surface of ['http /beds', 'http /surveillance', 'http /burdens', 'http /alerts', 'grpc Subscribe', 'grpc List', 'grpc Get', 'grpc Acknowledge', 'http /dismiss']) {
    expect(audited.map((line) => `${line.surface} ${line.outcome}`), surface).toEqual(expect.arrayContaining([`${surface} allowed`, `${surface} refused`]));
  }
  const metrics = await meter.text();
  expect(metrics).toContain('purkinje_deliver_refused_total{why="no-scope"}');
  for (const text of [lines, metrics]) expect(text).not.toMatch(/canary|0\.12345|0\.87654|bed-[19]/);
});
