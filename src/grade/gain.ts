/** With fewer of the eight independent leads one may be small by its place. */
const LEADS_MIN = 6;
/**
 * The largest QRS of an adult's twelve leads, from peak to peak. Low voltage begins below 1.0 mV in the chest leads (AHA/ACCF/HRS
 * 2009) and rarely goes below 0.7; hypertrophy seldom passes 6 mV in one lead. Beyond, a wrong gain is likelier than a heart.
 */
const LARGEST_MIN_MV = 0.7;
const LARGEST_MAX_MV = 8;
/** Noise between beats above this share of them: what is small may be noise alone, and no beats. */
const NOISE_SHARE_MAX = 0.1;

/** The beats of a lead, and the noise between them, mV. */
interface Beats {
  readonly beatMv: number;
  readonly noiseMv: number;
}

/**
 * Can these be a heart's voltages at the gain that the device claims? Off by a unit is seldom off by little: 4.88 (µV a count taken for
 * one), 10, 1000 (µV taken for mV). A warning: nothing is refused for it. Of the independent leads only.
 */
export function isGainDoubtful(leads: readonly Beats[]): boolean {
  const told = leads.filter(({ beatMv, noiseMv }) => beatMv > 0 && noiseMv <= NOISE_SHARE_MAX * beatMv);
  if (told.length < LEADS_MIN) return false;
  const largest = Math.max(...told.map(({ beatMv }) => beatMv));
  return largest < LARGEST_MIN_MV || largest > LARGEST_MAX_MV;
}
