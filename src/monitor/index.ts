/** The monitor as a program: alerts to people. */
export { type Monitor, startMonitor } from './monitor.js';
