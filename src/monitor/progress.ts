import { checkpointKey, type Clock, type Follower, type Log, type LogRecord, POSITION_SUBJECT, type StepName, type Topic, TOPICS } from '../ports/index.js';
import type { LogClock } from './log-clock.js';
import { INPUTS, type StepPosition, stepPositionOf } from './step-position.js';

const STEPS = Object.keys(INPUTS) as StepName[];
/** One reading may bring nothing but the marks of transactions; so many are made at most before the next look. */
const READINGS_MAX = 16;

/** Work that is not done. */
interface Waiting {
  /** When the log took its oldest record, ms since 1970. */
  readonly atMs: number;
  /** When this monitor saw it first, monotonic. */
  readonly seenMs: number;
}

/** One step in one partition. */
interface Tracked {
  readonly step: StepName;
  readonly partition: number;
  position?: StepPosition;
  /** When its last heartbeat arrived, monotonic; at first, when the monitor began to listen. */
  heardMs: number;
  /** Its engine writes its position though nothing has changed: silence means that it is gone. An older one's decide step writes only after work. */
  beats: boolean;
  /** Read, and not published yet. */
  open?: Waiting;
  /** Not read yet, by input; `from`: the offset that was looked at. */
  readonly unread: Map<Topic, Waiting & { readonly from: number }>;
}

export interface ProgressDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly logClock: LogClock;
  /** Every record of the topic, for who needs others of it: it is read once. */
  readonly onRecord?: (record: LogRecord) => void;
  readonly onStopped: (error: unknown) => void;
}

/** Partitions of a step of which nothing has been heard for too long. */
export interface SilentPartitions {
  readonly step: StepName;
  readonly silent: number;
  readonly partitions: number;
  /** Of the one heard of last longest ago, ms. */
  readonly ageMs: number;
}

/**
 * How far the engines are: what they write of it, what is in their inputs, and how long ago each partition was heard of. Ages are by the
 * monotonic clock since a heartbeat arrived, or by the log's clock: never by the monitor's wall clock.
 */
export class Progress {
  private readonly tracked: ReadonlyMap<string, Tracked>;
  private isLive = false;
  /** Since when a reading is unanswered, monotonic; undefined: the last one was answered. */
  private askedMs: number | undefined;
  /** The latest look came to its end. */
  private isKnown = false;

  private constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly logClock: LogClock,
    private readonly partitions: number,
  ) {
    const heardMs = clock.monotonicMs();
    const trackedOf = (step: StepName, partition: number): Tracked => ({ step, partition, heardMs, beats: step === 'score', unread: new Map() });
    this.tracked = new Map(STEPS.flatMap((step) => Array.from({ length: partitions }, (_, partition) => [checkpointKey(step, partition, POSITION_SUBJECT), trackedOf(step, partition)])));
  }

  /** Resolves once all checkpoints that were there have been read; from then on each that comes is a heartbeat. */
  static async start({ log, clock, logClock, onRecord, onStopped }: ProgressDeps): Promise<{ progress: Progress; follower: Follower }> {
    const progress = new Progress(log, clock, logClock, await log.partitionCount(TOPICS.signal));
    const follower = await log.follow(TOPICS.checkpoints, (records) => records.forEach((record) => (progress.take(record), onRecord?.(record))), { onStopped });
    progress.isLive = true;
    return { progress, follower };
  }

  /** By step, those of which nothing was heard for longer than `afterMs`. */
  silent(afterMs: number): readonly SilentPartitions[] {
    const nowMs = this.clock.monotonicMs();
    return STEPS.flatMap((step) => {
      const ages = [...this.tracked.values()].filter((one) => one.step === step).map((one) => nowMs - sinceMs(one, nowMs));
      const silent = ages.filter((ageMs) => ageMs > afterMs);
      return silent.length === 0 ? [] : [{ step, silent: silent.length, partitions: this.partitions, ageMs: Math.max(...silent) }];
    });
  }

  /** Age of the oldest work that is not done, in ms: records that no step has read, and those whose outputs are not published. 0: there is none; undefined: not known now. */
  oldestAgeMs(): number | undefined {
    if (!this.isKnown) return undefined;
    const [nowMs, logNowMs] = [this.clock.monotonicMs(), this.logClock.nowMs()];
    const waiting = [...this.tracked.values()].flatMap(({ open, unread }) => [...(open === undefined ? [] : [open]), ...unread.values()]);
    return Math.max(0, ...waiting.map(({ atMs, seenMs }) => Math.max(nowMs - seenMs, logNowMs - atMs)));
  }

  /** How long the log has owed an answer, ms; 0: it owes none. */
  unansweredMs(): number {
    return this.askedMs === undefined ? 0 : this.clock.monotonicMs() - this.askedMs;
  }

  /** Looks into every input for what no step has read yet: one reading at a time, so that others' readings have their turn. Rejects where the log fails. */
  async look(): Promise<void> {
    try {
      for (const one of this.tracked.values()) for (const topic of INPUTS[one.step]) await this.lookAt(one, topic);
      this.isKnown = true;
    } catch (error) {
      this.isKnown = false;
      throw error;
    }
  }

  private async lookAt(one: Tracked, topic: Topic): Promise<void> {
    const from = one.position?.next[topic] ?? 0;
    const known = one.unread.get(topic);
    // What waited there still does.
    if (known?.from === from) return;
    const atMs = await this.firstFrom(topic, one.partition, from);
    if (atMs === undefined) one.unread.delete(topic);
    else one.unread.set(topic, { from, atMs, seenMs: this.clock.monotonicMs() });
  }

  /** When the log took the first record from an offset on; undefined: there is none. */
  private async firstFrom(topic: Topic, partition: number, from: number): Promise<number | undefined> {
    for (let offset = from, n = 0; n < READINGS_MAX; n++) {
      this.askedMs ??= this.clock.monotonicMs();
      const { records, next } = await this.log.scan(topic, partition, offset);
      this.askedMs = undefined;
      if (records.length > 0) return records[0].timestampMs;
      if (next === offset) break;
      offset = next;
    }
    return undefined;
  }

  private take({ key, value, timestampMs }: LogRecord): void {
    const one = this.tracked.get(key ?? '');
    if (one === undefined) return;
    const position = value === null ? undefined : stepPositionOf(one.step, value);
    if (position === undefined) return;
    const before = one.position;
    one.position = position;
    const nowMs = this.clock.monotonicMs();
    const { oldestOpenMs } = position;
    one.open = oldestOpenMs === undefined ? undefined : { atMs: oldestOpenMs, seenMs: one.open?.atMs === oldestOpenMs ? one.open.seenMs : nowMs };
    if (!this.isLive) return;
    one.heardMs = nowMs;
    one.beats ||= before !== undefined && INPUTS[one.step].every((topic) => before.next[topic] === position.next[topic]);
    this.logClock.heard(timestampMs);
  }
}

/** Since when nothing has been heard of it that should have been, monotonic. */
function sinceMs({ beats, heardMs, unread }: Tracked, nowMs: number): number {
  if (beats) return heardMs;
  return Math.max(heardMs, Math.min(nowMs, ...[...unread.values()].map(({ seenMs }) => seenMs)));
}
