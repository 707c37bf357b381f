import type { Clock } from '../ports/index.js';

/** Of so many ms, the record that came quickest stands for the clock: the others lost time on their way. */
const WINDOW_MS = 60_000;
const BUCKET_MS = 5000;

interface Bucket {
  readonly number: number;
  /** The log's time minus our monotonic one, ms: the largest that was seen. */
  leadMs: number;
}

/**
 * The log's clock, as far as a monitor knows it: the times of records as they arrive, carried on by the monotonic clock. The
 * monitor's own wall clock has no part in it, whether it is wrong or steps.
 */
export class LogClock {
  private buckets: Bucket[] = [];

  constructor(private readonly clock: Clock) {}

  /** A record was appended at `timestampMs` (ms since 1970, by the log) and has just arrived. Not for those that are caught up with. */
  heard(timestampMs: number): void {
    const nowMs = this.clock.monotonicMs();
    const number = Math.floor(nowMs / BUCKET_MS);
    const leadMs = timestampMs - nowMs;
    const last = this.buckets.at(-1);
    if (last?.number === number) last.leadMs = Math.max(last.leadMs, leadMs);
    else this.buckets = [...this.buckets.filter((bucket) => (number - bucket.number) * BUCKET_MS < WINDOW_MS), { number, leadMs }];
  }

  /** Ms since 1970 by the log's clock; by the monitor's own as long as no record has arrived. */
  nowMs(): number {
    const leadMs = this.leadMs();
    return leadMs === undefined ? this.clock.nowMs() : this.clock.monotonicMs() + leadMs;
  }

  /** The monitor's wall clock minus the log's, ms; undefined: no record has arrived yet. */
  differenceMs(): number | undefined {
    return this.buckets.length === 0 ? undefined : this.clock.nowMs() - this.nowMs();
  }

  private leadMs(): number | undefined {
    return this.buckets.length === 0 ? undefined : Math.max(...this.buckets.map((bucket) => bucket.leadMs));
  }
}
