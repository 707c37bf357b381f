import { partitionOfKey, reasonOf, type Report } from '../../log/index.js';
import { FencedError, RefusedError, TOPICS } from '../../ports/index.js';
import type { Clock, Disk, DiskOperation, LogRecord, NewRecord, SkippedRange, StepName, Topic } from '../../ports/index.js';
import { Batch } from './batch.js';
import type { Tombstone } from './batch.js';
import { encodeNumbers, sizeOf } from './codec.js';
import { DAMAGED_HINT, EmbeddedLogError, isDamage } from './errors.js';
import { endKey, nextKey, PARTITIONS_KEY, recordKey, claimKey } from './keys.js';
import { readStored, readStoredOne, type StoredBatch } from './reading.js';
import { loadState, numbersAt } from './state.js';
import type { PartitionEnd, StoreState } from './state.js';

/** Records waiting to be appended from outside of steps; beyond it an append is refused. Commits do not count: an assignment has one at a time. */
export const APPEND_QUEUE_RECORDS_MAX = 16_384;
/** Bytes of one record's key, value and headers: what brokers take by default, so that both logs refuse the same. */
export const RECORD_BYTES_MAX = 1_048_576;
/** Jobs written to the disk as one batch. */
export const WRITE_JOBS_MAX = 256;

/**
 * Topics whose appends do not wait for the disk. The signal is all of the volume, and the only topic whose writer still
 * has what it wrote and may send it again (a repeat is recognised). A crash of the process loses nothing; a power cut
 * may lose the last moments of signal, but never signal that an outcome refers to: a commit is synced, and the disk
 * keeps the order of writing.
 */
const UNSYNCED: ReadonlySet<Topic> = new Set([TOPICS.signal]);

export interface PartitionClaim {
  readonly step: StepName;
  readonly partition: number;
  readonly number: number;
}

/** Damaged places that are remembered, so that each is reported once. */
const DAMAGED_PLACES_MAX = 10_000;

/** One atomic write: all of it within one disk batch. */
interface Job {
  readonly records: readonly NewRecord[];
  readonly nextOffsets?: Readonly<Partial<Record<Topic, number>>>;
  /** The claim that must still be the current one. */
  readonly claim?: PartitionClaim;
  /** Retention: the first offset that stays. */
  readonly trim?: { readonly topic: Topic; readonly partition: number; readonly first: number };
  readonly forget?: { readonly topic: Topic; readonly partition: number; readonly tombstones: readonly Tombstone[] };
  readonly operations?: readonly DiskOperation[];
  readonly sync: boolean;
  done(): void;
  failed(error: unknown): void;
}

/** The records on the disk, and the one queue through which everything is written. */
export class Store {
  private readonly state: StoreState = { ends: new Map(), latest: new Map(), claims: new Map() };
  private readonly listeners = new Map<string, Set<() => void>>();
  private queue: Job[] = [];
  private queuedAppends = 0;
  private writing: Promise<void> | undefined;
  private keyless = 0;
  private mustReload = false;
  private ended: EmbeddedLogError | undefined;
  /** Damaged places that have been reported. */
  private readonly damaged = new Set<string>();

  private constructor(
    private readonly disk: Disk,
    private readonly clock: Clock,
    readonly partitions: number,
    /** When it was made: no two logs of one machine in one millisecond. */
    readonly identity: string,
    private readonly report: Report,
  ) {}

  static async open(disk: Disk, clock: Clock, partitions: number, report: Report): Promise<Store> {
    const stored = await disk.get(PARTITIONS_KEY);
    const [before, madeMs = Math.round(clock.nowMs())] = stored ? numbersAt(PARTITIONS_KEY, stored) : [];
    if (before !== undefined && before !== partitions) {
      throw new EmbeddedLogError(
        'partition-count-changed',
        `the embedded log was made with ${before} partitions, ${partitions} are asked for`,
        `set the number of partitions back to ${before}, or begin with an empty folder: keys would change their partition`,
      );
    }
    if (before === undefined) {
      await disk.write([{ type: 'put', key: PARTITIONS_KEY, value: encodeNumbers(PARTITIONS_KEY, partitions, madeMs) }], { sync: true });
    }
    const store = new Store(disk, clock, partitions, String(madeMs), report);
    await store.reload();
    return store;
  }

  end(topic: Topic, partition: number): PartitionEnd {
    const end = this.state.ends.get(endKey(topic, partition));
    if (end) return end;
    throw new EmbeddedLogError('partition-unknown', `${topic} has no partition ${partition}`, `partitions are 0 to ${this.partitions - 1}`);
  }

