import type { LeadCheck } from './lead.js';

/**
 * How far a segment is from being refused as a twelve-lead ECG: a logistic function of four amounts of trouble, each in its own unit.
 * Weights are those of a ridge logistic regression on the labels of PhysioNet/CinC Challenge 2011 (Silva 2011), rounded; docs/signal.md
 * has the figures of the cross-validation.
 */
const WEIGHTS = {
  /** Of a segment without any trouble. */
  sound: 3.5,
  /** Per second in which one lead alone is off, flat or not there, up to one second; a lead at a rail counts for all of it. */
  still: -6,
  /** Per e-fold of the worst lead's excursion, from half a millivolt to twenty. */
  excursion: -0.5,
  /** Where every lead is in motion. */
  burst: -6,
  /** Noise of the worst lead against its beats. */
  noise: -12,
};
const STILL_MAX_S = 1;
const EXCURSION_MIN_MV = 0.5;
const EXCURSION_MAX_MV = 20;
const BURST_S = 0.4;
const NOISE_MAX = 0.5;

/** 0 (worst) to 1 (best), over the leads that the device declares; 0 where there are none. */
export function scoreOf(declared: readonly LeadCheck[]): number {
  if (declared.length === 0) return 0;
  let [still, excursion, bursts, noise] = [0, 0, 0, 0];
  for (const { stillS, saturatedS, shape, burstS } of declared) {
    still = Math.max(still, saturatedS > 0 ? STILL_MAX_S : stillS);
    excursion = Math.max(excursion, shape.excursionMv);
    noise = Math.max(noise, shape.noise);
    if (burstS >= BURST_S) bursts++;
  }
  const trouble =
    WEIGHTS.still * Math.min(still, STILL_MAX_S) +
    WEIGHTS.excursion * Math.log(EXCURSION_MIN_MV + Math.min(excursion, EXCURSION_MAX_MV)) +
    WEIGHTS.burst * (bursts / declared.length) +
    WEIGHTS.noise * Math.min(noise, NOISE_MAX);
  return 1 / (1 + Math.exp(-WEIGHTS.sound - trouble));
}
