import { type Filter, isExpired, matches, may, type Principal } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import type { Audience, Listener } from './audience.js';
import type { Entry, Feed, Subscription } from './feed.js';
import type { Health } from './health.js';
import type { SubscriptionLimit } from './subscription-limit.js';
import { Waiting } from './waiting.js';

/** Heartbeats are at most 10 s apart, whatever a timer or the way adds. */
export const HEARTBEAT_MS = 5000;
/** A reader that takes nothing for so long is let go; it comes back with its cursor. */
export const STUCK_MAX_MS = 30_000;

/** Why a subscription was ended from our side; unread: what it took, it stopped confirming. */
export type Ending = 'expired' | 'slow' | 'unread' | 'lost';

/** The wire of one subscription. */
export interface Transport {
  /** The bytes of each message; the same ones may go to many readers. */
  alert(event: AlertEvent, cursor: string): Buffer;
  gone(alertId: string, cursor: string): Buffer;
  missed(why: string): Buffer;
  snapshotEnd(active: number, cursor: string): Buffer;
  /** `subscription`: by which a reader that confirms names it. */
  heartbeat(subscription: string): Buffer;
  /** `taken` is called once, when the other side's buffers have the bytes. */
  write(bytes: Buffer, taken: () => void): void;
  end(why: Ending): void;
  /** Whether its readers confirm: what lies beneath takes bytes even for a program that has stopped reading. */
  readonly isConfirmed: boolean;
}

export interface OutletDeps {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly health: Health;
  readonly subscriptions: SubscriptionLimit;
  readonly audience: Audience;
  /** Called at every ending from our side. */
  readonly onEnd: (why: Ending, principal: Principal) => void;
}

type Asked = { readonly filter: Filter; readonly after?: string };

/**
 * One subscription over one transport: the snapshot, then events, as fast as the other side takes them, and heartbeats. What its
 * principal may not read is held back at each event, and nothing is sent once its credentials have expired.
 */
export class Outlet {
  private subscription: Subscription | undefined;
  /** Of the snapshot: what has not been sent. */
  private rest: Iterator<Buffer> | undefined;
  private isOver = false;
  private stop = () => {};

  private constructor(
    private readonly deps: OutletDeps,
    private readonly principal: Principal,
    private readonly transport: Transport,
    private readonly waiting: Waiting,
    private readonly listener: Listener,
  ) {}

  /** Throws CursorError, BusyError. */
  static async open(deps: OutletDeps, principal: Principal, asked: Asked, transport: Transport): Promise<Outlet> {
    const leave = deps.subscriptions.enter(principal.who);
    const waiting = new Waiting(deps.clock, transport.write.bind(transport), () => outlet.pump());
    const listener = deps.audience.enter({ principal, filter: asked.filter, isConfirmed: transport.isConfirmed, takenMs: () => waiting.takenMs });
    const outlet: Outlet = new Outlet(deps, principal, transport, waiting, listener);
    outlet.stop = () => (leave(), listener.leave());
    const wants = (event: AlertEvent) => matches(asked.filter, event) && may(principal, 'read', event.snapshot.unit);
    const lost = () => outlet.end('lost');
    const subscription = await deps.feed.open({ who: principal.who, wants, after: asked.after, wake: () => outlet.pump(), lost }).catch((error: unknown) => {
      outlet.close();
      throw error;
    });
    if (outlet.isOver) subscription.close();
    else outlet.begin(subscription, asked.after !== undefined);
    return outlet;
  }

  /** The other side has left. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.waiting.close();
    this.stop();
    this.subscription?.close();
  }

  private begin(subscription: Subscription, hasCursor: boolean): void {
    this.subscription = subscription;
    this.rest = snapshotOf(subscription, hasCursor, this.transport, () => this.transport.heartbeat(this.listener.id));
    const { clock, health } = this.deps;
    // An alarm does not wait for its turn.
    const unlisten = health.onChange(() => void (this.hasExpired() || this.heartbeat()));
    let cancel = () => {};
    const beat = (): void => {
      if (this.hasExpired() || this.isStuck()) return;
      this.heartbeat();
      cancel = clock.after(HEARTBEAT_MS, beat);
    };
    cancel = clock.after(HEARTBEAT_MS, beat);
    const { stop } = this;
    this.stop = () => (unlisten(), cancel(), stop());
    this.pump();
  }

  private pump(): void {
    while (!this.isOver && this.waiting.hasRoom) {
      if (this.hasExpired()) return;
      const bytes = this.next();
      if (bytes === undefined) return;
      this.waiting.put(bytes);
    }
  }

  private next(): Buffer | undefined {
    const first = this.rest?.next();
    if (first !== undefined && first.done !== true) return first.value;
    this.rest = undefined;
    const entry = this.subscription?.next();
    return entry && this.bytesOf(entry);
  }

  private bytesOf({ event, cursor, gone }: Entry): Buffer {
    return gone ? this.transport.gone(event.alertId, cursor) : this.transport.alert(event, cursor);
  }

  /** One that was not taken says all that another could. */
  private heartbeat(): void {
    if (!this.isOver && this.waiting.hasRoom) this.waiting.put(this.transport.heartbeat(this.listener.id));
  }

  private isStuck(): boolean {
    const why = this.waiting.stuckMs > STUCK_MAX_MS ? 'slow' : this.listener.unconfirmedMs > STUCK_MAX_MS ? 'unread' : undefined;
    if (why !== undefined) this.end(why);
    return why !== undefined;
  }

  private hasExpired(): boolean {
    if (!isExpired(this.principal, this.deps.clock.nowMs())) return false;
    this.end('expired');
    return true;
  }

  private end(why: Ending): void {
    if (this.isOver) return;
    this.close();
    this.deps.onEnd(why, this.principal);
    this.transport.end(why);
  }
}

/** What comes before the stream. Each message is made when it is its turn. */
function* snapshotOf({ snapshot, cursor, missed }: Subscription, hasCursor: boolean, transport: Transport, heartbeat: () => Buffer): Iterator<Buffer> {
  if (missed !== undefined) yield transport.missed(missed);
  // Within the snapshot no event has a cursor: who is cut off there begins again.
  for (const event of snapshot) yield transport.alert(event, '');
  if (!hasCursor || missed !== undefined) yield transport.snapshotEnd(snapshot.length, cursor);
  yield heartbeat();
}
