/** Which partitioner wrote a topic: murmur2, CRC32 as librdkafka has it, or none at all. Invariants: I76 */
import { crc32 } from '@node-rs/crc32';
import { expect, test } from 'vitest';
import { placedAs } from '../../src/cli/looked.js';
import { type EndedLog, partitionOfKey, placementOf } from '../../src/log/index.js';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';

const PARTITIONS = 8;
const beds = Array.from({ length: 200 }, (_, i) => `icu-bed-${i}`);

/** A topic whose records were placed by `placeOf`; read three at a time. */
function logBy(placeOf: (key: string) => number): EndedLog {
  const partitions = Array.from({ length: PARTITIONS }, (): LogRecord[] => []);
  for (const key of beds) {
    const partition = placeOf(key);
    partitions[partition].push({ topic: TOPICS.signal, partition, offset: partitions[partition].length, timestampMs: 0, key, value: null, headers: {} });
  }
  return {
    partitionCount: () => Promise.resolve(PARTITIONS),
    end: (_, partition) => Promise.resolve(partitions[partition].length),
    scan: (_, partition, from) => Promise.resolve({ records: partitions[partition].slice(from, from + 3), next: Math.min(from + 3, partitions[partition].length), expired: false }),
  };
}

test('murmur2: all is well', async () => {
  const placement = await placementOf(logBy((key) => partitionOfKey(key, PARTITIONS)), TOPICS.signal, 1000);
  expect(placement).toEqual({ records: 200, misplaced: 0, byCrc32: 0 });
  expect(placedAs(placement)).toMatchObject({ ok: true, hint: '' });
});

test('CRC32: the hint names librdkafka', async () => {
  // The example of its own tests: CRC32 of "123456789".
  expect(crc32('123456789')).toBe(0xcbf43926);
  const placement = await placementOf(logBy((key) => crc32(key) % PARTITIONS), TOPICS.signal, 1000);
  expect(placement.misplaced).toBe(placement.byCrc32);
  expect(placement.misplaced).toBeGreaterThan(150);
  expect(placedAs(placement)).toMatchObject({ ok: false, hint: expect.stringContaining('partitioner=murmur2_random') });
});

test('two gateways that disagree, and one that names partitions itself', async () => {
  const both = await placementOf(logBy((key) => (key.endsWith('1') ? crc32(key) % PARTITIONS : partitionOfKey(key, PARTITIONS))), TOPICS.signal, 1000);
  expect(placedAs(both)).toMatchObject({ ok: false });
  expect(both.misplaced).toBeLessThan(25);
  const none = await placementOf(logBy(() => 3), TOPICS.signal, 1000);
  expect(placedAs(none)).toMatchObject({ ok: false, hint: expect.not.stringContaining('CRC32') });
});

test('only the latest are looked at', async () => {
  expect((await placementOf(logBy((key) => partitionOfKey(key, PARTITIONS)), TOPICS.signal, 5)).records).toBe(PARTITIONS * 5);
});
