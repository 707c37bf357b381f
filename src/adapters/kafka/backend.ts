import type { AssignmentBackend, BackendInputs, Doorbell, Report } from '../../log/index.js';
import type { Clock, Owner, PartitionAssignment, RecordBatch, Topic, Transaction } from '../../ports/index.js';
import type { Kafka } from 'kafkajs';
import { claimPartition } from './claim.js';
import type { Fetcher } from './fetcher.js';
import type { Placing } from './messages.js';
import { requestsOf } from './messages.js';
import type { Names } from './names.js';
import { refusalOf } from './refusal.js';
import { TransactionalWriter } from './transactions.js';

/**
 * How often the group's offsets go with a transaction, in ms. They are for operators' tools: a step resumes from the checkpoints that are
 * written with its outputs. Each time costs two requests more, and a marker in one more topic of the broker.
 */
export const OFFSETS_EVERY_MS = 1_000;

/** Records handed over at once. */
const BATCH_RECORDS_MAX = 256;

/** Records of a batch from `at` on are still to be handed over. */
interface Rest {
  readonly batch: RecordBatch;
  readonly at: number;
}

/** What the assignments of one membership share. */
export interface KafkaSide {
  readonly kafka: Kafka;
  readonly names: Names;
  readonly placing: Placing;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly report: Report;
}

/** An assignment over Kafka: its claim is the transactional id. */
export class KafkaBackend implements AssignmentBackend {
  private offsetsMs = -Infinity;

  private constructor(
    private readonly side: KafkaSide,
    private readonly owner: Owner,
    readonly partition: number,
    private readonly writer: TransactionalWriter,
    readonly checkpoints: ReadonlyMap<string, Uint8Array>,
  ) {}

  static async claim(side: KafkaSide, owner: Owner, partition: number): Promise<KafkaBackend> {
    const { kafka, names, clock } = side;
    const writer = new TransactionalWriter(kafka, names.transactionalId(owner.step, partition), clock);
    try {
      await writer.connect();
      const checkpoints = await claimPartition(writer, side, owner.step, partition);
      return new KafkaBackend(side, owner, partition, writer, checkpoints);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  async commit({ records, nextOffsets }: Transaction): Promise<void> {
    const { names, placing, clock } = this.side;
    for (const record of records) {
      const refusal = refusalOf(record);
      if (refusal) throw refusal;
    }
    const placed = records.map((record) => [record, placing.partitionOf(record, this.partition)] as const);
    const nowMs = clock.monotonicMs();
    const isDue = nowMs - this.offsetsMs >= OFFSETS_EVERY_MS;
    const next = Object.entries(isDue ? nextOffsets : {}).flatMap(([topic, offset]) => (offset === undefined ? [] : [[names.topic(topic as Topic), offset] as const]));
    await this.writer.commit(requestsOf(placed, names), { groupId: names.group(this.owner.step), partition: this.partition, next });
    if (next.length > 0) this.offsetsMs = nowMs;
  }

  end(): void {
    void this.writer.close();
  }

  open(from: Parameters<PartitionAssignment['open']>[0], bell: Doorbell): BackendInputs {
    const { fetcher } = this.side;
    const cursors = new Map(this.owner.inputs.map((topic) => [topic, fetcher.open(topic, this.partition, from[topic], bell)]));
    const rest = new Map<Topic, Rest>();
    return {
      // A response may hold more than is handed over at once.
      read: (topic): Promise<RecordBatch> => {
        const { batch, at } = rest.get(topic) ?? { batch: cursors.get(topic)?.take() ?? { records: [] }, at: 0 };
        const next = at + BATCH_RECORDS_MAX;
        if (next < batch.records.length) rest.set(topic, { batch, at: next });
        else rest.delete(topic);
        const records = batch.records.slice(at, next);
        return Promise.resolve(at === 0 && batch.skipped ? { records, skipped: batch.skipped } : { records });
      },
      close: () => cursors.forEach((cursor) => fetcher.drop(cursor)),
    };
  }
}
