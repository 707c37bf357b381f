/** The log on Kafka: kafkajs' connections and producers, and readers and group members of our own (see client.ts for why). */
export { createKafkaTopics, describeKafkaTopics, KafkaLog, kafkaLog, SESSION_TIMEOUT_MS } from './log.js';
export type { KafkaLogConfig } from './log.js';
export type { Finding } from './finding.js';
export type { TopicSettings } from './topics.js';
export { KafkaLogError } from './errors.js';
export type { KafkaLogErrorCode } from './errors.js';
export { TRANSACTION_TIMEOUT_MS } from './transactions.js';
