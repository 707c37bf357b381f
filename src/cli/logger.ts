import { pino } from 'pino';
import type { Config } from '../config/index.js';
import { printableJson } from '../ecg/index.js';
import type { Audit } from '../monitor/index.js';

/** JSON lines on stderr, without raw control characters. Fields are counts, codes and names of our own: never a subject, a sample or a score. */
export function loggerOf(config: Config, program: string): pino.Logger {
  return pino({ level: config.log.level, base: { program }, timestamp: pino.stdTimeFunctions.isoTime }, sanitised(pino.destination({ fd: 2, sync: true })));
}

/** Lines as `destination` may show them on a terminal: what names of beds or devices hold of control characters is escaped. */
export function sanitised(destination: pino.DestinationStream): pino.DestinationStream {
  return { write: (line) => destination.write(printableJson(line)) };
}

/** Who looked at, or did, what: a log line each, with `audit`. */
export function auditOf(logger: pino.Logger, level: 'info' | 'debug' = 'info'): Audit {
  return (line) => logger[level]({ audit: line }, 'audit');
}
