/** docs/reference/openapi.json is what the monitor serves: every route and no other, each answer as its schema says, each right as it is enforced. Invariants: I171 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { type BedView, type BurdenSeries, NO_FILTER } from '../../src/deliver/index.js';
import * as views from '../../src/monitor/api-views.js';
import { type AlertView, type AnswerView, API, type BedSurveillance, type FindingVerdicts, HEALTH, type Operation, PAGE, type SessionView, type StatusView, type Strip, type WorklistView } from '../../src/monitor/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeEvidence, encodeOutcome } from '../../src/wire/index.js';
import { AF, CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { patientChunk } from '../grade/segment.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf, openWard, type Ward } from './support.js';

type Document = Record<string, unknown> & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-purkinje-right'?: string; readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/reference/openapi.json'), 'utf8')) as Document;
const METHODS = ['get', 'post', 'delete'];
const operations = Object.entries(API) as [string, Operation][];
const RIGHTS = ['read', 'acknowledge', 'dismiss', 'operate'];
const START_MS = Date.now() - 30_000;

/** As JSON has it: what is undefined is not there. */
type Sent<T> = T extends readonly (infer U)[]
  ? readonly Sent<U>[]
  : T extends object
    ? { readonly [K in keyof T as undefined extends T[K] ? never : K]: Sent<T[K]> } & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Sent<T[K]> }
    : T;

/** The compiler holds the schemas to what the handlers answer. */
const TYPED: readonly z.ZodObject[] = [
  views.alert satisfies z.ZodType<Sent<AlertView>>,
  views.worklist satisfies z.ZodType<Sent<WorklistView>>,
  views.status satisfies z.ZodType<StatusView>,
  views.bed satisfies z.ZodType<BedView>,
  views.surveillance satisfies z.ZodType<BedSurveillance>,
  views.burdens satisfies z.ZodType<BurdenSeries>,
  views.strip satisfies z.ZodType<Strip>,
  views.verdicts satisfies z.ZodType<FindingVerdicts>,
  views.session satisfies z.ZodType<SessionView>,
  views.answer satisfies z.ZodType<AnswerView>,
];

let log: EmbeddedLog;
let ward: Ward;

beforeAll(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, targets: [{ name: 'pager', kind: 'webhook', to: 'pager.example', filter: NO_FILTER, receiver: { send: () => Promise.resolve({ type: 'accepted' }), close() {} } }] });
  const segment = { ...outcome(0, 0.91), startMs: START_MS, measurements: { beats: [500, 1000, 1500, 2000], voltages: [{ lead: 'V1', rMv: 0.5, sMv: -1 }], st: [{ lead: 'V2', mv: 0.1 }], heartRateBpm: 113, qrsMs: 92 }, association: { encounter: 'e-1', bed: 'icu-4', unit: 'icu', knownConditions: [], contextOffset: 0 } };
  await log.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: segment }) }]);
  const trigger = { what: 'beats', fromMs: START_MS, toMs: START_MS + 5000, beats: 17, perMinute: 134, kinds: 'NNV' } as const;
  await log.append([
    event(1, 'raised', { bed: 'icu-4', trigger, segments: [segment.id], measurements: segment.measurements, expectedPpv: 0.4, reasons: ['noise'] }, 1, { partition: 0, offset: 0 }),
    ...[2, 3].map((n) => event(n, 'raised', { kind: 'structural', channel: 'worklist', explainedBy: n === 3 ? idOf(2) : undefined })),
    event(4),
  ]);
  await log.append([{ topic: TOPICS.evidence, key: 'e-1', value: encodeEvidence({ alertId: idOf(1), segment: segment.id, chunks: [encodeChunk(await patientChunk({ condition: 'sinus-rhythm' }))], focus: [{ fromMs: 100, toMs: 900, weight: 0.5 }], missing: '', part: 1, parts: 1 }) }]);
  await vi.waitFor(async () => expect((await ward.get('/report?bed=icu-4')).status).toBe(200), 10_000);
}, 60_000);
afterAll(async () => {
  await ward.close();
  await log.close();
});

