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

  it('that are set so that the engine could lose what it needs are found out, each with the command that mends it', async () => {
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 1, replicationFactor: 1 }, systemClock());
    const admin = new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const name = (topic: string): string => `${config.topicPrefix}${topic}`;
    const alter = (topic: string, entries: Record<string, string>): object => ({ type: 2, name: name(topic), configEntries: Object.entries(entries).map(([key, value]) => ({ name: key, value })) });
    const sound = { 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'delete' };
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        alter(TOPICS.signal, { ...sound, 'retention.ms': '600000', 'compression.type': 'zstd' }),
        alter(TOPICS.outcomes, { ...sound, 'retention.ms': '3600000', 'max.message.bytes': '100000' }),
        alter(TOPICS.alerts, { ...sound, 'retention.ms': '-1' }),
      ] as never,
    });
    await admin.disconnect();
    const findings = await describeKafkaTopics(config, systemClock());
    const hint = (topic: string, setting: string): string => `kafka-configs.sh --bootstrap-server ${String((config.brokers as string[])[0])} --alter --topic ${name(topic)} --add-config ${setting}`;
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      { code: 'retention', ok: false, text: `${name(TOPICS.signal)} has retention.ms=600000, at least 900000 is needed`, hint: hint(TOPICS.signal, 'retention.ms=900000') },
      { code: 'message-bytes', ok: false, text: `${name(TOPICS.outcomes)} has max.message.bytes=100000, at least 1000000 is needed`, hint: hint(TOPICS.outcomes, 'max.message.bytes=1048588') },
      { code: 'retention', ok: false, text: `${name(TOPICS.outcomes)} has retention.ms=3600000, at least 86400000 is needed`, hint: hint(TOPICS.outcomes, 'retention.ms=86400000') },
    ]);
    expect(findings).toContainEqual({ code: 'compression', ok: true, text: `${name(TOPICS.signal)} has compression.type=zstd`, hint: '' });
  });

  it('cannot be described without a broker, and that is a finding too', async () => {
    const findings = await describeKafkaTopics(testConfig(['127.0.0.1:1']), systemClock());
    expect(findings).toMatchObject([{ code: 'broker-answers', ok: false }]);
  });
});
