/** The log of one process: Kafka's promises over one folder on a disk. */
export { EmbeddedLog, embeddedLog } from './log.js';
export type { EmbeddedLogOptions, EmbeddedMembership } from './log.js';
export { EmbeddedLogError } from './errors.js';
export type { EmbeddedLogErrorCode } from './errors.js';
export { levelDisk } from './level.js';
export type { RetentionMs } from './retention.js';
