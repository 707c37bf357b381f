/** The log on Kafka: kafkajs' connections and producers, and readers and group members of our own (see client.ts for why). */
export { createKafkaTopics, describeKafkaTopics, KafkaLog, kafkaLog } from './log.js';
export type { KafkaLogConfig } from './log.js';
export type { Finding } from './finding.js';
export type { TopicSettings } from './topics.js';
export type { KafkaLogErrorCode } from './errors.js';
