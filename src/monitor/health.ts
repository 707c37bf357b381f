import type { Clock, Gauge, Meter } from '../ports/index.js';
import type { Progress } from './progress.js';

const LOOK_EVERY_MS = 2000;
/** The engine says how far it is at least every 3 s. */
const SILENT_AFTER_MS = 7000;
/** A segment is open for 10 s, and one that a device broke off for 30 s more. */
const BEHIND_AFTER_MS = 60_000;
/** The log answers within this, or it is away. */
const UNANSWERED_MS = 5000;
/** What happened once is shown for so long. */
const SHOWN_MS = 60_000;

const ALARMS = ['engine-silent', 'engine-behind', 'log-away', 'log-refuses', 'disk-full', 'target-failing', 'target-parked', 'target-refuses', 'subscriber-lost'] as const;
export type Alarm = (typeof ALARMS)[number];

/** Something stands between a ward and its alerts; `about` is one line for people. */
export interface Trouble {
  readonly alarm: Alarm;
  readonly about: string;
}

export interface TechnicalAlarm extends Trouble {
  readonly sinceMs: number;
}

/** What every heartbeat says: how old the oldest unprocessed sample is, and which technical alarms there are. */
export class Health {
  private current: readonly TechnicalAlarm[] = [];
  private readonly happened = new Map<string, Trouble & { readonly untilMs: number }>();
  private readonly listeners = new Set<() => void>();
  private oldestMs: number | undefined;
  private isKnown = false;
  /** Since when the log is being asked; undefined: it has answered. */
  private askedMs: number | undefined;
  private isOver = false;
  private cancel = () => {};
  private cancelAsk = () => {};
  private readonly startedMs: number;
  private readonly count: Gauge;
  private readonly age: Gauge;

  constructor(
    private readonly progress: Progress,
    private readonly clock: Clock,
    meter: Meter,
    /** Asked at each look. */
    private readonly lookouts: readonly (() => readonly Trouble[])[],
  ) {
    this.startedMs = clock.nowMs();
    this.count = meter.gauge('purkinje_deliver_technical_alarms', 'Technical alarms of delivery now, by what they are', ['alarm']);
    this.age = meter.gauge('purkinje_deliver_oldest_unprocessed_seconds', 'Age of the oldest sample that is not processed yet; -1: not known');
    this.look();
  }

  /** -1: not known. */
  get oldestUnprocessedMs(): number {
    if (!this.isKnown) return -1;
    return this.oldestMs === undefined ? 0 : Math.round(this.clock.nowMs() - this.oldestMs);
  }

  get alarms(): readonly TechnicalAlarm[] {
    return this.current;
  }

  /** Something happened that has no end of its own: shown for a minute. */
  happen(trouble: Trouble): void {
    this.happened.set(keyOf(trouble), { ...trouble, untilMs: this.clock.nowMs() + SHOWN_MS });
    this.show([...this.current, trouble]);
  }

  /** Calls back when other alarms stand, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.isOver = true;
    this.cancel();
    this.cancelAsk();
  }

  private look(): void {
    if (this.isOver) return;
    this.cancel = this.clock.after(LOOK_EVERY_MS, () => this.look());
    if (this.askedMs === undefined) void this.ask();
    const nowMs = this.clock.nowMs();
    for (const [key, { untilMs }] of this.happened) if (untilMs <= nowMs) this.happened.delete(key);
    this.show([...this.ofEngine(nowMs), ...this.ofLog(nowMs), ...this.lookouts.flatMap((lookout) => lookout()), ...this.happened.values()]);
  }

  private async ask(): Promise<void> {
    this.askedMs ??= this.clock.nowMs();
    try {
      this.oldestMs = await this.progress.oldestMs();
      this.isKnown = true;
      this.askedMs = undefined;
    } catch {
      // It stays unanswered: the next look says so. What was processed is not known any more.
      this.isKnown = false;
      this.cancelAsk = this.isOver ? this.cancelAsk : this.clock.after(LOOK_EVERY_MS, () => void this.ask());
    }
  }

  private ofEngine(nowMs: number): Trouble[] {
    const silentMs = nowMs - Math.max(this.progress.heardMs(), this.startedMs);
    if (silentMs > SILENT_AFTER_MS) return [{ alarm: 'engine-silent', about: 'no heartbeat of the engine: nothing is watched until it is back' }];
    const ageMs = this.oldestUnprocessedMs;
    return ageMs > BEHIND_AFTER_MS ? [{ alarm: 'engine-behind', about: `the oldest sample that waits is ${Math.round(ageMs / 1000)} s old: alerts come late` }] : [];
  }

  private ofLog(nowMs: number): Trouble[] {
    if (this.askedMs === undefined || nowMs - this.askedMs < UNANSWERED_MS) return [];
    return [{ alarm: 'log-away', about: 'the log does not answer: what is shown is old, and nothing new can be told' }];
  }

  private show(troubles: readonly Trouble[]): void {
    const nowMs = Math.round(this.clock.nowMs());
    const since = new Map(this.current.map((alarm) => [keyOf(alarm), alarm.sinceMs]));
    const unique = new Map(troubles.map((trouble) => [keyOf(trouble), trouble]));
    this.current = [...unique].map(([key, { alarm, about }]) => ({ alarm, about, sinceMs: since.get(key) ?? nowMs }));
    for (const alarm of ALARMS) this.count.set(this.current.filter((one) => one.alarm === alarm).length, { alarm });
    if (unique.size !== since.size || [...unique.keys()].some((key) => !since.has(key))) for (const listener of this.listeners) listener();
    this.age.set(this.isKnown ? this.oldestUnprocessedMs / 1000 : -1);
  }
}

/** The engine's age changes with each look; the alarm is the same. */
const keyOf = ({ alarm, about }: Trouble): string => (alarm === 'engine-behind' ? alarm : `${alarm} ${about}`);
