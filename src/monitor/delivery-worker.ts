import { type Answer, CursorError, type Delivery, deliveryId, type Filter, initialTarget, isSamePosition, matches, positionOf, stepTarget, type TargetNews, type TargetPosition, type TargetState } from '../deliver/index.js';
import type { AlertEvent } from '../ecg/index.js';
import type { Clock } from '../ports/index.js';
import type { Asked, Entry, Feed, Subscription } from './feed.js';
import { Pause } from './pause.js';

/** The wire to a target. */
export interface Receiver {
  /** One at a time. */
  send(delivery: Delivery): Promise<Answer>;
  close(): void;
}

export interface DeliveryWorkerDeps {
  /** The target, as it reads along with others. */
  readonly who: string;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly receiver: Receiver;
  readonly filter: Filter;
  /** From 0 to 1, exclusive. */
  readonly chance: () => number;
  /** Where it was when it was last kept; undefined: it begins. */
  readonly position?: TargetPosition;
  readonly onStep: (state: TargetState, answer: Answer | undefined) => void;
  readonly onPosition: (position: TargetPosition) => void;
}

/** The feed cannot be read for now. */
const REOPEN_MS = 1000;

/** Brings alerts to one target: in their order, one at a time, each until it is accepted or refused. What another alert explains is not brought. */
export class DeliveryWorker {
  private current: TargetState;
  private subscription: Subscription | undefined;
  private atHand: AlertEvent | undefined;
  /** Since when there has always been something to deliver; undefined: there is nothing. */
  private busySinceMs: number | undefined;
  /** Since the stream was last looked at. */
  private hasNews = false;
  private isLost = false;
  private readonly pause: Pause;
  private readonly ended: Promise<void>;

  constructor(private readonly deps: DeliveryWorkerDeps) {
    this.pause = new Pause(deps.clock);
    this.current = initialTarget(deps.position);
    this.busySinceMs = this.current.failingSinceMs ?? deps.clock.nowMs();
    this.ended = this.run();
  }

  get state(): TargetState {
    return this.current;
  }

  /** How long the oldest event that waits has waited at most, by its own time and by ours: the events of a replay are of times long past. 0: none waits. */
  get behindMs(): number {
    if (this.busySinceMs === undefined || this.atHand === undefined) return 0;
    const nowMs = this.deps.clock.nowMs();
    return Math.max(0, Math.min(nowMs - this.busySinceMs, nowMs - this.atHand.atMs));
  }

  /** Tries again now, also when it is parked. */
  resume(): void {
    this.step({ type: 'resumed' });
    this.pause.end();
  }

  async close(): Promise<void> {
    this.pause.close();
    this.deps.receiver.close();
    // A log that is away may keep an opening waiting for long: that one ends without our help.
    if (this.subscription !== undefined) await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.pause.over) {
      try {
        await this.carry(await this.open());
      } catch {
        // The feed cannot be read on: from the last place again, in a moment.
        this.pause.delay(REOPEN_MS);
        await this.pause.until(() => this.pause.due);
      } finally {
        this.subscription?.close();
        this.subscription = undefined;
      }
    }
  }

  /** Opens the stream where it was left. Returns what is delivered before it: what was active, where that is still owed or its place was lost. */
  private async open(): Promise<readonly AlertEvent[]> {
    this.isLost = false;
    const { cursor, owesSnapshot } = this.current;
    // Taken before the stream is opened at its older place: what comes between is in the stream.
    const owed = cursor !== undefined && owesSnapshot ? await this.active() : [];
    const { subscription, missed } = await this.openAt(cursor);
    this.subscription = subscription;
    if (cursor !== undefined && missed === undefined) return owed;
    this.step({ type: 'begun', cursor: subscription.cursor, missed, nowMs: this.deps.clock.nowMs() });
    return subscription.snapshot;
  }

  private async openAt(after: string | undefined): Promise<{ readonly subscription: Subscription; readonly missed?: string }> {
    const asked: Asked = { who: this.deps.who, wants: (event) => matches(this.deps.filter, event) && event.snapshot.explainedBy === undefined, after, wake: () => this.rouse(), lost: () => this.lose() };
    try {
      const subscription = await this.deps.feed.open(asked);
      return { subscription, missed: subscription.missed };
    } catch (error) {
      if (!(error instanceof CursorError)) throw error;
      return { subscription: await this.deps.feed.open({ ...asked, after: undefined }), missed: 'its place cannot be read' };
    }
  }

  private async active(): Promise<readonly AlertEvent[]> {
    const { subscription } = await this.openAt(undefined);
    subscription.close();
    return subscription.snapshot;
  }

  /** Ends when it is over, or throws when the stream is lost. */
  private async carry(active: readonly AlertEvent[]): Promise<void> {
    for (const event of active) await this.deliver({ event, as: 'active' });
    if (this.pause.over) return;
    if (this.current.owesSnapshot) this.step({ type: 'snapshot-delivered' });
    const delivered = new Map(active.map(({ alertId, sequence }) => [alertId, sequence]));
    while (!this.pause.over) {
      this.hasNews = false;
      const entry = this.next();
      if (entry === undefined) {
        this.busySinceMs = undefined;
        await this.pause.until(() => this.hasNews);
        this.busySinceMs = this.deps.clock.nowMs();
        // If not, the snapshot had it, or a later one of the same alert.
      } else if (entry.event.sequence > (delivered.get(entry.event.alertId) ?? 0)) {
        await this.deliver({ event: entry.event, as: entry.gone === true ? 'gone' : 'news' }, entry.cursor);
      }
    }
  }

  private next(): Entry | undefined {
    if (this.isLost || this.subscription === undefined) throw new Error('the feed is lost');
    return this.subscription.next();
  }

  /** Until the receiver has it, or will not have it. */
  private async deliver(delivery: Delivery, cursor?: string): Promise<void> {
    this.atHand = delivery.event;
    while (!this.pause.over) {
      await this.pause.until(() => this.pause.due && this.current.parkedSinceMs === undefined);
      if (this.pause.over) break;
      const answer = await this.attempt(delivery);
      // Broken off from here: that says nothing of the target.
      if (this.pause.over && answer.type === 'failed') break;
      const { clock, chance } = this.deps;
      const nowMs = clock.nowMs();
      this.step({ type: 'answered', answer, id: deliveryId(delivery), cursor, nowMs, jitter: chance() }, answer);
      if (answer.type !== 'failed') break;
      this.pause.delay((this.current.nextAtMs ?? nowMs) - nowMs);
    }
    this.atHand = undefined;
  }

  /** An event that cannot be put into words must not go round for ever unseen. */
  private async attempt(delivery: Delivery): Promise<Answer> {
    try {
      return await this.deps.receiver.send(delivery);
    } catch (error) {
      return { type: 'failed', why: 'unwritable', about: `${deliveryId(delivery)} cannot be written: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private step(news: TargetNews, answer?: Answer): void {
    const before = this.current;
    this.current = stepTarget(before, news);
    if (!isSamePosition(before, this.current)) this.deps.onPosition(positionOf(this.current));
    this.deps.onStep(this.current, answer);
  }

  private rouse(): void {
    this.hasNews = true;
    this.pause.wake();
  }

  private lose(): void {
    this.isLost = true;
    this.rouse();
  }
}
