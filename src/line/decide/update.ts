import type { DecidingSegment, SubjectState } from '../../decide/index.js';
import type { AlertEvent } from '../../ecg/index.js';
import type { NewRecord, Topic } from '../../ports/index.js';

/** Samples that an alert is to be kept with: of one segment that decided. Small: it waits in a checkpoint until it is written. */
export interface OwedEvidence {
  readonly alertId: string;
  readonly finding: string;
  /** By a rule: no model looked anywhere. */
  readonly isRule: boolean;
  readonly segment: string;
  readonly source: DecidingSegment['source'];
  /** Of the alert's records. */
  readonly key: string;
}

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
