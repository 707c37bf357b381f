/** The log of one process: Kafka's promises over one folder on a disk. */
export { BATCH_RECORDS_MAX, EmbeddedLog, embeddedLog } from './log.js';
export type { EmbeddedLogOptions, EmbeddedMembership } from './log.js';
export { EmbeddedLogError } from './errors.js';
export type { EmbeddedLogErrorCode } from './errors.js';
export { levelDisk } from './level.js';
export { APPEND_QUEUE_RECORDS_MAX } from './store.js';
export { DRAIN_MAX_MS, RunningTenure } from './tenure.js';
export type { TenureGround, TenureInputs } from './tenure.js';
export { Doorbell } from './doorbell.js';
export { RETAKE_DELAY_MS } from './group.js';
export { murmur2, partitionOfKey } from './partitioner.js';
export { balance } from './balance.js';
export type { BalanceMember } from './balance.js';
export type { Report, ReportLevel } from './report.js';
export type { RetentionMs } from './retention.js';
