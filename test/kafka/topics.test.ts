import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, describeKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { testConfig } from './prefix.js';

describe.skipIf(inject('kafka') === undefined)('the topics on Kafka', () => {
  it('are made as the engine needs them, once', async () => {
    const config = testConfig();
    expect((await describeKafkaTopics(config, systemClock())).every(({ ok }) => ok)).toBe(false);
    const settings = { partitions: 3, replicationFactor: 1 };
    expect(await createKafkaTopics(config, settings, systemClock())).toHaveLength(8);
    expect(await createKafkaTopics(config, settings, systemClock())).toEqual([]);
    const findings = await describeKafkaTopics(config, systemClock());
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings).toContainEqual({ code: 'partitions-equal', ok: true, text: 'all topics have 3 partitions', hint: '' });
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['segment-bytes', 'write-rights', 'clock']));
    // The trial of the rights left nothing for anybody to read.
    const log = await kafkaLog(config, systemClock());
    const seen: unknown[] = [];
    for (const topic of Object.values(TOPICS)) await (await log.follow(topic, (records) => seen.push(...records))).close();
    await log.close();
    expect(seen).toEqual([]);
  });

  it('that were made otherwise are found out', async () => {
    const config = testConfig();
    const admin = new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: `${config.topicPrefix}${TOPICS.signal}`, numPartitions: 5 }] });
    await admin.disconnect();
    await createKafkaTopics(config, { partitions: 2, replicationFactor: 1 }, systemClock());
    const amiss = (await describeKafkaTopics(config, systemClock())).filter(({ ok }) => !ok);
    expect(amiss.map(({ code }) => code)).toEqual(['partitions-equal', 'timestamp-type']);
    expect(amiss.every(({ hint }) => hint.length > 0)).toBe(true);
  });

  it('cannot be described without a broker, and that is a finding too', async () => {
    const findings = await describeKafkaTopics(testConfig(['127.0.0.1:1']), systemClock());
    expect(findings).toMatchObject([{ code: 'broker-answers', ok: false }]);
  });
});
