import type { Policy } from '../decide/index.js';
import { type BedNews, bedsAt, type BurdenSeries, initialBeds, stepBeds } from '../deliver/index.js';
import { type Clock, type Follower, type FollowOptions, type Log, type LogRecord, type Meter, TOPICS } from '../ports/index.js';
import { decodeContext, decodeOutcome, stayOfKey } from '../wire/index.js';
import { BurdenBook } from './burdens.js';
import { type Latest, LatestSegments } from './latest.js';
import type { LogClock } from './log-clock.js';
import type { LostSignal } from './lost-signal.js';
import { type BedSurveillance, SurveillanceBook } from './surveillance.js';

export interface WardWatchDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly logClock: LogClock;
  readonly meter: Meter;
  /** Undefined: nothing is known of single findings. */
  readonly policy?: Policy;
  readonly lost: LostSignal;
  readonly onStopped: (error: unknown) => void;
}

/** Which beds are watched and for what: folded from the stays, and from the outcomes that come from now on. Ages go by the log's clock. */
export class WardWatch {
  private readonly state = initialBeds();
  private readonly burdenBook = new BurdenBook();
  private readonly latestSegments = new LatestSegments();
  private readonly book: SurveillanceBook | undefined;
  private followers: readonly Follower[] = [];

  private constructor(private readonly deps: WardWatchDeps) {
    const { policy, clock, meter, logClock } = deps;
    this.book = policy && new SurveillanceBook(policy, clock, meter, () => logClock.nowMs());
  }

  /** Resolves once all stays that the log held are folded in. */
  static async start(deps: WardWatchDeps): Promise<WardWatch> {
    const { log, lost, onStopped } = deps;
    const watch = new WardWatch(deps);
    const options: FollowOptions = { onStopped, onSkipped: (range) => lost.skipped(range) };
    const contexts = await log.follow(TOPICS.context, (records) => records.forEach((record) => watch.takeContext(record)), options);
    const outcomes = await log.follow(TOPICS.outcomes, (records) => records.forEach((record) => watch.takeOutcome(record)), { ...options, from: 'now' });
    watch.followers = [contexts, outcomes];
    return watch;
  }

  beds(): ReturnType<typeof bedsAt> {
    return bedsAt(this.state, this.deps.logClock.nowMs());
  }

  /** Of beds that send: undefined stands for those whose unit is not known. */
  units(): ReadonlySet<string | undefined> {
    return new Set(this.beds().filter(({ watch }) => watch !== 'ended').map(({ unit }) => unit));
  }

  /** Undefined: it has none, or the device is not known. */
  unitOf(device: string): string | undefined {
    return this.state.get(device)?.unit;
  }

  surveillance(): readonly BedSurveillance[] {
    return this.book?.beds() ?? [];
  }

  /** Where the latest segment of a bed lies; undefined: none of who lies there has come since this began. */
  latest(bed: string): Latest | undefined {
    return this.latestSegments.of(bed);
  }

  /** What the last minutes of the beds that are asked for held. @param minutes 1 to MINUTES_KEPT */
  burdens(minutes: number, isAsked: (of: Pick<BurdenSeries, 'device' | 'unit'>) => boolean): readonly BurdenSeries[] {
    return this.burdenBook.series(this.deps.logClock.nowMs(), minutes, isAsked);
  }

  /** Verdicts have put a finding in shadow. */
  demote(policy: Policy): void {
    if (this.book !== undefined) this.book.policy = policy;
  }

  async close(): Promise<void> {
    this.book?.close();
    for (const follower of this.followers) await follower.close();
  }

  private takeContext({ key, value, timestampMs }: LogRecord): void {
    const news = contextNews(key, value);
    if (news !== undefined) stepBeds(this.state, news, timestampMs);
  }

  private takeOutcome(record: LogRecord): void {
    const { value, timestampMs } = record;
    this.deps.logClock.heard(timestampMs);
    const news = value === null ? undefined : decodeOutcome(value);
    if (news === undefined) return;
    switch (news.type) {
      // For the beds a departure is in the stay's own record.
      case 'departure':
        return this.latestSegments.left(news.departure);
      case 'lost':
        return this.deps.lost.reported(news.lost);
      case 'segment':
        this.book?.take(news.outcome, timestampMs);
        this.burdenBook.take(news.outcome, timestampMs);
        this.latestSegments.take(record, news.outcome);
        break;
      case 'silence':
        if (news.silence.ended) this.book?.end(news.silence.device, timestampMs);
        break;
      case 'gap':
        break;
    }
    stepBeds(this.state, news, timestampMs);
  }
}

/** A stay, or one that is taken back: over before it began. */
function contextNews(key: string | undefined, value: Uint8Array | null): BedNews | undefined {
  if (value !== null) {
    const context = decodeContext(value);
    return context && { type: 'context', context };
  }
  const stay = key === undefined ? undefined : stayOfKey(key);
  return stay && { type: 'context', context: { ...stay, untilMs: 0 } };
}
