import type { AlertEvent } from '../ecg/index.js';

/** An event, and how to continue right after it. */
export interface Entry {
  readonly event: AlertEvent;
  readonly cursor: string;
  /** The alert has left what the reader asked for: the patient lies elsewhere now. */
  readonly gone?: boolean;
}

/** One reader's place in the stream of alerts. It costs a place, not a queue: what waits is in the log. */
export interface Subscription {
  /** What comes first: all that is active; empty where a cursor was taken up. */
  readonly snapshot: readonly AlertEvent[];
  /** Continues right after the snapshot. */
  readonly cursor: string;
  /** Why a cursor could not be taken up, and a snapshot comes in its place. */
  readonly missed?: 'expired' | 'another-log';
  /** The next event that is wanted; undefined: none now, `wake` will be called. */
  next(): Entry | undefined;
  close(): void;
}

export interface Asked {
  /** On whose behalf: principals and targets have their turns at the log. */
  readonly who: string;
  wants(event: AlertEvent): boolean;
  /** Continues from here; undefined: from what is active now. Throws CursorError where it is no cursor at all. */
  readonly after?: string;
  /** There may be something to read. */
  wake(): void;
  /** It cannot be read on: come back with the cursor of the last event. */
  lost(error: unknown): void;
}

/** Alerts in the order in which they came, to any number of readers, each at its own speed. */
export interface Feed {
  open(asked: Asked): Promise<Subscription>;
}
