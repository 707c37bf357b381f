import { pino } from 'pino';
import type { Config } from '../config/index.js';
import type { Audit } from '../monitor/index.js';

/** JSON lines on stderr. Fields are counts, codes and names of our own: never a subject, a sample or a score. */
export function loggerOf(config: Config, program: string): pino.Logger {
  return pino({ level: config.log.level, base: { program }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}

/** Who looked at, or did, what: a log line each, with `audit`. */
export function auditOf(logger: pino.Logger, level: 'info' | 'debug' = 'info'): Audit {
  return (line) => logger[level]({ audit: line }, 'audit');
}
