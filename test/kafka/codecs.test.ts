import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';
import { ProbeStep, until } from '../log/probe-step.js';
import { runJava } from './broker.js';
import { openTopics, testConfig } from './prefix.js';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const RECORDS = 80;

const expectedValue = (i: number): Buffer => Buffer.from(Array.from({ length: (i * 997) % 20_000 }, (_, at) => ((at % (i + 2)) * 3) & 0xff));

describe.skipIf(inject('kafka') === undefined)('what the Java client writes', () => {
  it(`in ${CODECS.join(', ')} is read as it was written, by a step, a follower and by offset`, async () => {
    const config = testConfig();
    const log = await openTopics(config, 1);
    try {
      const topic = `${config.topicPrefix}${TOPICS.signal}`;
      await runJava(join(import.meta.dirname, 'CodecProducer.java'), [inject('kafka')!, topic, String(RECORDS), ...CODECS]);
      const followed: LogRecord[] = [];
      await (await log.follow(TOPICS.signal, (records) => followed.push(...records))).close();
      expect(followed).toHaveLength(RECORDS * CODECS.length);
      followed.forEach(({ offset, key, value, headers }, n) => {
        const i = n % RECORDS;
        expect([offset, key, headers]).toEqual([n, i % 5 === 0 ? undefined : `device-${i}`, { codec: CODECS[Math.floor(n / RECORDS)], i: String(i) }]);
        expect(Buffer.compare(value!, expectedValue(i)), `${n}`).toBe(0);
      });
      const step = new ProbeStep();
      const membership = await log.join(step);
      await until('all of them', () => step.records.length === followed.length);
      expect(step.skipped).toEqual([]);
      expect(step.records.map(({ offset }) => offset)).toEqual(followed.map(({ offset }) => offset));
      await membership.leave();
      expect((await log.read(TOPICS.signal, 0, [100, 200, 300])).map(({ headers }) => headers.codec)).toEqual(['gzip', 'snappy', 'lz4']);
    } finally {
      await log.close();
    }
  });
});
