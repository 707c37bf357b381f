import type { LostRecords } from '../ecg/index.js';
import type { Clock, Counter, Meter, SkippedRange } from '../ports/index.js';
import { type Health, SHOWN_MS } from './health.js';

/** What became of them, and what to do. */
const WORDS: Readonly<Record<string, string>> = {
  expired: 'retention deleted them first: raise retention.ms of the topic, or add engines',
  unreadable: 'they cannot be decoded: see in the logs which offsets, then who writes there and with which compression',
  'wrong-partition': 'nor are others like them, and beds may be unwatched: keys are not placed by murmur2; see ecg.rejects.v1, and docs/ingest.md, Which partition',
  recreated: 'the topic was recreated under the same name: what the old one held is gone; restart engines and monitors',
};
const OTHER = { reason: 'other', words: 'see the log of the engine' };

/** Who cannot have them. */
type Reader = 'engine' | 'monitor';

interface Tally {
  readonly records: number;
  readonly partitions: ReadonlySet<number>;
  /** Monotonic. */
  readonly untilMs: number;
}

/** Records that no engine, or not this monitor, will ever process: counted, and an alarm for a minute. */
export class LostSignal {
  /** By reader, topic and reason. */
  private readonly tallies = new Map<string, Tally>();
  private readonly count: Counter;

  constructor(
    private readonly clock: Clock,
    meter: Meter,
    private readonly health: Pick<Health, 'happen'>,
  ) {
    this.count = meter.counter('purkinje_deliver_lost_records_total', 'Records that engines, or this monitor, will never process, by who and why', ['reader', 'reason']);
  }

  /** An engine reports it. */
  reported({ topic, partition, fromOffset, toOffset, reason }: LostRecords): void {
    this.take('engine', topic, partition, toOffset - fromOffset, reason);
  }

  /** The log does not hand them over to this monitor. */
  skipped({ topic, partition, from, to, reason }: SkippedRange): void {
    this.take('monitor', topic, partition, to - from, reason);
  }

  private take(reader: Reader, topic: string, partition: number, difference: number, given: string): void {
    const nowMs = this.clock.monotonicMs();
    const records = Math.max(0, difference);
    const reason = Object.hasOwn(WORDS, given) ? given : OTHER.reason;
    this.count.add(records, { reader, reason });
    const key = `${reader} ${topic} ${reason}`;
    const before = this.tallies.get(key);
    const shown = before !== undefined && before.untilMs > nowMs ? before : undefined;
    const tally = { records: (shown?.records ?? 0) + records, partitions: new Set([...(shown?.partitions ?? []), partition]), untilMs: nowMs + SHOWN_MS };
    this.tallies.set(key, tally);
    const where = `${topic}, ${tally.partitions.size === 1 ? `partition ${partition}` : `${tally.partitions.size} partitions`}`;
    const what = reader === 'engine' ? 'will not be processed' : 'are not seen by this monitor';
    this.health.happen({ alarm: 'signal-lost', key, about: `${tally.records} records of ${where} ${what}; ${WORDS[reason] ?? OTHER.words}` });
  }
}
