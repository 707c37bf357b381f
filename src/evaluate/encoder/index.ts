/** How good is an encoder? Figures over labelled records: ranking, calibration, intervals, floors, and what a monitor does to all that. Pure. */
export * from './figures.js';
export { type CurvePoint, Ranking } from './ranking.js';
export { type CalibrationBin, calibrationFigures } from './calibration.js';
export type { Interval } from './bootstrap.js';
export { asMonitor, independentLeads, MONITOR_LEAD_SETS, MONITOR_RATE_HZ, type MonitorLeadSet, NOISE_SNR_DB, noiseForMonitor, type RecordedNoise } from './monitor.js';
export * from './probe.js';
export { chance } from './chance.js';
export * from './floors.js';
export * from './labels.js';
