import type { AlertEvent } from '../ecg/index.js';
import type { Scanned } from '../ports/index.js';
import { readAlert } from '../wire/index.js';
import type { Asked, Entry } from './feed.js';
import type { RecentEvents } from './recent.js';

/** One reading of ecg.alerts.v1 from an offset of a partition on, in its turn. Rejects with BusyError, or where the log fails. */
export type ScanAlerts = (partition: number, from: number) => Promise<Scanned>;

/** One subscription's place. It walks along the recent events; what is older comes page by page from the log. */
export class Reader {
  private page: Entry[] = [];
  private isLoading = false;
  /** Alerts that were in its pages, as they were last. */
  private readonly before = new Map<string, AlertEvent>();

  constructor(
    private readonly asked: Asked,
    /** For each partition: from this offset on, events are new to it. */
    private readonly from: number[],
    private number: number,
    private readonly recent: RecentEvents,
    private readonly scan: ScanAlerts,
    private readonly cursorOf: (next: readonly number[]) => string,
  ) {}

  wake(): void {
    this.asked.wake();
  }

  next(): Entry | undefined {
    const paged = this.page.shift();
    if (paged !== undefined || this.isLoading) return paged;
    if (this.number <= this.recent.first) {
      const older = this.from.findIndex((offset, partition) => offset < this.recent.floor[partition]);
      if (older >= 0) return void this.load(older);
      this.number = this.recent.first;
      this.before.clear();
    }
    while (this.number < this.recent.end) {
      const kept = this.recent.at(this.number++)!;
      if (kept.offset < this.from[kept.partition]) continue;
      this.from[kept.partition] = kept.offset + 1;
      if (this.asked.wants(kept.event)) return kept;
      if (kept.before !== undefined && this.asked.wants(kept.before)) return { event: kept.event, cursor: kept.cursor, gone: true };
    }
    return undefined;
  }

  private async load(partition: number): Promise<void> {
    this.isLoading = true;
    try {
      const { records, next, expired } = await this.scan(partition, this.from[partition]);
      if (expired) throw new Error('events after the cursor have expired');
      const floor = this.recent.floor[partition];
      for (const { offset, value } of records) {
        if (offset >= floor) break;
        this.from[partition] = offset + 1;
        const read = value === null ? undefined : readAlert(value);
        if (!read?.ok || read.event.snapshot.channel === 'shadow') continue;
        const { event } = read;
        const before = this.before.get(event.alertId);
        this.before.set(event.alertId, event);
        const isWanted = this.asked.wants(event);
        if (isWanted || (before !== undefined && this.asked.wants(before))) this.page.push({ event, cursor: this.cursorOf(this.from), gone: !isWanted });
      }
      // Behind the last record lie only marks of transactions, or what memory has.
      this.from[partition] = Math.max(this.from[partition], Math.min(next, floor));
    } catch (error) {
      return this.asked.lost(error);
    }
    this.isLoading = false;
    this.asked.wake();
  }
}
