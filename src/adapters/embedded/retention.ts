import { type Report, reasonOf } from '../../log/index.js';
import { COMPACTED, TOPICS } from '../../ports/index.js';
import type { Clock, Topic } from '../../ports/index.js';
import type { Tombstone } from './batch.js';
import { isDamage } from './errors.js';
import type { Store } from './store.js';

/** Between two passes over all partitions, in ms. */
export const RETENTION_INTERVAL_MS = 60_000;
/** Before the next pass when this one did not get to the end, in ms: other writers come first. */
export const RETENTION_CONTINUE_MS = 100;
/** Records dropped from one partition in one pass. */
export const RETENTION_RECORDS_MAX = 512;
/** Keys of one compacted partition looked at in one pass. */
export const RETENTION_KEYS_MAX = 256;
/** How long a tombstone stays for readers that are behind, in ms: 24 hours, as in Kafka. */
export const TOMBSTONE_RETENTION_MS = 86_400_000;

export type RetentionMs = Readonly<Partial<Record<Topic, number>>>;

/** Drops what has expired, a little at a time, through the same queue as every write. */
export class Retention {
  private cancel: (() => void) | undefined;
  private stopped = false;
  private readonly cursors = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly retentionMs: RetentionMs,
    private readonly report: Report,
  ) {}

  start(): void {
    this.schedule(RETENTION_INTERVAL_MS);
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
  }

  /** One pass. True: there is more to drop than one pass may. */
  async pass(): Promise<boolean> {
    let more = false;
    for (const topic of Object.values(TOPICS)) {
      for (let partition = 0; partition < this.store.partitions; partition++) {
        if (this.stopped) return false;
        if (COMPACTED.has(topic)) await this.dropTombstones(topic, partition);
        else if (this.retentionMs[topic] !== undefined) more = (await this.dropExpired(topic, partition, this.retentionMs[topic])) || more;
      }
    }
    return more;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.cancel = this.clock.after(delayMs, () => {
      this.pass().then(
        (more) => this.schedule(more ? RETENTION_CONTINUE_MS : RETENTION_INTERVAL_MS),
        (error: unknown) => {
          this.report('warn', 'expired records could not be dropped', { reason: reasonOf(error) });
          this.schedule(RETENTION_INTERVAL_MS);
        },
      );
    });
  }

  /** Times never fall within a partition, so it is enough to look at the last record of a run: the longest run that has expired goes. */
  private async dropExpired(topic: Topic, partition: number, keepMs: number): Promise<boolean> {
    const { first, next } = this.store.end(topic, partition);
    const expiredBeforeMs = this.clock.nowMs() - keepMs;
    let kept = first;
    for (let run = RETENTION_RECORDS_MAX; run >= 1; run /= 2) {
      if (kept + run > next) continue;
      const last = await this.store.readOne(topic, partition, kept + run - 1).catch(ifDamaged);
      // Of a damaged one the time is not known: it goes once it is the first.
      if (last === DAMAGED && run > 1) continue;
      if (last === DAMAGED || last === undefined || last.timestampMs < expiredBeforeMs) kept += run;
      if (kept - first >= RETENTION_RECORDS_MAX) break;
    }
    if (kept > first) await this.store.trim(topic, partition, kept);
    return kept - first >= RETENTION_RECORDS_MAX;
  }

  private async dropTombstones(topic: Topic, partition: number): Promise<void> {
    const place = `${topic}/${partition}`;
    const keys = this.store.latestOffsets(topic, partition, '');
    const from = (this.cursors.get(place) ?? 0) % Math.max(1, keys.length);
    const expiredBeforeMs = this.clock.nowMs() - TOMBSTONE_RETENTION_MS;
    const tombstones: Tombstone[] = [];
    for (const [key, offset] of keys.slice(from, from + RETENTION_KEYS_MAX)) {
      const record = await this.store.readOne(topic, partition, offset).catch(ifDamaged);
      if (record !== DAMAGED && record?.value === null && record.timestampMs < expiredBeforeMs) tombstones.push({ key, offset });
    }
    this.cursors.set(place, from + RETENTION_KEYS_MAX >= keys.length ? 0 : from + RETENTION_KEYS_MAX - tombstones.length);
    if (tombstones.length > 0) await this.store.forget(topic, partition, tombstones);
  }
}

const DAMAGED = Symbol('damaged');

function ifDamaged(error: unknown): typeof DAMAGED {
  if (isDamage(error)) return DAMAGED;
  throw error;
}
