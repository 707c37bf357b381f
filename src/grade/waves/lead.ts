import type { Wave } from '../../ecg/index.js';

/** A lead's own wave lies within this of where all leads have it (s). */
const NEAR_S = 0.06;

/**
 * The waves of one lead: those that all leads together show, with the edges that this lead alone shows where it shows them.
 * What one lead alone shows is no wave.
 */
export function wavesOfLead(together: readonly Wave[], alone: readonly Wave[], rateHz: number): Wave[] {
  return together.map((wave) => {
    const middle = (wave.onset + wave.offset) / 2;
    const own = alone.find((one) => one.wave === wave.wave && Math.abs((one.onset + one.offset) / 2 - middle) <= NEAR_S * rateHz);
    return own ?? wave;
  });
}
