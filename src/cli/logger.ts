import { pino } from 'pino';
import type { Config } from '../config/index.js';

/** JSON lines on stderr. Fields are counts, codes and names of our own: never a subject, a sample or a score. */
export function loggerOf(config: Config, program: string): pino.Logger {
  return pino({ level: config.log.level, base: { program }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
