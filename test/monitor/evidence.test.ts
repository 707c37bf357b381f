/** The strip of an alert, read from the log where its samples were kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { type Chunk, type Focus, LEADS, NO_SAMPLE_INT16 } from '../../src/ecg/index.js';
import { readStrip } from '../../src/monitor/evidence.js';
import { type Clock, type Log, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeEvidence } from '../../src/wire/index.js';
import { assembled, chunksOf, inMv, RATE_HZ } from '../bench/material.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { event, idOf } from './alerts.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);

let nowMs: number;
let log: EmbeddedLog;
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => systemClock().monotonicMs(), after: (ms, callback) => systemClock().after(ms, callback) };

beforeEach(async () => {
  nowMs = START_MS;
  log = await embeddedLog(new MemoryDisk(), clock, { partitions: 1, batchRecordsMax: 3, retentionMs: { [TOPICS.evidence]: 24 * HOUR_MS } });
});
afterEach(() => log.close());

interface Part {
  readonly segment: string;
  readonly chunks: readonly Chunk[];
  readonly missing?: string;
  readonly focus?: readonly Focus[];
}

/** The n-th alert and its evidence, as the decide step writes them; each part is a record. Resolves with where the alert lies. */
async function raise(n: number, parts: readonly Part[]) {
  const evidence = parts.map(({ segment, chunks, missing = '', focus }) => ({ topic: TOPICS.evidence, partition: 0, key: 'encounter-1', value: encodeEvidence({ alertId: idOf(n), segment, chunks: chunks.map(encodeChunk), missing, part: 1, parts: parts.length, focus }) }));
  await log.append([event(n), ...evidence]);
  return { partition: 0, key: 'encounter-1', offsets: [n] };
}

const strip = (n: number, where: Parameters<typeof readStrip>[2], segment?: string, of: Log = log) => readStrip(of, idOf(n), where, ASSEMBLE_DEFAULTS, segment);

/** The log, read in another way. */
const scanning = (scan: Log['scan']): Log => new Proxy<Log>(log, { get: (of, name) => (name === 'scan' ? scan : of[name as 'read'].bind(of)) });

/** Two segments of one patient, and the chunks that make each. */
async function twoSegments() {
  const chunks = await chunksOf('bed-1', 21);
  const [first, second] = assembled(chunks);
  return { first: { segment: first.id, chunks: chunks.slice(0, 10) }, second: { segment: second.id, chunks: chunks.slice(10, 20) }, mv: [inMv(first), inMv(second)] };
}

