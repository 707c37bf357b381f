import { describe, expect, inject, it } from 'vitest';
import { logConformance, PARTITIONS } from '../log/conformance.js';
import { systemClock } from '../../src/adapters/clock.js';
import { kafkaLog } from '../../src/adapters/kafka/index.js';
import type { KafkaLog } from '../../src/adapters/kafka/index.js';
import { openTopics, testConfig } from './prefix.js';

describe.skipIf(inject('kafka') === undefined)('Kafka', () => {
  logConformance('the log on Kafka', async () => {
    const config = testConfig();
    const log = await openTopics(config, PARTITIONS);
    const others: KafkaLog[] = [];
    return {
      log,
      another: async () => {
        const other = await kafkaLog(config, systemClock());
        others.push(other);
        return other;
      },
      close: async () => {
        await Promise.all([log, ...others].map((one) => one.close()));
      },
    };
  });

  it('says which topics are missing', async () => {
    await expect(kafkaLog(testConfig(), systemClock())).rejects.toMatchObject({ code: 'topic-missing' });
  });
});
