import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, inject, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import { PARTITIONS_LOOK_MS } from '../../src/adapters/kafka/partition-watch.js';
import { type Clock, TOPICS } from '../../src/ports/index.js';
import { bytes, ProbeStep, until } from '../log/probe-step.js';
import { testConfig } from './prefix.js';

/** A clock on which the look at the partitions is due soon. */
const hasty = (): Clock => {
  const clock = systemClock();
  return { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs(), after: (ms, callback) => clock.after(ms === PARTITIONS_LOOK_MS ? 100 : ms, callback) };
};

describe.skipIf(inject('kafka') === undefined)('partitions that are added while the log is open', () => {
  it('are noticed, reported once with what to do, and neither read nor written', async () => {
    expect(PARTITIONS_LOOK_MS).toBeLessThanOrEqual(60_000);
    const changes: unknown[] = [];
    const errors: Readonly<Record<string, unknown>>[] = [];
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 2, replicationFactor: 1 }, systemClock());
    const log = await kafkaLog(
      { ...config, onPartitionsChanged: (topic, before, now) => changes.push([topic, before, now]), onLog: (level, _message, fields) => void (level === 'error' && errors.push(fields)) },
      hasty(),
    );
    try {
      const step = new ProbeStep();
      const membership = await log.join(step);
      const topic = `${config.topicPrefix}${TOPICS.signal}`;
      const kafka = new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
      await until('the change to be noticed', () => changes.length > 0);
      // New partitions have leaders a moment later.
      await vi.waitFor(() => admin.fetchTopicOffsets(topic), { timeout: 20_000, interval: 100 });
      const producer = kafka.producer();
      await producer.connect();
      for (const partition of [0, 1, 2, 3, 4]) await producer.send({ topic, messages: [{ key: 'k', value: `of ${partition}`, partition }] });
      for (let i = 0; i < 40; i++) await log.append([{ topic: TOPICS.signal, key: `device-${i}`, value: bytes('placed') }]);
      await until('what there is to read', () => step.records.length >= 42);
      const followed: number[] = [];
      await (await log.follow(TOPICS.signal, (records) => followed.push(...records.map(({ partition }) => partition)))).close();
      // A member that joins now knows no more of them than the one before.
      await membership.leave();
      const later = new ProbeStep();
      const again = await log.join(later);
      await until('the same again', () => later.records.length >= 42);
      expect(again.partitions()).toEqual([0, 1]);
      await again.leave();
      await new Promise((resolve) => setTimeout(resolve, 500));
      for (const partitions of [step.records.map(({ partition }) => partition), followed, later.records.map(({ partition }) => partition)]) {
        expect(partitions).toHaveLength(42);
        expect(new Set(partitions)).toEqual(new Set([0, 1]));
      }
      const offsets = await admin.fetchTopicOffsets(topic);
      expect(offsets.filter(({ partition }) => partition > 1).map(({ offset }) => offset)).toEqual(['1', '1', '1']);
      expect(changes).toEqual([[TOPICS.signal, 2, 5]]);
      expect(errors).toMatchObject([{ code: 'partitions-changed', topic: TOPICS.signal, before: 2, now: 5 }]);
      expect(errors[0].hint).toMatch(/recreate the topics/);
      await producer.disconnect();
      await admin.disconnect();
    } finally {
      await log.close();
    }
  });
});
