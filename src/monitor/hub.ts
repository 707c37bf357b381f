import { type ActiveAlerts, cursorOf, initial, placeOf, type Place, step } from '../deliver/index.js';
import { type AlertEvent, sha256 } from '../ecg/index.js';
import { type Clock, type Follower, type Gauge, type Log, type LogRecord, type Meter, type SkippedRange, sleep, TOPICS } from '../ports/index.js';
import { ALERT_FAULTS, type AlertFault, readAlert, type ReadAlert } from '../wire/index.js';
import type { Asked, Feed, Subscription } from './feed.js';
import type { Lane } from './lane.js';
import { Reader, type ScanAlerts } from './reader.js';
import { RecentEvents } from './recent.js';
import { AlertIndex, type Indexed } from './alert-index.js';

/** A cursor may come from a monitor that has read a moment further than this one; after that it is of another log. */
const AHEAD_MAX_MS = 2000;
const AHEAD_LOOK_MS = 50;
const LOG_ID_DIGITS = 8;

export interface HubDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter: Meter;
  /** For events that memory has no more. */
  readonly pages: Lane;
  readonly onStopped: (error: unknown) => void;
  /** Events that the log does not hand over. */
  readonly onSkipped?: (skipped: SkippedRange) => void;
  readonly onEvent?: (event: AlertEvent) => void;
  /** A record that is no alert which can be shown. */
  readonly onUnreadable?: (where: { readonly partition: number; readonly offset: number }, fault: AlertFault) => void;
}

/** Follows ecg.alerts.v1: what is active, the latest events for current readers, and where each alert is. */
export class AlertHub implements Feed {
  private readonly active: ActiveAlerts = initial();
  private readonly index = new AlertIndex();
  private readonly recent: RecentEvents;
  /** For each partition: the offset after all that was taken. */
  private readonly read: number[];
  private readonly readers = new Set<Reader>();
  private readonly subscribers: Gauge;

  private constructor(
    private readonly deps: HubDeps,
    private readonly logId: string,
    partitions: number,
  ) {
    this.recent = new RecentEvents(partitions);
    this.read = Array<number>(partitions).fill(0);
    this.subscribers = deps.meter.gauge('purkinje_deliver_subscribers', 'Open subscriptions');
    this.subscribers.set(0);
  }

  /** Resolves once all that the topic held has been folded in. */
  static async start(deps: HubDeps): Promise<{ hub: AlertHub; follower: Follower }> {
    const { log, meter, onStopped, onSkipped, onUnreadable } = deps;
    const logId = sha256(await log.identity()).slice(0, LOG_ID_DIGITS);
    const hub = new AlertHub(deps, logId, await log.partitionCount(TOPICS.alerts));
    const unreadable = meter.counter('purkinje_deliver_unreadable_total', 'Records of the alerts topic that are no alert which can be shown, by reason', ['reason']);
    for (const reason of ALERT_FAULTS) unreadable.add(0, { reason });
    const take = (records: readonly LogRecord[]) => {
      for (const record of records) {
        const reason = hub.take(record);
        if (reason === undefined) continue;
        unreadable.add(1, { reason });
        onUnreadable?.(record, reason);
      }
      for (const reader of hub.readers) reader.wake();
    };
    const follower = await log.follow(TOPICS.alerts, take, { onStopped, onSkipped });
    return { hub, follower };
  }

  alerts(): Iterable<AlertEvent> {
    return this.active.values();
  }

  /** Undefined: there is none, or it is too long ago. */
  find(alertId: string): Indexed | undefined {
    return this.index.find(alertId);
  }

  /** All events of an alert, oldest first. */
  async history(alertId: string): Promise<readonly AlertEvent[]> {
    const where = this.index.find(alertId);
    if (where === undefined) return [];
    const records = await this.deps.log.read(TOPICS.alerts, where.partition, where.offsets);
    return records.flatMap(({ value }) => {
      const read = value === null ? undefined : readAlert(value);
      return read?.ok ? [read.event] : [];
    });
  }

  /** Rejects with CursorError, BusyError. */
  async open(asked: Asked): Promise<Subscription> {
    const place = asked.after === undefined ? undefined : placeOf(asked.after);
    const scan: ScanAlerts = (partition, offset) => this.deps.pages.run(asked.who, () => this.deps.log.scan(TOPICS.alerts, partition, offset));
    const missed = place && (await this.whyNot(place, scan));
    // Nothing comes between the snapshot and the stream, because both begin in one turn.
    const isResumed = place !== undefined && missed === undefined;
    const next = isResumed ? [...place.next] : [...this.read];
    const snapshot = isResumed ? [] : [...this.active.values()].filter((event) => asked.wants(event));
    const reader = new Reader(asked, next, isResumed ? this.recent.first : this.recent.end, this.recent, scan, (from) => this.cursor(from));
    this.readers.add(reader);
    this.subscribers.set(this.readers.size);
    const close = () => {
      this.readers.delete(reader);
      this.subscribers.set(this.readers.size);
    };
    return { snapshot, missed, cursor: this.cursor(next), next: () => reader.next(), close };
  }

  /** Why the stream cannot continue from a place. */
  private async whyNot({ log, next }: Place, scan: ScanAlerts): Promise<Subscription['missed']> {
    if (log !== this.logId || next.length !== this.read.length) return 'another-log';
    const { clock } = this.deps;
    const untilMs = clock.monotonicMs() + AHEAD_MAX_MS;
    while (next.some((offset, partition) => offset > this.read[partition])) {
      if (clock.monotonicMs() >= untilMs) return 'another-log';
      await sleep(clock, AHEAD_LOOK_MS);
    }
    for (const [partition, offset] of next.entries()) {
      if (offset < this.recent.floor[partition] && (await scan(partition, offset)).expired) return 'expired';
    }
    return undefined;
  }

  /** Why it is no event; undefined: it is one. */
  private take({ partition, offset, key, value }: LogRecord): AlertFault | undefined {
    // What lay before the first record that came has expired.
    if (this.read[partition] === 0) this.recent.floor[partition] = offset;
    this.read[partition] = offset + 1;
    const read: ReadAlert = value === null ? { ok: false, fault: 'undecodable' } : readAlert(value);
    if (!read.ok) return read.fault;
    const { event } = read;
    this.index.put(event, partition, offset, key);
    const { out } = step(this.active, event);
    if (out !== undefined) this.recent.push({ ...out, partition, offset, cursor: this.cursor(this.read) });
    this.deps.onEvent?.(event);
    return undefined;
  }

  private cursor(next: readonly number[]): string {
    return cursorOf({ log: this.logId, next });
  }
}
