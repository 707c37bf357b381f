import type { Counter, Gauge, Meter } from '../ports/index.js';

/** Tasks at a time: under way and waiting, of all principals and of one. */
export interface LaneLimits {
  readonly running: number;
  readonly runningOfOne: number;
  readonly waiting: number;
  readonly waitingOfOne: number;
}

/** When to come back. */
export const RETRY_AFTER_S = 1;

/** There is no room for it now. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(
    /** own: this principal has as many as one may have. all: everybody together has. */
    readonly whose: 'own' | 'all',
    what: 'requests' | 'subscriptions' | 'sessions' = 'requests',
  ) {
    super(`too many ${what}${whose === 'own' ? ' of yours' : ''} ${what === 'requests' ? 'wait' : 'are open'}: try again in ${RETRY_AFTER_S} s`);
  }
}

interface Caller {
  running: number;
  readonly waiting: (() => void)[];
}

/** One kind of work, bounded, and shared between principals in turn: a principal that asks for much waits behind its own requests. */
export class Lane {
  /** Those who run or wait, in the order of their last turns. */
  private readonly callers = new Map<string, Caller>();
  private running = 0;
  private waiting = 0;
  private readonly waitingGauge: Gauge;
  private readonly refused: Counter;

  constructor(
    private readonly name: string,
    private readonly limits: LaneLimits,
    meter: Meter,
  ) {
    this.waitingGauge = meter.gauge('purkinje_deliver_requests_waiting', 'Requests that wait for their turn, by kind', ['lane']);
    this.refused = meter.counter('purkinje_deliver_requests_refused_total', 'Requests refused because too many waited, by kind', ['lane']);
    this.waitingGauge.set(0, { lane: name });
    this.refused.add(0, { lane: name });
  }

  /** Runs a task in its turn; resolves and rejects as it does. Rejects with BusyError where it may not even wait. */
  async run<Result>(who: string, task: () => Promise<Result>): Promise<Result> {
    const caller = this.callers.get(who) ?? { running: 0, waiting: [] };
    this.callers.set(who, caller);
    if (caller.waiting.length === 0 && this.hasRoom(caller)) this.begin(caller);
    else await this.turn(caller);
    try {
      return await task();
    } finally {
      caller.running--;
      this.running--;
      if (caller.running === 0 && caller.waiting.length === 0) this.callers.delete(who);
      this.next();
    }
  }

  private hasRoom({ running }: Caller): boolean {
    return this.running < this.limits.running && running < this.limits.runningOfOne;
  }

  private begin(caller: Caller): void {
    caller.running++;
    this.running++;
  }

  private turn(caller: Caller): Promise<void> {
    const whose = caller.waiting.length >= this.limits.waitingOfOne ? 'own' : this.waiting >= this.limits.waiting ? 'all' : undefined;
    if (whose !== undefined) {
      this.refused.add(1, { lane: this.name });
      return Promise.reject(new BusyError(whose));
    }
    this.count(1);
    return new Promise((resolve) => void caller.waiting.push(resolve));
  }

  /** Lets one begin of those who wait: who has least under way, and of several whose turn is longest ago. */
  private next(): void {
    let chosen: readonly [string, Caller] | undefined;
    for (const each of this.callers) {
      const [, caller] = each;
      if (caller.waiting.length > 0 && this.hasRoom(caller) && (chosen === undefined || caller.running < chosen[1].running)) chosen = each;
    }
    if (chosen === undefined) return;
    const [who, caller] = chosen;
    this.callers.delete(who);
    this.callers.set(who, caller);
    this.begin(caller);
    this.count(-1);
    caller.waiting.shift()!();
  }

  private count(change: number): void {
    this.waiting += change;
    this.waitingGauge.set(this.waiting, { lane: this.name });
  }
}
