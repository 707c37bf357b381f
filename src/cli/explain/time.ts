import { isoTime } from '../../ecg/index.js';
import { START_UNKNOWN_MS } from '../../records/index.js';

/** When a segment began, for people. */
export function timeText(ms: number): string {
  return ms === START_UNKNOWN_MS ? 'time unknown' : (isoTime(ms) ?? 'time unknown');
}