  /** Calls back on every new record of the partition, until the returned function is called. */
  listen(topic: Topic, partition: number, listener: () => void): () => void {
    const key = endKey(topic, partition);
    const listeners = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /**
   * Up to `limit` records from an offset on, with the skipped range before them: offsets that have expired, that are
   * damaged, or that are none of this log's (reading then starts over).
   */
  async read(topic: Topic, partition: number, from: number, limit: number): Promise<StoredBatch> {
    const { first, next: end } = this.end(topic, partition);
    const place = { topic, partition, from };
    if (from > end) return skip({ ...place, to: first, reason: 'recreated', detail: `offset ${from} is beyond the end, ${end}: the log is a new one` });
    const expired = { ...place, to: first, reason: 'expired', detail: `offsets ${from} to ${first - 1} were deleted before they were read` } as const;
    const start = Math.max(from, first);
    const read = start < end ? await readStored(this.disk, topic, partition, start, end, limit) : { records: [], next: start };
    if (read.skipped !== undefined) {
      // Retention may just have dropped it: it first writes, and says so afterwards.
      await this.writing;
      if (this.end(topic, partition).first > start) return this.read(topic, partition, from, limit);
      this.reportDamage(read.skipped);
    }
    if (from >= first) return read;
    return read.skipped === undefined ? { ...read, skipped: expired } : skip(expired);
  }

  /** Undefined: expired, compacted, or not there yet. Throws EmbeddedLogError where it is damaged. */
  async readOne(topic: Topic, partition: number, offset: number): Promise<LogRecord | undefined> {
    const { first, next } = this.end(topic, partition);
    if (offset < first || offset >= next) return undefined;
    try {
      return await readStoredOne(this.disk, topic, partition, offset);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await this.writing;
      if (this.end(topic, partition).first > offset) return undefined;
      this.reportDamage({ topic, partition, from: offset, to: offset + 1, reason: 'unreadable', detail: error.message });
      throw error;
    }
  }

  /** Once for each place. */
  private reportDamage({ topic, partition, from, to, detail }: SkippedRange): void {
    const place = `${topic}/${partition}/${from}`;
    if (this.damaged.has(place)) return;
    if (this.damaged.size < DAMAGED_PLACES_MAX) this.damaged.add(place);
    this.report('error', 'stored records are damaged and will be skipped', { code: 'disk-corrupted', topic, partition, from, to, detail, hint: DAMAGED_HINT });
  }

  /** Keys of a compacted partition that begin with a prefix, and the offset of the latest record of each. */
  latestOffsets(topic: Topic, partition: number, prefix: string): (readonly [key: string, offset: number])[] {
    const all = this.state.latest.get(endKey(topic, partition)) ?? new Map<string, number>();
    return [...all].filter(([key]) => key.startsWith(prefix));
  }

  async nextOffset(step: StepName, topic: Topic, partition: number): Promise<number | undefined> {
    const key = nextKey(step, topic, partition);
    const bytes = await this.disk.get(key);
    return bytes && numbersAt(key, bytes)[0];
  }

  /** Rejects with RefusedError where a record is larger than RECORD_BYTES_MAX. */
  append(records: readonly NewRecord[]): Promise<void> {
    const refusal = refusalOf(records);
    if (refusal) return Promise.reject(refusal);
    if (this.queuedAppends > 0 && this.queuedAppends + records.length > APPEND_QUEUE_RECORDS_MAX) {
      return Promise.reject(
        new EmbeddedLogError(
          'append-queue-full',
          `${this.queuedAppends} records are waiting to be appended`,
          'wait for an append before the next one; if it stays so the disk is too slow',
        ),
      );
    }
    this.queuedAppends += records.length;
    return this.enqueue({ records, sync: records.some(({ topic }) => !UNSYNCED.has(topic)) }).finally(() => {
      this.queuedAppends -= records.length;
    });
  }

  commit(claim: PartitionClaim, records: readonly NewRecord[], nextOffsets: Readonly<Partial<Record<Topic, number>>>): Promise<void> {
    const refusal = refusalOf(records);
    if (refusal && this.isCurrent(claim)) return Promise.reject(refusal);
    return this.enqueue({ records, nextOffsets, claim, sync: true });
  }

  /** Claims a partition: every earlier claim of the step and partition is fenced from this call on. */
  async claim(step: StepName, partition: number): Promise<PartitionClaim> {
    const number = (this.state.claims.get(claimKey(step, partition)) ?? 0) + 1;
    const claim = { step, partition, number };
    this.state.claims.set(claimKey(step, partition), number);
    const key = claimKey(step, partition);
    const put = { type: 'put', key, value: encodeNumbers(key, number) } as const;
    await this.enqueue({ records: [], claim, operations: [put], sync: true });
    return claim;
  }

  isCurrent({ step, partition, number }: PartitionClaim): boolean {
    return this.state.claims.get(claimKey(step, partition)) === number;
  }

  /** Ends a claim without a successor. */
  fence(claim: PartitionClaim): void {
    if (this.isCurrent(claim)) this.state.claims.set(claimKey(claim.step, claim.partition), claim.number + 1);
  }

  /** Drops the records before an offset. */
  async trim(topic: Topic, partition: number, first: number): Promise<void> {
    const operations: DiskOperation[] = [];
    for (let offset = this.end(topic, partition).first; offset < first; offset++) {
      operations.push({ type: 'del', key: recordKey(topic, partition, offset) });
    }
    await this.enqueue({ records: [], trim: { topic, partition, first }, operations, sync: false });
  }

  /** Drops the tombstones of these keys, where they are still the key's latest record. */
  async forget(topic: Topic, partition: number, tombstones: readonly Tombstone[]): Promise<void> {
    await this.enqueue({ records: [], forget: { topic, partition, tombstones }, sync: false });
  }

  /** Waits for what is being written and closes the disk. Later writes are refused. */
  async close(): Promise<void> {
    this.stop();
    await this.writing;
    await this.disk.close();
  }

  /** Refuses every write from now on, those queued included. */
  stop(): void {
    this.ended ??= new EmbeddedLogError('log-closed', 'the embedded log is closed', 'open it again');
    const dropped = this.queue;
    this.queue = [];
    for (const job of dropped) job.failed(this.ended);
  }

  private enqueue(job: Omit<Job, 'done' | 'failed'>): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((done, failed) => {
      this.queue.push({ ...job, done, failed });
      this.writing ??= this.writeQueue();
    });
  }

