import type { Voltage } from '../ecg/index.js';

/** With fewer of the eight independent leads one may be small by its place. */
const LEADS_MIN = 6;
/**
 * The largest QRS of an adult's twelve leads, from peak to peak. Low voltage begins below 1.0 mV in the chest leads (AHA/ACCF/HRS
 * 2009) and rarely goes below 0.7; hypertrophy seldom passes 6 mV in one lead. Beyond, a wrong gain is likelier than a heart.
 */
const LARGEST_MIN_MV = 0.7;
const LARGEST_MAX_MV = 8;
/** Where no beat was measured, as when a thousandth of a millivolt looks dead: so small no heart is that beats at all. */
const UNMEASURED_MIN_MV = 0.1;
/** Noise between beats above this share of them: what is small may be noise alone, and no beats. */
const NOISE_SHARE_MAX = 0.1;

/** The beats of a lead, and the noise between them, mV: the rough look of the quality checks. */
interface Beats {
  readonly lead: string;
  readonly beatMv: number;
  readonly noiseMv: number;
}

/**
 * Can these be a heart's voltages at the gain that the device claims? Off by a unit is seldom off by little: 4.88 (µV a count taken for
 * one), 10, 1000 (µV taken for mV). A warning: nothing is refused for it.
 */
export function isGainDoubtful(voltages: readonly Voltage[], rough: readonly Beats[], independent: readonly string[]): boolean {
  const spans = voltages.filter(({ lead }) => independent.includes(lead)).map(({ rMv, sMv }) => rMv - sMv);
  if (spans.length >= LEADS_MIN) return isOutside(Math.max(...spans), LARGEST_MIN_MV);
  const beats = rough.filter(({ lead, beatMv, noiseMv }) => independent.includes(lead) && beatMv > 0 && noiseMv <= NOISE_SHARE_MAX * beatMv);
  return beats.length >= LEADS_MIN && isOutside(Math.max(...beats.map(({ beatMv }) => beatMv)), UNMEASURED_MIN_MV);
}

function isOutside(largestMv: number, leastMv: number): boolean {
  return largestMv < leastMv || largestMv > LARGEST_MAX_MV;
}
