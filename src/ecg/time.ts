/** ISO 8601 in UTC, to the millisecond; undefined: no time that a calendar has (not a number, or over 8.64e15 ms from 1970). Never throws. */
export function isoTime(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Time of day in UTC, `12:34:56`; `--:--:--` where it is none. */
export function timeOfDay(ms: number): string {
  return /T(\d\d:\d\d:\d\d)/.exec(isoTime(ms) ?? '')?.[1] ?? '--:--:--';
}
