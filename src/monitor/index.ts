/** The monitor as a program: alerts to people. */
export { type Monitor, type MonitorWorld, startMonitor } from './monitor.js';
export type { Audit, AuditLine } from './audit.js';
export type { SessionSettings } from './sessions.js';
export { openTargets, type ReceiverWorld } from './receivers.js';
export { type Target, Targets, type TargetStatus, type TargetsWorld } from './targets.js';
