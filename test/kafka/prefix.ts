import { inject } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import type { KafkaLog, KafkaLogConfig } from '../../src/adapters/kafka/index.js';

/** Shorter than the broker's default lowest: the test broker allows it. */
export const TEST_SESSION_TIMEOUT_MS = 2_000;

let tests = 0;

/** A configuration with a prefix of its own: tests share one broker. */
export function testConfig(brokers: string[] = [inject('kafka') ?? '']): KafkaLogConfig {
  return { brokers, clientId: 'test', topicPrefix: `t${process.pid}-${tests++}.`, sessionTimeoutMs: TEST_SESSION_TIMEOUT_MS };
}

/** Makes the topics and opens the log. */
export async function openTopics(config: KafkaLogConfig, partitions: number): Promise<KafkaLog> {
  await createKafkaTopics(config, { partitions, replicationFactor: 1 }, systemClock());
  return kafkaLog(config, systemClock());
}
