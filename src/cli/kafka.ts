import type { pino } from 'pino';
import { type KafkaLog, kafkaLog, type KafkaLogConfig } from '../adapters/kafka/index.js';
import type { Config } from '../config/index.js';
import type { Clock, Log, LogRecord, SkippedRange, Topic } from '../ports/index.js';

/** The Kafka part of the configuration, as the adapter wants it. */
export function kafkaConfig(config: Config, logger?: pino.Logger): KafkaLogConfig {
  const { kafka } = config;
  const sasl =
    kafka.saslMechanism === undefined
      ? undefined
      : { mechanism: kafka.saslMechanism, username: kafka.saslUsername ?? '', password: kafka.saslPassword ?? '' };
  return {
    brokers: kafka.brokers,
    clientId: kafka.clientId,
    topicPrefix: kafka.prefix,
    sessionTimeoutMs: kafka.sessionTimeoutMs,
    ssl: kafka.ssl,
    sasl: sasl as KafkaLogConfig['sasl'],
    onLog: logger && ((level, message, fields) => logger[level](fields ?? {}, message)),
  };
}

/** Connects; `onPartitionsChanged` is called once for each topic whose number of partitions changes while it runs. */
export function kafkaLogOf(config: Config, clock: Clock, logger?: pino.Logger, onPartitionsChanged?: KafkaLogConfig['onPartitionsChanged']): Promise<KafkaLog> {
  return kafkaLog({ ...kafkaConfig(config, logger), onPartitionsChanged }, clock);
}

/** All that the topic holds now, each partition in its order. What cannot be read is named on stderr. */
export async function everything(log: Log, topic: Topic): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  const onSkipped = ({ partition, from, to, detail }: SkippedRange): void => void process.stderr.write(`${topic}/${partition}: offsets ${from} to ${to - 1} cannot be read: ${detail}\n`);
  const follower = await log.follow(topic, (some) => records.push(...some), { onSkipped });
  await follower.close();
  return records;
}
