import { reasonOf } from '../../log/index.js';
import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import { FencedError, sleep } from '../../ports/index.js';
import type { Clock } from '../../ports/index.js';
import { Partitioners, RETRY } from './client.js';
import { isFencing, protocolErrorOf } from './errors.js';

/**
 * How long the coordinator lets a transaction stand open, in ms. Until a dead owner's transaction is ended, by this or
 * by the next owner, nobody reads past it: well below Kafka's 60 s, well above any commit.
 */
export const TRANSACTION_TIMEOUT_MS = 15_000;
/** Between attempts while the coordinator is still finishing the transaction before, in ms, and how many. */
const CONCURRENT_WAIT_MS = 5;
const CONCURRENT_ATTEMPTS_MAX = 400;
const ALL_REPLICAS = -1;

export interface GroupOffsets {
  readonly groupId: string;
  readonly partition: number;
  /** By topic name: offset of the next record to read. */
  readonly next: readonly (readonly [topicName: string, offset: number])[];
}

/**
 * The one writer of a step's partition. Whoever begins to write under the same id next fences it. After any failure it
 * is of no more use: kafkajs' producer may be stuck in mid-commit, and whether that commit counts only the next writer learns.
 */
export class TransactionalWriter {
  private readonly producer: Producer;

  constructor(
    kafka: Kafka,
    private readonly transactionalId: string,
    private readonly clock: Clock,
  ) {
    this.producer = kafka.producer({
      transactionalId,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: RETRY,
    });
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  /** The first one also fences every earlier writer, and ends what it had begun. */
  async commit(requests: readonly TopicMessages[][], offsets?: GroupOffsets): Promise<void> {
    try {
      const transaction = await this.producer.transaction();
      try {
        for (const topicMessages of requests) await transaction.sendBatch({ topicMessages, acks: ALL_REPLICAS });
        if (offsets && offsets.next.length > 0) await this.whenFree(() => transaction.sendOffsets(offsetsRequest(offsets)));
        await transaction.commit();
      } catch (error) {
        // So that readers need not wait for the timeout. Impossible once the commit itself was under way.
        if (transaction.isActive()) await transaction.abort().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      if (isFencing(error)) throw new FencedError(`another owner writes as ${this.transactionalId}: ${reasonOf(error)}`, { cause: error });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  /** The coordinator refuses to begin while it still writes the markers of the transaction before; kafkajs repeats that for records only. */
  private async whenFree(request: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (protocolErrorOf(error) !== 'CONCURRENT_TRANSACTIONS' || attempt >= CONCURRENT_ATTEMPTS_MAX) throw error;
        await sleep(this.clock, CONCURRENT_WAIT_MS);
      }
    }
  }
}

function offsetsRequest({ groupId, partition, next }: GroupOffsets) {
  return {
    consumerGroupId: groupId,
    topics: next.map(([topic, offset]) => ({ topic, partitions: [{ partition, offset: String(offset) }] })),
  };
}
