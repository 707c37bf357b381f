import type { AlertEvent } from '../ecg/index.js';
import type { Entry } from './feed.js';

/** Events kept in memory for those who read along or come back; older ones are read from the log. */
export const RECENT_EVENTS = 10_000;
/** So many are dropped at once: moving the rest for each would cost more. */
const DROPPED_AT_ONCE = 1000;

export interface Kept extends Entry {
  readonly partition: number;
  readonly offset: number;
  /** The alert as it was before. */
  readonly before?: AlertEvent;
}

/** The latest events, in the order in which they came, numbered from the first ever taken. */
export class RecentEvents {
  private events: Kept[] = [];
  private firstNumber = 0;
  /** For each partition: events below this offset are not here. */
  readonly floor: number[];

  constructor(partitions: number) {
    this.floor = Array<number>(partitions).fill(0);
  }

  /** Number of the oldest that is here. */
  get first(): number {
    return this.firstNumber;
  }

  /** Number that the next one will have. */
  get end(): number {
    return this.firstNumber + this.events.length;
  }

  push(kept: Kept): void {
    this.events.push(kept);
    if (this.events.length < RECENT_EVENTS + DROPPED_AT_ONCE) return;
    for (const { partition, offset } of this.events.splice(0, DROPPED_AT_ONCE)) this.floor[partition] = offset + 1;
    this.firstNumber += DROPPED_AT_ONCE;
  }

  at(number: number): Kept | undefined {
    return this.events[number - this.firstNumber];
  }
}
