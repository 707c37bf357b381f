/** Chunks over gRPC: whose, in which order answered, and what becomes of those that nobody could read. Invariants: I59 */
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type Admission, grantsOf } from '../../src/deliver/index.js';
import { CREDIT_CHUNKS, startIngestDoor } from '../../src/gateway/index.js';
import { siteMapSchema } from '../../src/ingest/index.js';
import { type NewRecord, RefusedError } from '../../src/ports/index.js';
import { IngestResponse, IngestServiceService } from '../../src/wire/gen/ecg/v1/ingest.js';
import { encodeChunk } from '../../src/wire/index.js';
import { countingMeter } from '../encoder/support.js';
import { NOW_MS } from '../ingest/read.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const map = siteMapSchema.parse({ beds: { 'ICU/1/1': ['bed-1'], 'WARD/9/2': ['bed-2'] } });
const chunk = (device: string, second = 0): Buffer =>
  Buffer.from(
    encodeChunk({
      device,
      epoch: 1,
      sequence: second,
      firstSample: second * 250,
      deviceTimeMs: NOW_MS,
      rateHz: 250,
      declaredLeads: ['II'],
      blocks: [{ lead: 'II', origin: 'measured', aduPerMv: 400, offsetAdu: 0, samples: new Int16Array(250).fill(second), leadOff: false }],
      band: { phase: 'unknown' },
      placement: 'unknown',
      calibration: false,
      demo: false,
      endOfStream: false,
    }),
  );

/** By the word behind `Bearer`: scopes, parted by commas; `soon` runs out. */
const access = {
  admit({ authorization = '' }: { readonly authorization?: string }): Promise<Admission> {
    const [, words = ''] = authorization.split(' ');
    if (words === '') return Promise.resolve({ ok: false, why: 'no-credentials' });
    return Promise.resolve({ ok: true, principal: { who: 'somebody', grants: grantsOf(words.split(',')), ...(words.includes('soon') && { expiresMs: Date.now() + 200 }) } });
  },
};

async function door(write: (records: readonly NewRecord[]) => Promise<readonly { partition: number; offset: number }[]>) {
  const meter = countingMeter();
  const reports: string[] = [];
  const started = await startIngestDoor({ host: '127.0.0.1', port: 0, connectionsOfAddress: 1000, access, log: { write }, map, clock: systemClock(), meter, report: (_level, fields, text) => reports.push(`${text} ${JSON.stringify(fields)}`) });
  closing.push(() => started.close());
  const Client = grpc.makeGenericClientConstructor({}, 'IngestService');
  const client = new Client(`127.0.0.1:${started.port}`, grpc.credentials.createInsecure());
  closing.push(() => client.close());
  const open = (scopes: string) => {
    const metadata = new grpc.Metadata();
    if (scopes !== '') metadata.set('authorization', `Bearer ${scopes}`);
    const call = client.makeBidiStreamRequest<Buffer, IngestResponse>(IngestServiceService.ingest.path, (bytes) => bytes, (bytes) => IngestResponse.decode(bytes), metadata);
    const answers: string[] = [];
    call.on('data', ({ chunk: number, result }: IngestResponse) => result && answers.push(`${number} ${result.$case === 'written' ? `${result.value.partition}/${result.value.offset}` : result.value.reason}`));
    const status = new Promise<string>((resolve) => {
      call.on('error', (error: grpc.ServiceError) => resolve(`${grpc.status[error.code]}: ${error.details}`));
      call.on('end', () => resolve('OK'));
    });
    return { call, answers, status };
  };
  return { ...started, open, reports };
}

const counting = () => {
  const records: NewRecord[] = [];
  const write = (some: readonly NewRecord[]) => Promise.resolve(some.map((record) => ({ partition: 3, offset: records.push(record) - 1 })));
  return { records, write };
};

