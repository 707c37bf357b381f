import type { Counter, Meter } from '../ports/index.js';
import { BusyError } from './lane.js';

/** Open subscriptions at a time, over all surfaces. */
export interface SubscriptionLimits {
  readonly all: number;
  /** Of one principal. */
  readonly one: number;
}

/** Bounds the open subscriptions of all principals, and of one, so that none shuts the others out. */
export class SubscriptionLimit {
  private readonly open = new Map<string, number>();
  private total = 0;
  private readonly refused: Counter;

  constructor(
    private readonly limits: SubscriptionLimits,
    meter: Meter,
  ) {
    this.refused = meter.counter('purkinje_deliver_subscriptions_refused_total', 'Subscriptions refused because too many were open: of the principal (own) or of everybody (all)', ['whose']);
    for (const whose of ['own', 'all']) this.refused.add(0, { whose });
  }

  /** Returns what ends the subscription, once. Throws BusyError where there is no room for it. */
  enter(who: string): () => void {
    const own = this.open.get(who) ?? 0;
    const whose = own >= this.limits.one ? 'own' : this.total >= this.limits.all ? 'all' : undefined;
    if (whose !== undefined) {
      this.refused.add(1, { whose });
      throw new BusyError(whose, 'subscriptions');
    }
    this.open.set(who, own + 1);
    this.total++;
    let isOpen = true;
    return () => {
      if (isOpen) this.leave(who);
      isOpen = false;
    };
  }

  private leave(who: string): void {
    const left = this.open.get(who)! - 1;
    if (left > 0) this.open.set(who, left);
    else this.open.delete(who);
    this.total--;
  }
}
