import { type ActiveAlerts, type Filter, initial, matches, step } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import { type Follower, type Gauge, type Log, type LogRecord, type Meter, TOPICS } from '../ports/index.js';
import { decodeAlert } from '../wire/index.js';

/** Events a subscriber may be behind; beyond it the subscription ends, and the subscriber comes back for a snapshot. */
export const BEHIND_MAX_EVENTS = 1000;

/** One open subscription, as its transport sees it. */
export interface Subscriber {
  readonly filter: Filter;
  /** False: taken, but the transport's own buffer is full now. */
  send(event: AlertEvent): boolean;
  /** Ends it: it fell too far behind. */
  end(): void;
}

/** Follows ecg.alerts.v1 and hands every subscriber a snapshot of what is active, then the stream, with nothing between. */
export class AlertHub {
  private readonly active: ActiveAlerts = initial();
  private readonly waiting = new Map<Subscriber, AlertEvent[]>();
  private readonly full = new Set<Subscriber>();
  private readonly subscribers: Gauge;

  private constructor(meter: Meter) {
    this.subscribers = meter.gauge('purkinje_deliver_subscribers', 'Open subscriptions');
  }

  /** Resolves once all that the topic held has been folded in. */
  static async start(log: Log, meter: Meter, onStopped: (error: unknown) => void, onEvent: (event: AlertEvent) => void = () => {}): Promise<{ hub: AlertHub; follower: Follower }> {
    const hub = new AlertHub(meter);
    const unreadable = meter.counter('purkinje_deliver_unreadable_total', 'Records of the alerts topic that could not be read');
    const take = (records: readonly LogRecord[]) => {
      for (const { value } of records) {
        const event = value === null ? undefined : decodeAlert(value);
        if (event === undefined) unreadable.add(1);
        else {
          hub.take(event);
          onEvent(event);
        }
      }
    };
    const follower = await log.follow(TOPICS.alerts, take, { onStopped });
    return { hub, follower };
  }

  snapshot(filter: Filter): AlertEvent[] {
    return [...this.active.values()].filter((event) => matches(filter, event));
  }

  /** The snapshot is the caller's to send first; nothing comes between it and the stream, because both happen in one turn. */
  subscribe(subscriber: Subscriber): AlertEvent[] {
    this.waiting.set(subscriber, []);
    this.subscribers.set(this.waiting.size);
    return this.snapshot(subscriber.filter);
  }

  unsubscribe(subscriber: Subscriber): void {
    this.waiting.delete(subscriber);
    this.full.delete(subscriber);
    this.subscribers.set(this.waiting.size);
  }

  /** The transport has room again. */
  drained(subscriber: Subscriber): void {
    const queue = this.waiting.get(subscriber) ?? [];
    while (queue.length > 0) if (!subscriber.send(queue.shift()!)) return;
    this.full.delete(subscriber);
  }

  private take(event: AlertEvent): void {
    const { out } = step(this.active, event);
    if (out === undefined) return;
    for (const [subscriber, queue] of this.waiting) {
      if (!matches(subscriber.filter, out)) continue;
      // What the transport took is its own; once it says it is full, the rest waits here until it drains.
      if (this.full.has(subscriber)) queue.push(out);
      else if (!subscriber.send(out)) this.full.add(subscriber);
      if (queue.length > BEHIND_MAX_EVENTS) {
        this.unsubscribe(subscriber);
        subscriber.end();
      }
    }
  }
}
