import { type Filter, isExpired, matches, may, type Principal } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import type { Entry, Feed, Subscription } from './feed.js';
import type { Health } from './health.js';
import type { SubscriptionLimit } from './subscription-limit.js';

/** Heartbeats are at most 10 s apart, whatever a timer or the way adds. */
export const HEARTBEAT_MS = 5000;
/** A reader that takes nothing for so long is let go; it comes back with its cursor. */
export const STUCK_MAX_MS = 30_000;

/** Why a subscription was ended from our side. */
export type Ending = 'expired' | 'slow' | 'lost';

/** The wire of one subscription. */
export interface Transport {
  /** False: taken, but its own buffer is full now. */
  alert(event: AlertEvent, cursor: string): boolean;
  gone(alertId: string, cursor: string): boolean;
  missed(why: string): void;
  snapshotEnd(active: number, cursor: string): void;
  heartbeat(): void;
  end(why: Ending): void;
}

export interface OutletDeps {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly health: Health;
  readonly subscriptions: SubscriptionLimit;
  /** Called at every ending from our side. */
  readonly onEnd: (why: Ending, principal: Principal) => void;
}

/**
 * One subscription over one transport: the snapshot, then events as the transport has room, and heartbeats. What its
 * principal may not read is held back at each event, and nothing is sent once his credentials are over.
 */
export class Outlet {
  private subscription: Subscription | undefined;
  private fullSinceMs: number | undefined;
  private isOver = false;
  private cancelBeat = () => {};
  private unlisten = () => {};

  private constructor(
    private readonly deps: OutletDeps,
    private readonly principal: Principal,
    private readonly transport: Transport,
    private readonly leave: () => void,
  ) {}

  /** Throws CursorError, BusyError. */
  static async open(deps: OutletDeps, principal: Principal, asked: { readonly filter: Filter; readonly after?: string }, transport: Transport): Promise<Outlet> {
    const outlet = new Outlet(deps, principal, transport, deps.subscriptions.enter(principal.who));
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

  /** The transport has room again. */
  drained(): void {
    this.fullSinceMs = undefined;
    this.pump();
  }

  /** The other side has left. */
  close(): void {
    this.isOver = true;
    this.cancelBeat();
    this.unlisten();
    this.subscription?.close();
    this.leave();
  }

  private begin(subscription: Subscription, hasCursor: boolean): void {
    this.subscription = subscription;
    const { snapshot, cursor, missed } = subscription;
    if (missed !== undefined) this.transport.missed(missed);
    // Within the snapshot no event has a cursor: who is cut off there begins again.
    for (const event of snapshot) this.transport.alert(event, '');
    if (!hasCursor || missed !== undefined) this.transport.snapshotEnd(snapshot.length, cursor);
    this.transport.heartbeat();
    // An alarm does not wait for its turn.
    this.unlisten = this.deps.health.onChange(() => this.fullSinceMs === undefined && this.transport.heartbeat());
    this.cancelBeat = this.deps.clock.after(HEARTBEAT_MS, () => this.beat());
    this.pump();
  }

  private pump(): void {
    while (!this.isOver && this.fullSinceMs === undefined) {
      if (this.hasExpired()) return;
      const entry = this.subscription?.next();
      if (entry === undefined) return;
      if (!this.send(entry)) this.fullSinceMs = this.deps.clock.monotonicMs();
    }
  }

  private send({ event, cursor, gone }: Entry): boolean {
    return gone ? this.transport.gone(event.alertId, cursor) : this.transport.alert(event, cursor);
  }

  private beat(): void {
    if (this.isOver || this.hasExpired()) return;
    if (this.fullSinceMs === undefined) this.transport.heartbeat();
    else if (this.deps.clock.monotonicMs() - this.fullSinceMs > STUCK_MAX_MS) return this.end('slow');
    this.cancelBeat = this.deps.clock.after(HEARTBEAT_MS, () => this.beat());
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