describe('a strip', () => {
  test('is what was measured, to a microvolt, in the standard order of leads', async () => {
    const { first, mv } = await twoSegments();
    const focus = [{ fromMs: 3000, toMs: 3500, weight: 0.5 }];
    const read = await strip(0, await raise(0, [{ ...first, focus }]));
    expect(read).toMatchObject({ alertId: idOf(0), segment: first.segment, segments: [first.segment], rateHz: RATE_HZ, startMs: first.chunks[0].deviceTimeMs, focus, missing: '' });
    expect(read!.leads.map(({ lead }) => lead)).toEqual(LEADS);
    for (const [row, { microvolts }] of read!.leads.entries()) {
      expect(microvolts).toHaveLength(5000);
      expect(Math.max(...microvolts.map((value, i) => Math.abs(value! - mv[0].rows[row].mv[i] * 1000)))).toBeLessThanOrEqual(0.5);
    }
  });

  test('in several parts is put together', async () => {
    const { first } = await twoSegments();
    const focus = [{ fromMs: 0, toMs: 500, weight: 1 }];
    const parts = [{ ...first, chunks: first.chunks.slice(0, 4), focus }, { ...first, chunks: first.chunks.slice(4) }];
    const read = await strip(0, await raise(0, parts));
    expect(read).toMatchObject({ segments: [first.segment], focus, missing: '' });
    expect(read!.leads[0].microvolts.filter((value) => value === null)).toEqual([]);
  });

  test('of several segments is of the last that decided, or of the one that is asked for', async () => {
    const { first, second } = await twoSegments();
    const where = await raise(0, [first, second]);
    expect(await strip(0, where)).toMatchObject({ segment: second.segment, segments: [first.segment, second.segment] });
    expect(await strip(0, where, first.segment)).toMatchObject({ segment: first.segment, startMs: first.chunks[0].deviceTimeMs });
    expect(await strip(0, where, 'bed-1/1/5')).toBeUndefined();
  });

  test('has holes where no sample is, and nothing of leads that were not there', async () => {
    const { first } = await twoSegments();
    const onlyTwo = (chunk: Chunk, k: number): Chunk => {
      const blocks = chunk.blocks.filter(({ lead }) => lead === 'I' || lead === 'II');
      return { ...chunk, declaredLeads: ['I', 'II'], blocks: k === 3 ? blocks.map((block) => ({ ...block, samples: new Int16Array(500).fill(NO_SAMPLE_INT16) })) : blocks };
    };
    const read = await strip(0, await raise(0, [{ ...first, chunks: first.chunks.map(onlyTwo) }]));
    expect(read!.leads.map(({ lead }) => lead)).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF']);
    for (const { microvolts } of read!.leads) expect(microvolts.map((value) => value === null).indexOf(true)).toBe(1500);
  });

  test('says why samples are missing, or that chunks do not make its segment', async () => {
    const { first, second } = await twoSegments();
    const where = await raise(0, [{ segment: first.segment, chunks: [], missing: '10 of 10 chunks have expired' }]);
    expect(await strip(0, where)).toMatchObject({ leads: [], rateHz: 0, missing: '10 of 10 chunks have expired' });
    expect(await strip(1, await raise(1, [{ ...first, chunks: second.chunks }]))).toMatchObject({ leads: [], missing: 'its chunks do not make the segment' });
  });
});

describe('an alert among many', () => {
  test('is found wherever it lies, and nothing is read of hours before and after', async () => {
    const { first, second } = await twoSegments();
    const places = [];
    for (let n = 0; n < 60; n++, nowMs += 60_000) places.push(await raise(n, [n % 2 === 0 ? first : second]));
    let scanned = 0;
    const counted = scanning((...asked) => (scanned++, log.scan(...asked)));
    for (const n of [0, 1, 29, 58, 59]) expect(await strip(n, places[n], undefined, counted)).toMatchObject({ alertId: idOf(n), segment: (n % 2 === 0 ? first : second).segment });
    // Two readings for each doubling of the log, not one for each record.
    expect(scanned / 5).toBeLessThan(16);
  });

  test('is found though what lay before has expired, and not once it has itself', async () => {
    const { first, second } = await twoSegments();
    const old = await raise(0, [first]);
    nowMs += 12 * HOUR_MS;
    const young = await raise(1, [second]);
    nowMs += 13 * HOUR_MS;
    while (await log.dropExpired());
    expect(await strip(0, old)).toBeUndefined();
    expect(await strip(1, young)).toMatchObject({ segment: second.segment });
  });

  test('is found as fast behind readings that bring nothing but the marks of transactions', async () => {
    const { first } = await twoSegments();
    for (let n = 0; n < 240; n++, nowMs += 60_000) await raise(n, [{ segment: 'bed-1/1/5', chunks: [] }]);
    const where = await raise(240, [first]);
    let scanned = 0;
    // What Kafka answers where only marks fit: no record, and further on.
    const marked = scanning(async (topic, partition, from) => {
      scanned++;
      if (from % 2 === 1) return { records: [], next: from + 1, expired: false };
      const page = await log.scan(topic, partition, from / 2);
      return { ...page, next: page.next * 2 };
    });
    expect(await strip(240, where, undefined, marked)).toMatchObject({ segment: first.segment });
    expect(scanned).toBeLessThan(40);
  });
});

test('an alert that kept nothing, or is nowhere, has no strip', async () => {
  expect(await strip(0, await raise(0, []))).toBeUndefined();
  expect(await strip(1, { partition: 0, key: 'encounter-1', offsets: [7] })).toBeUndefined();
});
