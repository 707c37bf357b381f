/** Chunks over gRPC with client certificates: who has one of the authority may send for the units that the configuration gives to its name. Invariants: I59, I90 */
import { copyFileSync, readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { openAccess } from '../../src/cli/access.js';
import { loadConfig } from '../../src/config/index.js';
import { startIngestDoor } from '../../src/gateway/index.js';
import { siteMapSchema } from '../../src/ingest/index.js';
import type { NewRecord } from '../../src/ports/index.js';
import { IngestResponse, IngestServiceService } from '../../src/wire/gen/ecg/v1/ingest.js';
import { encodeChunk } from '../../src/wire/index.js';
import { type Certificate, certificate, chained, revocations } from '../access/authority.js';
import { beating } from '../line/bench.js';
import { countingMeter } from '../encoder/support.js';

const pem = (file: string) => readFileSync(file);
const authority = certificate({ name: 'authority', isCa: true });
const lost = certificate({ name: 'bridge', by: authority, usage: 'clientAuth' });
const list = chained(revocations(authority, []));
const other = certificate({ name: 'another authority', isCa: true });
const server = certificate({ name: 'gateway', by: authority, usage: 'serverAuth' });
const written: NewRecord[] = [];
let port: number;
let close: () => Promise<void>;

beforeAll(async () => {
  const { monitor } = loadConfig({ env: {}, flags: {} }).config;
  const access = await openAccess({ ...monitor, host: '0.0.0.0', clients: { bridge: ['ingest:ICU'] }, tlsCert: server.cert, tlsKey: server.key, tlsClientCa: authority.cert, tlsClientCrl: list }, systemClock(), () => {});
  const write = (some: readonly NewRecord[]) => Promise.resolve(some.map((record) => ({ partition: 0, offset: written.push(record) - 1 })));
  const map = siteMapSchema.parse({ beds: { 'ICU/1/1': ['bed-1'], 'WARD/9/2': ['bed-2'] } });
  const door = await startIngestDoor({ host: '127.0.0.1', port: 0, tls: access.tls, connectionsOfAddress: 1000, access: access.door, log: { write }, map, clock: systemClock(), meter: countingMeter(), report: () => {} });
  port = door.port;
  close = async () => {
    await door.close();
    access.tls?.close();
  };
});
afterAll(() => close());

/** What a client with this certificate hears of a chunk of each bed. */
async function answersTo(client: Certificate | undefined): Promise<string[]> {
  const credentials = client === undefined ? grpc.credentials.createSsl(pem(authority.cert)) : grpc.credentials.createSsl(pem(authority.cert), pem(client.key), pem(client.cert));
  const stub = new (grpc.makeGenericClientConstructor({}, 'IngestService'))(`127.0.0.1:${port}`, credentials);
  const call = stub.makeBidiStreamRequest<Buffer, IngestResponse>(IngestServiceService.ingest.path, (bytes) => bytes, (bytes) => IngestResponse.decode(bytes));
  const heard: string[] = [];
  call.on('data', ({ result }: IngestResponse) => result && heard.push(result.$case === 'written' ? 'written' : result.value.reason));
  const ended = new Promise<void>((resolve) => {
    call.on('end', resolve);
    call.on('error', ({ code }: grpc.ServiceError) => {
      heard.push(grpc.status[code]);
      resolve();
    });
  });
  for (const device of ['bed-1', 'bed-2']) call.write(Buffer.from(encodeChunk(beating(0, 100, { device }))));
  call.end();
  await ended;
  stub.close();
  return heard;
}

test('the units of its name, and no others', async () => {
  expect(await answersTo(certificate({ name: 'bridge', by: authority, usage: 'clientAuth' }))).toEqual(['written', 'not-allowed']);
  expect(written.map(({ key }) => key)).toEqual(['bed-1']);
});

test.each<[string, () => Certificate | undefined, string]>([
  ['a name that is not in the configuration', () => certificate({ name: 'stranger', by: authority, usage: 'clientAuth' }), 'UNAUTHENTICATED'],
  ['no certificate', () => undefined, 'UNAVAILABLE'],
  ['one of another authority', () => certificate({ name: 'bridge', by: other, usage: 'clientAuth' }), 'UNAVAILABLE'],
  ['one that has expired', () => certificate({ name: 'bridge', by: authority, usage: 'clientAuth', from: -9, until: -1 }), 'UNAVAILABLE'],
])('%s: nothing is taken', async (_what, client, status) => {
  const before = written.length;
  expect(await answersTo(client())).toEqual([status]);
  expect(written.length).toBe(before);
});

test('a stream that was open when its certificate was revoked ends within 5 s, and nothing more of it is taken', async () => {
  const stub = new (grpc.makeGenericClientConstructor({}, 'IngestService'))(`127.0.0.1:${port}`, grpc.credentials.createSsl(pem(authority.cert), pem(lost.key), pem(lost.cert)));
  const call = stub.makeBidiStreamRequest<Buffer, IngestResponse>(IngestServiceService.ingest.path, (bytes) => bytes, (bytes) => IngestResponse.decode(bytes));
  const ended = new Promise<number>((resolve) => call.on('error', () => resolve(Date.now())));
  const answered = new Promise<void>((resolve) => call.on('data', ({ result }: IngestResponse) => result && resolve()));
  call.write(Buffer.from(encodeChunk(beating(0, 100, { device: 'bed-1' }))));
  await answered;
  const before = written.length;
  copyFileSync(revocations(authority, [lost]), list);
  const atMs = Date.now();
  expect((await ended) - atMs).toBeLessThan(5000);
  stub.close();
  expect(await answersTo(lost)).toEqual(['UNAVAILABLE']);
  expect(written.length).toBe(before);
  expect(await answersTo(certificate({ name: 'bridge', by: authority, usage: 'clientAuth' }))).toEqual(['written', 'not-allowed']);
}, 20_000);
