import { type Report } from '../../log/index.js';
import type { Clock, Disk, Follower, FollowOptions, Log, LogRecord, Membership, NewRecord, Owner, Scanned, StepName, Topic } from '../../ports/index.js';
import { EmbeddedLogError, isDamage } from './errors.js';
import { TopicFollower } from './follow.js';
import { StepGroup } from './group.js';
import { Retention } from './retention.js';
import type { RetentionMs } from './retention.js';
import { Store } from './store.js';

/** Records handed over at once, unless the options say otherwise. */
export const BATCH_RECORDS_MAX = 256;

export interface EmbeddedLogOptions {
  /** Of every topic. It cannot change once the log has been made. */
  readonly partitions: number;
  /** How long records of a topic are kept, in ms. Undefined: for ever. Compacted topics keep the latest record of each key. */
  readonly retentionMs?: RetentionMs;
  /** Records handed over at once. Default: BATCH_RECORDS_MAX. */
  readonly batchRecordsMax?: number;
  readonly report?: Report;
}

/** A membership of the embedded log; `expel` takes its partitions away undrained, as from a process that died. */
export interface EmbeddedMembership extends Membership {
  expel(): void;
}

/**
 * The log of one process, over a disk. Appends and commits become durable in the order in which they were asked for.
 * Several memberships of a step share its partitions. It uses no time but the clock's, no randomness and no polling.
 */
export class EmbeddedLog implements Log {
  private readonly groups = new Map<StepName, StepGroup>();
  private readonly followers = new Set<TopicFollower>();
  private readonly retention: Retention;
  private readonly batchRecordsMax: number;
  private readonly report: Report;
  private ended = false;

  private constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    options: EmbeddedLogOptions,
  ) {
    this.batchRecordsMax = options.batchRecordsMax ?? BATCH_RECORDS_MAX;
    this.report = options.report ?? (() => undefined);
    this.retention = new Retention(store, clock, options.retentionMs ?? {}, this.report);
    this.retention.start();
  }

  static async open(disk: Disk, clock: Clock, options: EmbeddedLogOptions): Promise<EmbeddedLog> {
    return new EmbeddedLog(await Store.open(disk, clock, options.partitions, options.report ?? (() => undefined)), clock, options);
  }

  identity(): Promise<string> {
    return Promise.resolve(this.store.identity);
  }

  partitionCount(_topic: Topic): Promise<number> {
    return Promise.resolve(this.store.partitions);
  }

  append(records: readonly NewRecord[]): Promise<void> {
    return records.length === 0 ? Promise.resolve() : this.store.append(records);
  }

  join(owner: Owner): Promise<EmbeddedMembership> {
    if (this.ended) return Promise.reject(new EmbeddedLogError('log-closed', 'the embedded log is closed', 'open it again'));
    const group =
      this.groups.get(owner.step) ?? new StepGroup(owner.step, this.store, this.clock, this.batchRecordsMax, this.report);
    this.groups.set(owner.step, group);
    return group.join(owner);
  }

  async follow(topic: Topic, onRecords: (records: readonly LogRecord[]) => void, options: FollowOptions = {}): Promise<Follower> {
    const follower = new TopicFollower(this.store, topic, this.batchRecordsMax, onRecords, this.report, options);
    this.followers.add(follower);
    await follower.start();
    return {
      close: () => {
        this.followers.delete(follower);
        return follower.close();
      },
    };
  }

  async read(topic: Topic, partition: number, offsets: readonly number[]): Promise<readonly LogRecord[]> {
    const found: LogRecord[] = [];
    for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
      // A damaged one has been reported.
      const record = await this.store.readOne(topic, partition, offset).catch((error: unknown) => {
        if (!isDamage(error)) throw error;
      });
      if (record) found.push(record);
    }
    return found;
  }

  async scan(topic: Topic, partition: number, from: number): Promise<Scanned> {
    const { first, next } = this.store.end(topic, partition);
    if (from > next) return { records: [], next: from, expired: false };
    const expired = from < first;
    return { ...(await this.store.read(topic, partition, from, this.batchRecordsMax)), expired };
  }

  /** How far a step has read and how far the topic goes, as of the step's latest commit: for lag metrics. */
  async progress(step: StepName, topic: Topic): Promise<readonly { partition: number; next: number; end: number }[]> {
    const all = [];
    for (let partition = 0; partition < this.store.partitions; partition++) {
      const { first, next: end } = this.store.end(topic, partition);
      all.push({ partition, next: (await this.store.nextOffset(step, topic, partition)) ?? first, end });
    }
    return all;
  }

  /** One pass of retention now; it also runs on its own. True: there is more to drop. */
  dropExpired(): Promise<boolean> {
    return this.retention.pass();
  }

  /** Drains every membership, then closes the disk. */
  async close(): Promise<void> {
    this.ended = true;
    this.retention.stop();
    for (const group of this.groups.values()) await group.close();
    for (const follower of this.followers) await follower.close();
    await this.store.close();
  }

  /** Stops at once: nothing more is drained, written or handed over, and the disk is left as it is. What a crash does, for the simulation. */
  crash(): void {
    this.ended = true;
    this.retention.stop();
    this.store.stop();
    for (const group of this.groups.values()) group.crash();
    for (const follower of this.followers) void follower.close();
  }
}

/** Opens the log on a disk, or makes it. The log owns the disk from here on and closes it. */
export function embeddedLog(disk: Disk, clock: Clock, options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  return EmbeddedLog.open(disk, clock, options);
}
