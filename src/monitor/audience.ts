import { generateToken } from '../adapters/access/index.js';
import { type Filter, may, type Principal } from '../deliver/index.js';
import type { Clock, Gauge, Meter } from '../ports/index.js';
import type { Trouble } from './health.js';
import type { OtherMonitors } from './other-monitors.js';

/** Who has taken something within this receives; who has not may have stopped. */
const RECEIVES_MS = 30_000;
/** A unit without anyone for longer is an alarm: a page that reloads, or a monitor that starts, is none. */
const NOBODY_MAX_MS = 120_000;

interface Entered {
  readonly principal: Principal;
  readonly filter: Filter;
  /** Whether it confirms what it has read; otherwise it receives what its side takes. */
  readonly isConfirmed: boolean;
  /** When its side last took anything, monotonic. */
  readonly takenMs: () => number | undefined;
}

export interface Listener {
  /** By which it confirms: no other monitor over the same log has the same. */
  readonly id: string;
  /** Since it last confirmed; 0 where it never has. */
  readonly unconfirmedMs: number;
  leave(): void;
}

/** A receiver that alerts are pushed to. */
export interface Pushed {
  readonly filter: Filter;
  readonly isReached: boolean;
}

/** Who receives alerts now, and which unit's nobody does. Open is not enough: a program that has stopped keeps its connections. */
export class Audience {
  private readonly open = new Map<string, Entered & { confirmedMs?: number }>();
  /** Since when nobody receives the alerts of a unit, monotonic. */
  private readonly nobody = new Map<string | undefined, number>();
  private readonly receiving: Gauge;

  constructor(
    private readonly clock: Clock,
    meter: Meter,
    private readonly others: Pick<OtherMonitors, 'isReached' | 'announce'>,
  ) {
    this.receiving = meter.gauge('purkinje_deliver_receivers', 'Subscribers that took something within the last 30 s, and targets that can be reached');
    this.receiving.set(0);
  }

  enter(entered: Entered): Listener {
    const id = generateToken();
    const one: Entered & { confirmedMs?: number } = { ...entered };
    this.open.set(id, one);
    const { clock } = this;
    return {
      id,
      get unconfirmedMs() {
        return one.confirmedMs === undefined ? 0 : clock.monotonicMs() - one.confirmedMs;
      },
      leave: () => void this.open.delete(id),
    };
  }

  /** A reader has read up to now. False: it has no such subscription. */
  confirm({ who }: Principal, id: string): boolean {
    const one = this.open.get(id);
    if (one?.principal.who !== who) return false;
    one.confirmedMs = this.clock.monotonicMs();
    return true;
  }

  /** Units whose alerts nobody receives. */
  troubles(units: ReadonlySet<string | undefined>, pushed: readonly Pushed[]): readonly Trouble[] {
    const nowMs = this.clock.monotonicMs();
    const now = [...this.open.values()].filter((one) => receives(one, nowMs));
    const reached = pushed.filter(({ isReached }) => isReached);
    this.receiving.set(now.length + reached.length);
    const isHeard = (unit: string | undefined) => now.some(({ principal, filter }) => isWhole(filter, unit) && may(principal, 'read', unit)) || reached.some(({ filter }) => isWhole(filter, unit));
    this.others.announce([...units].filter(isHeard));
    for (const unit of this.nobody.keys()) if (!units.has(unit)) this.nobody.delete(unit);
    for (const unit of units) {
      if (isHeard(unit) || this.others.isReached(unit)) this.nobody.delete(unit);
      else if (!this.nobody.has(unit)) this.nobody.set(unit, nowMs);
    }
    return [...this.nobody].flatMap(([unit, sinceMs]): Trouble[] => (nowMs - sinceMs <= NOBODY_MAX_MS ? [] : [{ alarm: 'nobody-receives', key: unit ?? '', about: `nobody receives the alerts of ${unit === undefined ? 'beds without a unit' : `unit ${unit}`}: open the page there, or see why who is connected reads nothing` }]));
  }
}

function receives({ isConfirmed, confirmedMs, takenMs }: Entered & { readonly confirmedMs?: number }, nowMs: number): boolean {
  return nowMs - ((isConfirmed ? confirmedMs : takenMs()) ?? -Infinity) <= RECEIVES_MS;
}

/** All alerts of a unit, not only those of some beds or findings. */
function isWhole({ units, beds, findings, priorities, evidence }: Filter, unit: string | undefined): boolean {
  return (units.length === 0 || (unit !== undefined && units.includes(unit))) && [beds, findings, priorities, evidence].every((narrower) => narrower.length === 0);
}
