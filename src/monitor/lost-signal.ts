import type { LostRecords } from '../ecg/index.js';
import type { Clock, Counter, Meter } from '../ports/index.js';
import { type Health, SHOWN_MS } from './health.js';

/** What was lost, and what to do, by the reason that an engine gives. */
const WORDS: Readonly<Record<string, string>> = {
  expired: 'retention deleted them before an engine read them: raise retention.ms of the topic, or add engines',
  unreadable: 'they cannot be decoded: the log of the engine names their offsets; look at who writes there, and with which compression',
  recreated: 'the topic was made anew under the same name: what the old one held is gone; restart engines and monitors',
};

interface Tally {
  records: number;
  readonly partitions: Set<number>;
  untilMs: number;
}

/** Records that no engine will ever process: counted, and an alarm for a minute. */
export class LostSignal {
  private readonly tallies = new Map<string, Tally>();
  private readonly count: Counter;

  constructor(
    private readonly clock: Clock,
    meter: Meter,
    private readonly health: Pick<Health, 'happen'>,
  ) {
    this.count = meter.counter('purkinje_deliver_lost_records_total', 'Records of the inputs that no engine will ever process, by why', ['reason']);
  }

  take({ topic, partition, fromOffset, toOffset, reason }: LostRecords): void {
    const records = Math.max(0, toOffset - fromOffset);
    const known = Object.hasOwn(WORDS, reason) ? reason : 'other';
    this.count.add(records, { reason: known });
    const nowMs = this.clock.monotonicMs();
    const key = `${topic} ${known}`;
    const before = this.tallies.get(key);
    const tally: Tally = before !== undefined && before.untilMs > nowMs ? before : { records: 0, partitions: new Set(), untilMs: 0 };
    tally.records += records;
    tally.partitions.add(partition);
    tally.untilMs = nowMs + SHOWN_MS;
    this.tallies.set(key, tally);
    const where = `${topic}, ${tally.partitions.size === 1 ? `partition ${partition}` : `${tally.partitions.size} partitions`}`;
    this.health.happen({ alarm: 'signal-lost', key, about: `${tally.records} records of ${where} will not be processed; ${WORDS[known] ?? 'see the log of the engine'}` });
  }
}
