import type { AssignmentBackend, BackendInputs, Doorbell } from '../../log/index.js';
import type { Clock, LogRecord, Owner, PartitionAssignment, Topic, Transaction } from '../../ports/index.js';
import type { Kafka } from 'kafkajs';
import { claimPartition } from './claim.js';
import type { Fetcher } from './fetcher.js';
import type { Placing } from './messages.js';
import { requestsOf } from './messages.js';
import type { Names } from './names.js';
import { TransactionalWriter } from './transactions.js';

/** Records handed over at once. */
const BATCH_RECORDS_MAX = 256;

/** What the assignments of one membership share. */
export interface KafkaSide {
  readonly kafka: Kafka;
  readonly names: Names;
  readonly placing: Placing;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
}

/** An assignment over Kafka: its claim is the transactional id. */
export class KafkaBackend implements AssignmentBackend {
  private constructor(
    private readonly side: KafkaSide,
    private readonly owner: Owner,
    readonly partition: number,
    private readonly writer: TransactionalWriter,
    readonly checkpoints: ReadonlyMap<string, Uint8Array>,
  ) {}

  static async claim(side: KafkaSide, owner: Owner, partition: number): Promise<KafkaBackend> {
    const { kafka, names, fetcher, clock } = side;
    const writer = new TransactionalWriter(kafka, names.transactionalId(owner.step, partition), clock);
    try {
      await writer.connect();
      const checkpoints = await claimPartition(writer, fetcher, names, clock, owner.step, partition);
      return new KafkaBackend(side, owner, partition, writer, checkpoints);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  commit({ records, nextOffsets }: Transaction): Promise<void> {
    const { names, placing } = this.side;
    const placed = records.map((record) => [record, placing.partitionOf(record, this.partition)] as const);
    const next = Object.entries(nextOffsets).flatMap(([topic, offset]) => (offset === undefined ? [] : [[names.topic(topic as Topic), offset] as const]));
    return this.writer.commit(requestsOf(placed, names), { groupId: names.group(this.owner.step), partition: this.partition, next });
  }

  end(): void {
    void this.writer.close();
  }

  open(from: Parameters<PartitionAssignment['open']>[0], bell: Doorbell): BackendInputs {
    const { fetcher } = this.side;
    const cursors = new Map(this.owner.inputs.map((topic) => [topic, fetcher.open(topic, this.partition, from[topic], bell)]));
    const rest = new Map<Topic, readonly LogRecord[]>();
    return {
      // A response may hold more than is handed over at once.
      read: (topic) => {
        const waiting = rest.get(topic) ?? [];
        const records = waiting.length > 0 ? waiting : (cursors.get(topic)?.take() ?? []);
        rest.set(topic, records.slice(BATCH_RECORDS_MAX));
        return Promise.resolve({ records: records.slice(0, BATCH_RECORDS_MAX) });
      },
      close: () => cursors.forEach((cursor) => fetcher.drop(cursor)),
    };
  }
}
