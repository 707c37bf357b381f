/** Neighbours of an alert's segment and of a bed's: the model is asked again for the samples, one segment at a time, and the report stands whether it answers or not. Invariants: I161 */
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { physical } from '../../src/assemble/index.js';
import { serveModel, type ServedModel } from '../../src/cli/served.js';
import { condition } from '../../src/condition/index.js';
import { columnScores } from '../../src/contract/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { type NeighboursView, referenceOf, type ReferenceSet, spaceOf, vectorIn } from '../../src/explain/index.js';
import type { Comparing } from '../../src/line/index.js';
import { EncoderAwayError, TOPICS } from '../../src/ports/index.js';
import { ExplainServiceClient, type ReportResponse } from '../../src/wire/gen/ecg/v1/explain.js';
import { encodeChunk, encodeOutcome } from '../../src/wire/index.js';
import { CATALOGUE, outcome, policyWith } from '../decide/series.js';
import { ensureBuilt, MODEL } from '../encoder/support.js';
import { patientChunk, segmentOf } from '../grade/segment.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, event, idOf, openWard, type Ward } from './support.js';

const CONDITIONS = ['sinus-rhythm', 'atrial-fibrillation', 'left-bundle-branch-block', 'anterior-stemi', 'sinus-bradycardia', 'right-bundle-branch-block'];
/** What the alert is of, in the signal at this offset. */
const ALERT_OF = CONDITIONS.indexOf('left-bundle-branch-block');

let served: ServedModel;
let log: EmbeddedLog;
let ward: Ward;
let set: ReferenceSet;
let comparing: Comparing;

beforeAll(async () => {
  ensureBuilt();
  served = await serveModel(MODEL);
  const { contract } = served;
  const chunks: Chunk[] = [];
  for (const spec of CONDITIONS) chunks.push({ ...(await patientChunk({ condition: spec } as never)), deviceTimeMs: 1_700_000_000_000 });
  const space = spaceOf(contract);
  const vectors: Float64Array[] = [];
  for (const chunk of chunks) {
    const conditioned = condition(physical(segmentOf(chunk)), contract, {});
    if (!conditioned.ok) throw new Error('the model does not take it');
    const [{ logits }] = await served.score([conditioned]);
    const of = columnScores(contract, logits);
    vectors.push(vectorIn(space, contract, { columns: contract.outputs.logits!.targets.map((_, column) => of(column)) })!);
  }
  const { name, version } = contract.model;
  set = referenceOf({ model: { name, version, sha256: served.sha256 }, space, source: { data: 'simulated', rule: 'all', licence: 'CC0' }, floor: { similarity: 0.1, chosenOn: '-' } }, CONDITIONS.map((id) => ({ id, statements: ['SR'], report: `of ${id}` })), vectors);
  comparing = { contract, encoder: { score: (inputs) => served.score(inputs) }, set };
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 });
  await log.append(chunks.map((chunk) => ({ topic: TOPICS.signal, partition: 0, key: 'bed-1', value: encodeChunk(chunk) })));
  const of = (over: object) => ({ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.9), measurements: { beats: [], voltages: [], st: [] }, association: { encounter: 'e-1', bed: 'icu-4', unit: 'icu', knownConditions: [], contextOffset: 0 }, source: { partition: 0, offsets: [ALERT_OF] }, ...over } }) });
  await log.append([of({}), of({ source: { partition: 0, offsets: [99] } }), of({ grade: 'unusable' })]);
  await log.append([0, 1, 2].map((k) => event(k + 1, 'raised', { unit: 'icu', bed: 'icu-4' }, 1, { partition: 0, offset: k })));
  ward = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, comparing: () => Promise.resolve(comparing) });
}, 120_000);
afterAll(async () => {
  await ward.close();
  await log.close();
  await served.close();
});

async function neighbours(query: string, of: Ward = ward): Promise<NeighboursView> {
  const response = await of.get(`/report?${query}&neighbours=1`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly neighbours: NeighboursView }).neighbours;
}

test('of an alert those of the samples that raised it, the most similar first, with their reports, their source and the model; not where they are not asked for', async () => {
  const found = await neighbours(`alert=${idOf(1)}`);
  expect(found).toMatchObject({ isSufficient: true, floor: 0.1, source: { data: 'simulated', licence: 'CC0' }, model: expect.stringMatching(/^purkinje-s@/) });
  expect(found.neighbours[0]).toEqual({ id: 'left-bundle-branch-block', statements: ['SR'], report: 'of left-bundle-branch-block', similarity: expect.closeTo(1, 3) });
  expect(found.neighbours).toHaveLength(5);
  expect(JSON.stringify(await (await ward.get(`/report?alert=${idOf(1)}`)).json())).not.toContain('neighbours');
  const refused = await ward.get(`/report?alert=${idOf(1)}&neighbours=yes`);
  expect([refused.status, await refused.json()]).toEqual([400, { error: 'neighbours is one of 0, 1' }]);
});

