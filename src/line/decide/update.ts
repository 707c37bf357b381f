import type { SubjectState } from '../../decide/index.js';
import type { AlertEvent } from '../../ecg/index.js';
import type { NewRecord, Topic } from '../../ports/index.js';
import type { OwedEvidence } from './evidence.js';

/** What one record decided. Without anything to write it still moves the position. */
export interface Decided {
  readonly type: 'decided';
  readonly topic: Topic;
  readonly offset: number;
  readonly events: readonly AlertEvent[];
  /** Evidence that the events are owed. */
  readonly owed: readonly OwedEvidence[];
  /** Subjects whose state changed; undefined: forgotten. */
  readonly states: ReadonlyMap<string, SubjectState | undefined>;
  readonly records: readonly NewRecord[];
  readonly bytes: number;
}

/** Evidence that was owed. */
export interface Evidenced {
  readonly type: 'evidence';
  readonly owed: OwedEvidence;
  readonly records: readonly NewRecord[];
  readonly bytes: number;
}

export type DecideUpdate = Decided | Evidenced;
