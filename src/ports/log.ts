/** A partitioned, durable log with transactions: Kafka, or the embedded one. Rooms never know which. */

export const TOPICS = {
  signal: 'ecg.signal.v1',
  context: 'ecg.context.v1',
  outcomes: 'ecg.outcomes.v1',
  commands: 'ecg.commands.v1',
  alerts: 'ecg.alerts.v1',
  evidence: 'ecg.evidence.v1',
  rejects: 'ecg.rejects.v1',
  checkpoints: 'ecg.checkpoints.v1',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

/** Topics in which the latest record of a key stands for all before it. */
export const COMPACTED: ReadonlySet<Topic> = new Set([TOPICS.context, TOPICS.checkpoints]);

export type StepName = 'score' | 'decide';

export interface LogRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  /** The log's own time of appending, ms since 1970. It never falls within a partition. */
  readonly timestampMs: number;
  readonly key: string | undefined;
  /** null: a tombstone in a compacted topic. */
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface NewRecord {
  readonly topic: Topic;
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: chosen by the key, the same partition for the same key in every topic (Kafka's murmur2). */
  readonly partition?: number;
}

/** All of it, or nothing: records written, and how far the inputs have been read. */
export interface Transaction {
  readonly records: readonly NewRecord[];
  /** Offset of the next record to read, for each input topic of the step. */
  readonly nextOffsets: Readonly<Partial<Record<Topic, number>>>;
}

/** Another owner has the partition: nothing of this transaction was or will be written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/**
 * The log refuses the transaction for what it holds (a record too large, say): it would refuse it again. Nothing was
 * written, and the assignment continues.
 */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Why records are never handed over: retention deleted them, they cannot be decoded, or the topic is another one under the same name. */
export type SkipReason = 'expired' | 'unreadable' | 'recreated';

/** A stretch of offsets of which nothing will be handed over. */
export interface SkippedRange {
  readonly topic: Topic;
  readonly partition: number;
  /** First offset of the stretch, and where reading continues; of a topic that was recreated, `to` may be the smaller one. */
  readonly from: number;
  readonly to: number;
  readonly reason: SkipReason;
  /** One line for operators, without any content of a record. */
  readonly detail: string;
}

/** What one reading brings, in offset order. */
export interface RecordBatch {
  readonly records: readonly LogRecord[];
  /** Lies before the records. */
  readonly skipped?: SkippedRange;
}

/** One partition (the same number in all inputs of a step) while it is assigned to this step. */
export interface PartitionAssignment {
  readonly step: StepName;
  readonly partition: number;
  /** Latest value of each key of this step and partition in the checkpoints topic (`checkpointKey`), read after every earlier owner was fenced. */
  readonly checkpoints: ReadonlyMap<string, Uint8Array>;
  /** The state is restored: reading begins at these offsets (undefined: the earliest there is). Called once. */
  open(from: Readonly<Partial<Record<Topic, number>>>): void;
  /** The next batch of one of the inputs, once there is one; undefined when nothing more will come (`draining`, `lost`). Called one at a time: nothing is read that was not asked for. */
  read(): Promise<RecordBatch | undefined>;
  /** Orderly end (stop, or the partition moves): publish what is ready, and let `run` resolve. */
  readonly draining: AbortSignal;
  /** Fenced, failed or revoked: write nothing more. */
  readonly lost: AbortSignal;
  /**
   * Commits one transaction; called one at a time. A checkpoint without a partition goes to the assignment's own. Rejects with
   * FencedError once another owner took over: nothing was written; with RefusedError where only the content is at fault. After any
   * other error it is open whether the transaction was written; it was wholly or not at all, and the next assignment's checkpoints show it.
   */
  commit(transaction: Transaction): Promise<void>;
}

export interface Owner {
  readonly step: StepName;
  /** Input topics; all have the same number of partitions. */
  readonly inputs: readonly Topic[];
  /** Works on a partition for as long as it is assigned; resolves once it has drained. A rejection ends the assignment, and it is tried again later. */
  run(assignment: PartitionAssignment): Promise<void>;
  /** An assignment ended before its time; it will be tried again. */
  onFailed?(partition: number, error: unknown): void;
  /** The partition is not ours any more, and not wanted back. */
  onReleased?(partition: number): void;
}

/** A running membership in a step's group. */
export interface Membership {
  /** Partitions owned now. */
  partitions(): readonly number[];
  /** Drains every partition and leaves. */
  leave(): Promise<void>;
}

/** A reader of a whole topic, all partitions, read committed. */
export interface Follower {
  close(): Promise<void>;
}

export interface FollowOptions {
  /** The earliest record there is (by default), or only what comes from now on. */
  readonly from?: 'earliest' | 'now';
  /** Records that will never be handed over. */
  readonly onSkipped?: (skipped: SkippedRange) => void;
  /** It cannot continue, and hands over nothing more: what stands on it is stale from here. */
  readonly onStopped?: (error: unknown) => void;
}

/** Records from an offset on, as many as came at once. */
export interface Scanned extends RecordBatch {
  /** Where to continue; `from` again: nothing more is there now. */
  readonly next: number;
  /** Records between `from` and the earliest there is have expired. */
  readonly expired: boolean;
}

export interface Log {
  /** The same for as long as offsets mean the same: of this cluster and these topics. */
  identity(): Promise<string>;
  partitionCount(topic: Topic): Promise<number>;
  /** Appends outside of any step (devices, gateways, people); durable when it resolves (the embedded log lets the signal follow: see there). Not one transaction. */
  append(records: readonly NewRecord[]): Promise<void>;
  /** Joins the step's group; resolves once the partitions that are free have been taken. Others come, and go, as members do. */
  join(owner: Owner): Promise<Membership>;
  /**
   * Hands over every record of the topic in offset order within each partition, then each new one, and resolves once
   * everything that was there at the time of the call has been handed over. Of a compacted topic, earlier values of a key may be missing.
   */
  follow(topic: Topic, onRecords: (records: readonly LogRecord[]) => void, options?: FollowOptions): Promise<Follower>;
  /** Single records by offset; those that have expired, or cannot be decoded, are absent from the answer. */
  read(topic: Topic, partition: number, offsets: readonly number[]): Promise<readonly LogRecord[]>;
  /** One reading of a partition from an offset on; it does not wait for what is not there. */
  scan(topic: Topic, partition: number, from: number): Promise<Scanned>;
  close(): Promise<void>;
}

/** Subject of the record that says how far a step has come in a partition. */
export const POSITION_SUBJECT = '@position';

/** Keys of the checkpoints topic: `step/partition/subject`. */
export function checkpointKey(step: StepName, partition: number, subject: string): string {
  return `${step}/${partition}/${subject}`;
}