describe('who may', () => {
  test('in the units of the site map; elsewhere a chunk is refused, and the others are not', async () => {
    const { records, write } = counting();
    const { open, reports } = await door(write);
    const { call, answers, status } = open('ingest:ICU');
    for (const device of ['bed-1', 'bed-2', 'bed-7', 'bed-1']) call.write(chunk(device));
    call.end();
    expect(await status).toBe('OK');
    expect(answers).toEqual(['0 3/0', '1 not-allowed', '2 not-allowed', '3 3/1']);
    // Also logged by the gateway, once per call and reason.
    expect(reports.filter((line) => line.includes('not-allowed'))).toHaveLength(1);
    expect(records.map(({ key }) => key)).toEqual(['bed-1', 'bed-1']);
    const everywhere = open('ingest:*');
    for (const device of ['bed-2', 'bed-7']) everywhere.call.write(chunk(device));
    everywhere.call.end();
    expect(await everywhere.status).toBe('OK');
    expect(everywhere.answers).toEqual(['0 3/2', '1 3/3']);
  });

  test.each([
    ['', /^UNAUTHENTICATED.*no-credentials/],
    ['read:*,operate:*', /^PERMISSION_DENIED.*ingest:UNIT/],
  ])('with %j is not let in', async (scopes, expected) => {
    const { records, write } = counting();
    const { open } = await door(write);
    const { call, status } = open(scopes);
    call.write(chunk('bed-1'));
    expect(await status).toMatch(expected);
    expect(records).toEqual([]);
  });

  test('credentials that run out end the call', async () => {
    const { open } = await door(counting().write);
    const { call, answers, status } = open('ingest:*,soon');
    call.write(chunk('bed-1'));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 250));
    call.write(chunk('bed-1', 1));
    expect(await status).toMatch(/^UNAUTHENTICATED.*run out/);
    expect(answers).toHaveLength(1);
  });
});

describe('answers', () => {
  test('come in order; what nobody could read, or the log never takes, says why and stops nothing', async () => {
    let number = 0;
    const { open } = await door(() => {
      const own = number++;
      if (own === 1) return Promise.reject(new RefusedError('too large'));
      // The first is the slowest.
      return new Promise((resolve) => setTimeout(() => resolve([{ partition: 0, offset: own }]), own === 0 ? 200 : 0));
    });
    const { call, answers, status } = open('ingest:*');
    call.write(chunk('bed-1'));
    call.write(Buffer.from('no chunk at all'));
    call.write(chunk('bed-1', 1));
    call.write(chunk('bed 1'));
    call.write(chunk('bed-1', 2));
    call.end();
    expect(await status).toBe('OK');
    expect(answers).toEqual(['0 0/0', '1 undecodable', '2 log-refuses', '3 bad-device', '4 0/2']);
  });

  test('while the log takes nothing, no more than the credit is read', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    const { open } = await door(async () => {
      const offset = asked++;
      await gate;
      return [{ partition: 0, offset }];
    });
    const { call, answers, status } = open('ingest:*');
    for (let k = 0; k < 3 * CREDIT_CHUNKS; k++) call.write(chunk('bed-1', k));
    call.end();
    await new Promise((resolve) => setTimeout(resolve, 500));
    // One read may be under way when reading stops.
    expect(asked).toBeGreaterThanOrEqual(CREDIT_CHUNKS);
    expect(asked).toBeLessThanOrEqual(CREDIT_CHUNKS + 2);
    expect(answers).toEqual([]);
    release();
    expect(await status).toBe('OK');
    expect(answers).toEqual(Array.from({ length: 3 * CREDIT_CHUNKS }, (_, k) => `${k} 0/${k}`));
  });

  test('a log that fails ends the call, to be sent again; a door that ends answers what it has read', async () => {
    const failing = await door(() => Promise.reject(new Error('away')));
    const lost = failing.open('ingest:*');
    lost.call.write(chunk('bed-1'));
    expect(await lost.status).toMatch(/^UNAVAILABLE.*send what has not been answered again/);
    const slow = await door((records) => new Promise((resolve) => setTimeout(() => resolve(records.map((_, offset) => ({ partition: 0, offset }))), 300)));
    const last = slow.open('ingest:*');
    last.call.write(chunk('bed-1'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await slow.close();
    expect(await last.status).toMatch(/^UNAVAILABLE.*this gateway ends/);
    expect(last.answers).toEqual(['0 0/0']);
    for (const said of [...failing.reports, ...slow.reports]) expect(said).not.toContain('bed-1');
  });
});
