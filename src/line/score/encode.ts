import { map, type OperatorFunction } from 'rxjs';
import type { Outcome } from '../../ecg/index.js';
import type { NewRecord } from '../../ports/index.js';
import type { Encoders, Scoring } from '../encoders.js';
import { unscoredOutcome } from '../outcome.js';
import type { Conditioned } from './condition.js';
import type { Update } from './update.js';

export interface Scored {
  readonly departures: readonly NewRecord[];
  readonly outcome: Outcome;
}

/** An update whose scores are on their way; undefined: it waits for none. */
export interface Encoding {
  readonly update: Update<Scored> | Promise<Update<Scored>>;
  readonly device: string | undefined;
}

/** Asks the encoders for scores, and keeps no sample while they are on their way. How many are is bounded by the credits. */
export function encode(encoders: Encoders, partition: number, onScored: () => void): OperatorFunction<Update<Conditioned>, Encoding> {
  const scored = async ({ segment, graded, association, departures, inputs }: Conditioned): Promise<Scored> => {
    const unscored = unscoredOutcome(segment, graded, association, partition, encoders.identity);
    const scoring: Scoring = await encoders.submit(inputs);
    onScored();
    return { departures, outcome: { ...unscored, ...scoring } };
  };
  return map(({ segments, ...update }) => {
    const { device } = update;
    if (segments.length === 0) return { device, update: { ...update, segments: [] } };
    return { device, update: Promise.all(segments.map(scored)).then((all) => ({ ...update, segments: all })) };
  });
}
