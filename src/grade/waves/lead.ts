import type { Wave } from '../../ecg/index.js';

/** A lead's own wave lies within this of where all leads have it (s). */
const NEAR_S = 0.06;

/**
 * The waves of one lead: those that all leads together show; where this lead alone shows one too, its edges lie midway between both, because
 * what one lead shows is less sure and what all show is not its own. What one lead alone shows is no wave, and a lead that shows none has none.
 */
export function wavesOfLead(together: readonly Wave[], alone: readonly Wave[], rateHz: number): Wave[] {
  if (alone.length === 0) return [];
  const free = new Set(alone);
  return together.map((wave) => {
    const middle = (wave.onset + wave.offset) / 2;
    for (const own of free) {
      if (own.wave !== wave.wave || Math.abs((own.onset + own.offset) / 2 - middle) > NEAR_S * rateHz) continue;
      free.delete(own);
      return { ...own, onset: (own.onset + wave.onset) / 2, offset: (own.offset + wave.offset) / 2 };
    }
    return wave;
  });
}
