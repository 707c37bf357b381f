/** The runtime of an assigned partition, the same over Kafka and over the embedded log. */
export { AssignedPartition, type AssignmentHost } from './assigned-partition.js';
export { DRAIN_MAX_MS } from './assignment.js';
export type { AssignmentBackend, BackendInputs } from './backend.js';
export { Backoff, HEALTHY_AFTER_MS, RETAKE_FIRST_MS, RETAKE_LONGEST_MS } from './backoff.js';
export { balance, type BalanceMember } from './balance.js';
export { Doorbell } from './doorbell.js';
export { reasonOf } from './error-reason.js';
export { partitionOfKey } from './partitioner.js';
export { type EndedLog, type Placement, placementOf } from './placement.js';
export type { Report, ReportLevel } from './report.js';
export { type AssignmentState, isLegal } from './state.js';
export { within } from './within.js';