test('of a bed likewise; to nobody who may not read its unit', async () => {
  const [fresh, startMs] = [await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 }), Date.now() - 20_000];
  await fresh.append([{ topic: TOPICS.signal, partition: 0, key: 'bed-1', value: encodeChunk({ ...(await patientChunk({ condition: 'atrial-fibrillation' })), deviceTimeMs: startMs }) }]);
  await fresh.append([{ topic: TOPICS.outcomes, partition: 0, key: 'e-1', value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.9), startMs, association: { bed: 'icu-4', unit: 'icu', knownConditions: [], contextOffset: 0 }, source: { partition: 0, offsets: [0] } } }) }]);
  let asked = 0;
  const beside = await openWard(fresh, { policy: policyWith({}), catalogue: CATALOGUE, comparing: () => Promise.resolve({ ...comparing, encoder: { score: (...args) => (asked++, served.score(args[0])) } }) });
  const at = new Date(startMs + 4000).toISOString();
  expect((await neighbours(`bed=icu-4&at=${at}`, beside)).neighbours[0]).toMatchObject({ id: 'atrial-fibrillation', similarity: expect.closeTo(1, 3) });
  expect(asked).toBe(1);
  expect((await beside.get(`/report?bed=icu-4&at=${at}&neighbours=1`, { authorization: 'Bearer nurse/read:ward-9' })).status).toBe(404);
  expect(asked).toBe(1);
  await beside.close();
  await fresh.close();
});

test('in text, on a page of its own and on paper, and over gRPC as over HTTP', async () => {
  const of = async (format: string) => Buffer.from(await (await ward.get(`/report?alert=${idOf(1)}&neighbours=1&format=${format}`)).arrayBuffer()).toString('latin1');
  expect(await of('text')).toMatch(/Most alike among labelled recordings\n[^]*1\.000 {2}left-bundle-branch-block: Sinus rhythm/);
  expect(await of('html')).toMatch(/<h2>Most alike among labelled recordings<\/h2>[^]*<li>1\.000 {2}left-bundle-branch-block/);
  expect(await of('pdf')).toMatch(/^%PDF-/);
  const client = new ExplainServiceClient(`127.0.0.1:${ward.monitor.grpcPort}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${ALL}`);
  const report = (asked: boolean) => new Promise<ReportResponse>((resolve, reject) => client.report({ of: { alertId: idOf(1), bed: '', at: '' }, language: '', rephrase: false, neighbours: asked }, metadata, (error, response) => (error === null ? resolve(response) : reject(error))));
  const own = (await report(true)).neighbours!;
  const http = await neighbours(`alert=${idOf(1)}`);
  expect(own).toMatchObject({ source: 'simulated. CC0', model: http.model, sufficient: http.isSufficient, similarity: http.similarity, floor: 0.1, why: '' });
  expect(own.neighbours.map(({ id }) => id)).toEqual(http.neighbours.map(({ id }) => id));
  expect((await report(false)).neighbours).toBeUndefined();
  client.close();
});

test('where nothing is compared the report stands, and says why', async () => {
  expect(await neighbours(`alert=${idOf(2)}`)).toEqual({ isSufficient: false, why: 'no-samples', neighbours: [] });
  expect(await neighbours(`alert=${idOf(3)}`)).toEqual({ isSufficient: false, why: 'unusable', neighbours: [] });
  const [none, away] = [await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE }), await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, comparing: () => Promise.resolve({ ...comparing, encoder: { score: () => Promise.reject(new EncoderAwayError('no encoder can answer')) } }) })];
  expect(await neighbours(`alert=${idOf(1)}`, none)).toMatchObject({ why: 'nothing-to-compare-with', neighbours: [] });
  expect(await neighbours(`alert=${idOf(1)}`, away)).toMatchObject({ why: 'away', neighbours: [] });
  expect(await (await away.get(`/report?alert=${idOf(1)}&neighbours=1&format=text`)).text()).toContain('Not compared: the model does not answer now.');
  await none.close();
  await away.close();
});

test('what cannot be opened is tried again with the next; the model is asked for one segment at a time', async () => {
  let [opened, running, most] = [0, 0, 0];
  const score: typeof comparing.encoder.score = async (inputs) => {
    most = Math.max(most, ++running);
    return served.score(inputs).finally(() => running--);
  };
  const open = vi.fn(() => Promise.resolve(opened++ === 0 ? undefined : { ...comparing, encoder: { score } }));
  const own = await openWard(log, { policy: policyWith({}), catalogue: CATALOGUE, comparing: open });
  expect(open).not.toHaveBeenCalled();
  expect((await neighbours(`alert=${idOf(1)}`, own)).why).toBe('away');
  const each = await Promise.all(['a', 'b', 'c', 'd'].map(async (who) => (await own.get(`/report?alert=${idOf(1)}&neighbours=1`, { authorization: `Bearer ${who}/read:*` })).json())) as { readonly neighbours: NeighboursView }[];
  expect(each.map(({ neighbours: { neighbours: [first] } }) => first.id)).toEqual(Array.from({ length: 4 }, () => 'left-bundle-branch-block'));
  expect([open.mock.calls.length, most]).toEqual([2, 1]);
  await own.close();
});
