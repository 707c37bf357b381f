import type { Voltage } from '../ecg/index.js';

/** With fewer of the eight independent leads one may be small by its place. */
const LEADS_MIN = 6;
/**
 * The largest QRS of an adult's twelve leads, from peak to peak. Low voltage begins below 1.0 mV in the chest leads (AHA/ACCF/HRS
 * 2009) and rarely goes below 0.7; hypertrophy seldom passes 6 mV in one lead. Beyond, a wrong gain is likelier than a heart.
 */
const LARGEST_MIN_MV = 0.7;
const LARGEST_MAX_MV = 8;

/** Can these voltages be a heart's at the gain that the device claims? A warning: nothing is refused for it. */
export function isGainDoubtful(voltages: readonly Voltage[], independent: readonly string[]): boolean {
  const spans = voltages.filter(({ lead }) => independent.includes(lead)).map(({ rMv, sMv }) => rMv - sMv);
  const largest = Math.max(...spans);
  return spans.length >= LEADS_MIN && (largest < LARGEST_MIN_MV || largest > LARGEST_MAX_MV);
}
