import type { PartitionAssignment, RecordBatch, Topic, Transaction } from '../ports/index.js';
import type { Doorbell } from './doorbell.js';

/** What an assignment stands on: the embedded store, or Kafka. Every earlier owner has been fenced by the time there is one. */
export interface AssignmentBackend {
  readonly partition: number;
  readonly checkpoints: ReadonlyMap<string, Uint8Array>;
  commit(transaction: Transaction): Promise<void>;
  /** Opens the inputs where the step wants to begin. The bell is rung whenever there is more to read. */
  open(from: Parameters<PartitionAssignment['open']>[0], bell: Doorbell): BackendInputs;
  /** The assignment is over: nothing more may be written by it. */
  end(): void;
}

export interface BackendInputs {
  /** The next records of one topic, none if there are none now; bounded. */
  read(topic: Topic): Promise<RecordBatch>;
  close(): void;
}
