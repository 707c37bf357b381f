/** Times outside this are no times of a device or a person: 1990-01-01 … 2100-01-01, ms since 1970. */
export const TIME_MIN_MS = Date.UTC(1990, 0, 1);
export const TIME_MAX_MS = Date.UTC(2100, 0, 1);

/** May a clock that is at most wrong by years say this? */
export function isPlausibleTime(ms: number): boolean {
  return ms >= TIME_MIN_MS && ms <= TIME_MAX_MS;
}
