import type { Clock, Gauge, Meter } from '../ports/index.js';
import type { LogClock } from './log-clock.js';
import type { Progress } from './progress.js';

const LOOK_EVERY_MS = 2000;
/** An engine writes how far it is at least every 3 s. */
const SILENT_AFTER_MS = 7000;
/** A segment is open for 10 s, and one that a device broke off for 30 s more. */
const BEHIND_AFTER_MS = 60_000;
/** The log answers within this, or it is away. */
const UNANSWERED_MS = 5000;
/** Clocks that differ by more make the page's times wrong. */
const CLOCK_DIFFERS_MS = 2000;
/** … for so long: the first record after a pause may come late. */
const CLOCK_DIFFERS_FOR_MS = 4000;
/** What happened once is shown for so long. */
export const SHOWN_MS = 60_000;

export const ALARMS = ['engine-silent', 'engine-behind', 'signal-lost', 'partitions-changed', 'clock-differs', 'log-away', 'log-refuses', 'disk-full', 'alert-unreadable', 'target-failing', 'target-parked', 'target-refuses', 'subscriber-lost', 'nobody-receives'] as const;
export type Alarm = (typeof ALARMS)[number];

/** Something stands between a ward and its alerts. */
export interface Trouble {
  readonly alarm: Alarm;
  /** One line for people. */
  readonly about: string;
  /** Distinguishes alarms of one kind, where `about` changes while they stand; by default `about` does. */
  readonly key?: string;
}

export interface TechnicalAlarm extends Trouble {
  readonly key: string;
  /** By the monitor's wall clock. */
  readonly sinceMs: number;
}

export interface HealthDeps {
  readonly progress: Progress;
  readonly logClock: LogClock;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Asked at each look. */
  readonly lookouts: readonly (() => readonly Trouble[])[];
}

/** What every heartbeat reports: how old the oldest work is that is not done, and which technical alarms there are. Ages go by the monotonic clock. */
export class Health {
  private current: readonly TechnicalAlarm[] = [];
  /** Until when each is shown, monotonic. */
  private readonly happened = new Map<string, Trouble & { readonly untilMs: number }>();
  private readonly listeners = new Set<() => void>();
  private isAsking = false;
  /** Since when the clocks differ, monotonic. */
  private differsMs: number | undefined;
  private isOver = false;
  private cancel = () => {};
  private readonly count: Gauge;
  private readonly age: Gauge;
  private readonly difference: Gauge;

  constructor(private readonly deps: HealthDeps) {
    const { meter } = deps;
    this.count = meter.gauge('purkinje_deliver_technical_alarms', 'Technical alarms of delivery now, by what they are', ['alarm']);
    this.age = meter.gauge('purkinje_deliver_oldest_unprocessed_seconds', 'Age of the oldest record that is not processed, or whose outputs are not published yet; -1: not known');
    this.difference = meter.gauge('purkinje_deliver_clock_difference_seconds', "The monitor's clock minus the log's; 0 until a record has arrived");
    this.look();
  }

  /** -1: not known. */
  get oldestUnprocessedMs(): number {
    return Math.round(this.deps.progress.oldestAgeMs() ?? -1);
  }

  get alarms(): readonly TechnicalAlarm[] {
    return this.current;
  }

  /** Something happened that has no end of its own: shown for a minute. */
  happen(trouble: Trouble): void {
    this.showUntil(trouble, this.deps.clock.monotonicMs() + SHOWN_MS);
  }

  /** Something that only a restart can end: shown until then. */
  remain(trouble: Trouble): void {
    this.showUntil(trouble, Infinity);
  }

  /** Calls back when other alarms stand, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.isOver = true;
    this.cancel();
  }

  private showUntil(trouble: Trouble, untilMs: number): void {
    this.happened.set(identityOf(trouble), { ...trouble, untilMs });
    this.show([...this.current, trouble]);
  }

  private look(): void {
    if (this.isOver) return;
    this.cancel = this.deps.clock.after(LOOK_EVERY_MS, () => this.look());
    if (!this.isAsking) void this.ask();
    const nowMs = this.deps.clock.monotonicMs();
    for (const [identity, { untilMs }] of this.happened) if (untilMs <= nowMs) this.happened.delete(identity);
    this.show([...this.ofEngines(), ...this.ofClocks(nowMs), ...this.ofLog(), ...this.deps.lookouts.flatMap((lookout) => lookout()), ...this.happened.values()]);
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    try {
      await this.deps.progress.look();
    } catch {
      // It stays unanswered: the next look says so, and asks again.
    } finally {
      this.isAsking = false;
    }
  }

  private ofEngines(): Trouble[] {
    const silent = this.deps.progress.silent(SILENT_AFTER_MS);
    if (silent.length > 0) {
      const which = silent.map(({ step, silent: count, partitions, ageMs }) => `${count} of ${partitions} ${step} partitions for ${seconds(ageMs)}`).join(', ');
      return [{ alarm: 'engine-silent', key: '', about: `no heartbeat from ${which}: what is in them is not watched until an engine takes them` }];
    }
    const ageMs = this.oldestUnprocessedMs;
    return ageMs > BEHIND_AFTER_MS ? [{ alarm: 'engine-behind', key: '', about: `the oldest sample that waits is ${seconds(ageMs)} old: alerts come late` }] : [];
  }

  private ofClocks(nowMs: number): Trouble[] {
    const differenceMs = this.deps.logClock.differenceMs() ?? 0;
    this.difference.set(differenceMs / 1000);
    if (Math.abs(differenceMs) <= CLOCK_DIFFERS_MS) this.differsMs = undefined;
    else this.differsMs ??= nowMs;
    if (this.differsMs === undefined || nowMs - this.differsMs < CLOCK_DIFFERS_FOR_MS) return [];
    const how = differenceMs > 0 ? 'ahead of' : 'behind';
    return [{ alarm: 'clock-differs', key: '', about: `this monitor's clock is ${seconds(Math.abs(differenceMs))} ${how} the log's: times shown may be wrong; synchronise both (NTP)` }];
  }

  private ofLog(): Trouble[] {
    if (this.deps.progress.unansweredMs() < UNANSWERED_MS) return [];
    return [{ alarm: 'log-away', about: 'the log does not answer: what is shown is old, and nothing new can be reported' }];
  }

  private show(troubles: readonly Trouble[]): void {
    const nowMs = Math.round(this.deps.clock.nowMs());
    const since = new Map(this.current.map((alarm) => [identityOf(alarm), alarm.sinceMs]));
    const unique = new Map(troubles.map((trouble) => [identityOf(trouble), trouble]));
    this.current = [...unique].map(([identity, { alarm, about, key = about }]) => ({ alarm, key, about, sinceMs: since.get(identity) ?? nowMs }));
    for (const alarm of ALARMS) this.count.set(this.current.filter((one) => one.alarm === alarm).length, { alarm });
    if (unique.size !== since.size || [...unique.keys()].some((identity) => !since.has(identity))) for (const listener of this.listeners) listener();
    const ageMs = this.oldestUnprocessedMs;
    this.age.set(ageMs < 0 ? -1 : ageMs / 1000);
  }
}

const identityOf = ({ alarm, about, key = about }: Trouble): string => `${alarm} ${key}`;
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
