/** The monitor as a program: alerts to people. */
export { type Monitor, type MonitorWorld, startMonitor } from './monitor.js';
export type { Audit, AuditLine } from './gate.js';
