/** Nominal sampling rates that the engine takes. */
export const RATE_MIN_HZ = 100;
export const RATE_MAX_HZ = 1000;
/** Which rates `isRate` takes, in words. */
export const RATES_TEXT = `${RATE_MIN_HZ} to ${RATE_MAX_HZ} Hz, and less than 1% beyond`;

/** May samples come at this rate? The nominal ones, and what a clock, or a device that measures, makes of these: less than 1% beyond. */
export function isRate(hz: number): boolean {
  return hz > 0.99 * RATE_MIN_HZ && hz < 1.01 * RATE_MAX_HZ;
}
