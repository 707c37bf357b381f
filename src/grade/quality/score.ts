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

/** What the score is made of, over the declared leads. */
export interface Trouble {
  /** Longest time that a lead alone is off, flat or not there, up to one second; a lead at a rail counts for all of it. */
  readonly stillS: number;
  /** Highest minus lowest level of the worst lead, mV, up to twenty. */
  readonly excursionMv: number;
  /** Share of the leads that are in motion. */
  readonly bursts: number;
  /** Noise of the worst lead against its beats, up to a half. */
  readonly noise: number;
}

/** Undefined where no lead is declared. */
export function troubleOf(declared: readonly LeadCheck[]): Trouble | undefined {
  if (declared.length === 0) return undefined;
  let stillS = 0;
  let excursionMv = 0;
  let bursts = 0;
  let noise = 0;
  for (const check of declared) {
    stillS = Math.max(stillS, check.saturatedS > 0 ? STILL_MAX_S : check.stillS);
    excursionMv = Math.max(excursionMv, check.shape.excursionMv);
    noise = Math.max(noise, check.shape.noise);
    if (check.burstS >= BURST_S) bursts++;
  }
  return { stillS: Math.min(stillS, STILL_MAX_S), excursionMv: Math.min(excursionMv, EXCURSION_MAX_MV), bursts: bursts / declared.length, noise: Math.min(noise, NOISE_MAX) };
}

/** 0 (worst) to 1 (best). */
export function scoreOf(trouble: Trouble | undefined): number {
  if (trouble === undefined) return 0;
  const { stillS, excursionMv, bursts, noise } = trouble;
  const sum = WEIGHTS.sound + WEIGHTS.still * stillS + WEIGHTS.excursion * Math.log(EXCURSION_MIN_MV + excursionMv) + WEIGHTS.burst * bursts + WEIGHTS.noise * noise;
  return 1 / (1 + Math.exp(-sum));
}