  private async writeQueue(): Promise<void> {
    // What else is appended in this turn goes into the same batch.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const jobs = this.queue.splice(0, WRITE_JOBS_MAX);
      try {
        if (this.mustReload) await this.reload();
        await this.writeJobs(jobs);
      } catch (error) {
        // Whether it is on the disk is unknown; the disk is asked before anything else is written.
        this.mustReload = true;
        const failure = isDamage(error) ? error : new EmbeddedLogError('disk-failed', `the disk failed: ${reasonOf(error)}`, 'look at free space and the disk’s health', { cause: error });
        for (const job of jobs) job.failed(failure);
      }
    }
    // In the same turn in which the queue was seen empty: a job that comes later starts a new turn.
    this.writing = undefined;
  }

  private async writeJobs(jobs: readonly Job[]): Promise<void> {
    const batch = new Batch(this.state, this.clock.nowMs());
    const accepted: Job[] = [];
    for (const job of jobs) {
      if (job.claim && !this.isCurrent(job.claim)) {
        job.failed(new FencedError(`claim ${job.claim.number} of ${job.claim.step}/${job.claim.partition} is over`));
        continue;
      }
      try {
        const placed = job.records.map((record) => [record, this.partitionOf(record, job.claim)] as const);
        for (const [record, partition] of placed) batch.append(record, partition);
      } catch (error) {
        job.failed(error);
        continue;
      }
      accepted.push(job);
      if (job.trim) batch.moveFirst(job.trim.topic, job.trim.partition, job.trim.first);
      for (const tombstone of job.forget?.tombstones ?? []) batch.forget(job.forget!.topic, job.forget!.partition, tombstone);
      batch.operations.push(...(job.operations ?? []));
      for (const [topic, next] of Object.entries(job.nextOffsets ?? {})) {
        if (job.claim === undefined || next === undefined) continue;
        const key = nextKey(job.claim.step, topic as Topic, job.claim.partition);
        batch.operations.push({ type: 'put', key, value: encodeNumbers(key, next) });
      }
    }
    if (accepted.length === 0) return;
    batch.seal();
    await this.disk.write(batch.operations, { sync: accepted.some(({ sync }) => sync) });
    const grown = batch.apply();
    for (const job of accepted) job.done();
    for (const place of grown) for (const listener of [...(this.listeners.get(place) ?? [])]) listener();
  }

  /** A checkpoint belongs to the partition of its assignment; other records go where they say, or where their key says. */
  private partitionOf(record: NewRecord, claim: PartitionClaim | undefined): number {
    if (record.partition !== undefined) return this.end(record.topic, record.partition) && record.partition;
    if (claim && record.topic === TOPICS.checkpoints) return claim.partition;
    if (record.key === undefined) return this.keyless++ % this.partitions;
    return partitionOfKey(record.key, this.partitions);
  }

  /** Takes the state from the disk: at opening, and after a write of unknown outcome. */
  private async reload(): Promise<void> {
    const loaded = await loadState(this.disk, this.partitions);
    for (const [key, end] of loaded.ends) this.state.ends.set(key, end);
    for (const [key, latest] of loaded.latest) this.state.latest.set(key, latest);
    for (const [key, number] of loaded.claims) this.state.claims.set(key, Math.max(number, this.state.claims.get(key) ?? 0));
    this.mustReload = false;
  }
}

function skip(skipped: SkippedRange): StoredBatch {
  return { records: [], skipped, next: skipped.to };
}

function refusalOf(records: readonly NewRecord[]): RefusedError | undefined {
  for (const record of records) {
    const bytes = sizeOf(record);
    if (bytes > RECORD_BYTES_MAX) return new RefusedError(`a record of ${bytes} bytes is larger than a log takes, ${RECORD_BYTES_MAX}`);
  }
  return undefined;
}
