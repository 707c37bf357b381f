import { map, type OperatorFunction } from 'rxjs';
import type { Outcome } from '../../ecg/index.js';
import type { NewRecord } from '../../ports/index.js';
import type { Encoders, Scoring } from '../encoders.js';
import { unscoredOutcome } from '../outcome.js';
import type { Conditioned } from './condition.js';
import { FAILED } from './grade.js';
import type { Isolation } from './isolation.js';
import type { Update } from './update.js';

type Unscored = ReturnType<typeof unscoredOutcome>;

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
  const scored = async (unscored: Unscored, departures: readonly NewRecord[], inputs: Conditioned['inputs']): Promise<Scored> => {
    const scoring: Scoring = await encoders.submit(inputs);
    onScored();
    return { departures, outcome: { ...unscored, ...scoring } };
  };
  return map(({ segments, ...update }) => {
    const { device, appliedThrough, brokerMs } = update;
    if (device === undefined || segments.length === 0) return { device, update: { ...update, segments: [] } };
    const letters: NewRecord[] = [];
    const one = ({ segment, graded, association, departures, inputs }: Conditioned): Promise<Scored> => {
      // Both now: nothing that waits for scores may hold the segment.
      const [unscored, failed] = [graded, FAILED].map((by) => unscoredOutcome(segment, by, association, partition, encoders.identity));
      return scored(unscored, departures, inputs).catch((error: unknown) => {
        letters.push(isolation.fail(device, appliedThrough, brokerMs, 'encode', error));
        return { departures, outcome: { ...failed, status: 'unusable', findings: [] } };
      });
    };
    return { device, update: Promise.all(segments.map(one)).then((all) => ({ ...update, records: [...update.records, ...letters], segments: all })) };
  });
}
