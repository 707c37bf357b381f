import { chance } from './chance.js';
import type { Ranking } from './ranking.js';

export const RESAMPLES = 1000;

export interface Interval {
  readonly lower95: number;
  readonly upper95: number;
}

/** Percentiles 2.5 and 97.5, by linear interpolation; undefined where nothing was drawn. */
export function percentiles(values: readonly number[]): Interval | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (place - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
  };
  return { lower95: at(0.025), upper95: at(0.975) };
}

/**
 * How often each record counts in each of `resamples` resamples: patients are drawn with replacement, all records of one
 * together. `strata`: patients of one stratum are drawn among themselves (those with a positive, say), so that every resample has
 * as many of them.
 */
export function* resampled(patients: readonly string[], strata: readonly boolean[] | undefined, seed: number, resamples = RESAMPLES): Generator<Uint16Array> {
  const records = new Map<string, number[]>();
  patients.forEach((patient, i) => records.set(patient, [...(records.get(patient) ?? []), i]));
  const all = [...records.values()];
  const groups = strata === undefined ? [all] : [all.filter((own) => own.some((i) => strata[i])), all.filter((own) => !own.some((i) => strata[i]))];
  const random = chance(seed);
  for (let k = 0; k < resamples; k++) {
    const weights = new Uint16Array(patients.length);
    for (const group of groups) {
      for (let i = 0; i < group.length; i++) for (const record of group[Math.floor(random() * group.length)]) weights[record]++;
    }
    yield weights;
  }
}

export interface RankIntervals {
  readonly auroc?: Interval;
  readonly auprc?: Interval;
}

/** Intervals of one target: patients with and without a positive drawn apart. */
export function rankIntervals(ranking: Ranking, patients: readonly string[], positive: readonly boolean[], seed: number): RankIntervals {
  const drawn = Array.from(resampled(patients, positive, seed), (weights) => ranking.figures(weights));
  return { auroc: percentiles(drawn.map(({ auroc }) => auroc)), auprc: percentiles(drawn.map(({ auprc }) => auprc)) };
}
