import { reasonOf } from '../../log/index.js';
import type { Kafka, Producer, TopicMessages, Transaction } from 'kafkajs';
import { FencedError, RefusedError, sleep } from '../../ports/index.js';
import type { Clock } from '../../ports/index.js';
import { Partitioners, RETRY } from './client.js';
import { isFencing, protocolErrorOf } from './errors.js';
import { byPartition } from './messages.js';
import { isRefusal, refusedBecause } from './refusal.js';

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
 * The one writer of a step's partition. The next writer under the same id fences it. After a RefusedError it
 * can write the next transaction; after any other failure it is of no more use: kafkajs' producer may be stuck in mid-commit, and whether that commit counts only the next writer learns.
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

  /**
   * The first one also fences every earlier writer, and ends what it had begun. Rejects with RefusedError where the broker
   * refused records for what they are and the transaction is aborted, with FencedError once a later writer took over.
   */
  async commit(requests: readonly TopicMessages[][], offsets?: GroupOffsets): Promise<void> {
    try {
      const transaction = await this.producer.transaction();
      try {
        for (const topicMessages of requests) await this.send(transaction, topicMessages);
        if (offsets && offsets.next.length > 0) await this.whenFree(() => transaction.sendOffsets(offsetsRequest(offsets)));
        await transaction.commit();
      } catch (error) {
        if (error instanceof RefusedError) await transaction.abort();
        // So that readers need not wait for the timeout. Impossible once the commit itself was under way.
        else if (transaction.isActive()) await transaction.abort().catch(() => undefined);
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

  /**
   * Of a request that is refused for one partition the broker has written the others, but kafkajs counts none as written:
   * the next records there would bear numbers that the broker takes for repeats, and lose. So each partition's are sent
   * again by themselves: the broker recognises those that it has, and the numbers are right again.
   */
  private async send(transaction: Transaction, topicMessages: TopicMessages[]): Promise<void> {
    try {
      await transaction.sendBatch({ topicMessages, acks: ALL_REPLICAS });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const apart = byPartition(topicMessages);
      for (const one of apart.length > 1 ? apart : []) {
        await transaction.sendBatch({ topicMessages: [one], acks: ALL_REPLICAS }).catch((again: unknown) => {
          if (!isRefusal(again)) throw again;
        });
      }
      throw refusedBecause(error);
    }
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