/** As the table has it: `POST /session`, `/bed/*`. */
const documented = Object.entries(document.paths).flatMap(([path, item]) => METHODS.filter((method) => method in item).map((method) => `${method === 'get' ? '' : `${method.toUpperCase()} `}${path.replace(/\{\w+\}/, '*')}`));

test('it is OpenAPI 3.1', async () => {
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
  expect(await new Validator().validate({ ...structuredClone(document), paths: { '/x': { get: { answers: {} } } }, info: {} })).toMatchObject({ valid: false });
});

test('what the compiler holds to the handlers is what the document has', () => {
  const schemas = Object.values(document.components.schemas) as { readonly properties?: object }[];
  const fields = schemas.map(({ properties = {} }) => Object.keys(properties).join());
  for (const { shape } of TYPED) expect(fields).toContain(Object.keys(shape).join());
});

test('it has every route that is served, and no other', () => {
  expect(documented.toSorted()).toEqual([...Object.keys(ward.monitor.routes), ...Object.keys(HEALTH)].toSorted());
  expect(new Set(Object.keys(ward.monitor.routes))).toEqual(new Set([...Object.keys(API), ...Object.keys(PAGE)]));
});

describe('an answer is what its schema says, whole', () => {
  const QUERY: Readonly<Record<string, string>> = { '/evidence': `?alert=${idOf(1)}`, '/events': `?alert=${idOf(1)}`, '/report': `?alert=${idOf(1)}&neighbours=1`, '/ask': '?bed=icu-4&question=Is+there+atrial+fibrillation' };
  const readable = operations.filter(([route, { answers }]) => !route.includes(' ') && answers[200]?.['application/json'] !== undefined);

  test.each(readable)('%s', async (route, { answers }) => {
    const response = await ward.get(`${route}${QUERY[route] ?? ''}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    const body: unknown = await response.json();
    // Parsing drops what the schema does not name.
    expect(answers[200]!['application/json']!.parse(body)).toEqual(body);
    if (Array.isArray(body) && route !== '/verdicts') expect(body.length, route).toBeGreaterThan(0);
  });

  test('of the stream of alerts, and of a refusal', async () => {
    const reader = (await ward.get('/alerts')).body!.getReader();
    let text = '';
    while (!text.includes('event: snapshot-end')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    const first: unknown = JSON.parse(/event: alert\ndata: (.*)/.exec(text)![1]);
    expect(API['/alerts'].answers[200]['text/event-stream'].parse(first)).toEqual(first);
    const refused = await ward.get('/burdens?minutes=0');
    expect([refused.status, await refused.json()]).toEqual([400, { error: expect.any(String) }]);
  });

  test('and the document says the same of an alert as the code', async () => {
    const [alert] = (await (await ward.get(`/events?alert=${idOf(1)}`)).json()) as object[];
    const schema = z.fromJSONSchema({ ...document.components.schemas.Alert });
    expect(schema.safeParse(alert).error).toBeUndefined();
    expect(schema.safeParse({ ...alert, finding: undefined }).success).toBe(false);
    expect((alert as { finding: string }).finding).toBe(AF);
  });
});

test.each(operations)('%s: the right that it names is the one that is asked for', async (route, { right }) => {
  const [method, path] = route.includes(' ') ? route.split(' ') : ['GET', route];
  const others = RIGHTS.filter((one) => one !== right).map((one) => `${one}:*`).join('/');
  const call = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${ward.http.port}${path}`, { method, headers });
  expect((await call({})).status).toBe(401);
  expect((await call({ authorization: `Bearer other/${others}` })).status).toBe(403);
  const item = document.paths[path][method.toLowerCase()];
  expect([item['x-purkinje-right'], Object.keys(item.responses)]).toEqual([right, expect.arrayContaining(['401', '403'])]);
});
