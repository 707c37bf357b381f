/** The monitor as a program: alerts to people. */
/** What the page reads. */
export type { Strip } from './evidence.js';
export type { TechnicalAlarm } from './health.js';
export type { WorklistView } from './readers.js';
export type { StatusView } from './routes.js';
export type { AnswerView } from './segment-routes.js';
export type { SessionView } from './session-routes.js';
export type { AlertView, Heartbeat } from './sse.js';
export type { BedSurveillance } from './surveillance.js';
export type { FindingVerdicts } from './verdicts.js';
export type { OpenComparing } from './neighbours.js';
export { API, HEALTH, type Operation, PAGE } from './api.js';
export { openApiDocument } from './openapi.js';
export { type Monitor, type MonitorWorld, startMonitor } from './monitor.js';
export type { Audit, AuditLine } from './audit.js';
export type { SessionSettings } from './sessions.js';
export { openTargets, type ReceiverWorld } from './receivers.js';
export { type Target, Targets, type TargetStatus, type TargetsWorld } from './targets.js';
