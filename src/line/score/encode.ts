import { map, type OperatorFunction } from 'rxjs';
import type { Outcome } from '../../ecg/index.js';
import type { NewRecord } from '../../ports/index.js';
import type { Encoders, Scoring } from '../encoders.js';
import { unscoredOutcome } from '../outcome.js';
import type { Conditioned } from './condition.js';
import { FAILED } from './grade.js';
import type { Isolation } from './isolation.js';
import type { Update } from './update.js';

export interface Scored {
  readonly departures: readonly NewRecord[];
  readonly outcome: Outcome;
}

/** An update whose scores are on their way: a promise; one without segments is there at once. */
export interface Encoding {
  readonly update: Update<Scored> | Promise<Update<Scored>>;
  readonly device: string | undefined;
}

/** Asks the encoders for scores, and keeps no sample while they are on their way. How many are is bounded by the credits. */
export function encode(encoders: Encoders, isolation: Isolation, partition: number, onScored: () => void): OperatorFunction<Update<Conditioned>, Encoding> {
  const scored = async ({ segment, graded, association, departures, inputs }: Conditioned): Promise<Scored> => {
    const unscored = unscoredOutcome(segment, graded, association, partition, encoders.identity);
    const scoring: Scoring = await encoders.submit(inputs);
    onScored();
    return { departures, outcome: { ...unscored, ...scoring } };
  };
  const failed = ({ segment, association, departures }: Conditioned): Scored => {
    const outcome = unscoredOutcome(segment, FAILED, association, partition, encoders.identity);
    return { departures, outcome: { ...outcome, status: 'unusable', findings: [] } };
  };
  return map(({ segments, ...update }) => {
    const { device, appliedThrough, brokerMs } = update;
    if (device === undefined || segments.length === 0) return { device, update: { ...update, segments: [] } };
    const letters: NewRecord[] = [];
    const one = (conditioned: Conditioned): Promise<Scored> =>
      scored(conditioned).catch((error: unknown) => {
        letters.push(isolation.fail(device, appliedThrough, brokerMs, 'encode', error));
        return failed(conditioned);
      });
    return { device, update: Promise.all(segments.map(one)).then((all) => ({ ...update, records: [...update.records, ...letters], segments: all })) };
  });
}
