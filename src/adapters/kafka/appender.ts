import { within } from '../../log/index.js';
import type { Kafka, Producer } from 'kafkajs';
import type { Clock, NewRecord } from '../../ports/index.js';
import { Partitioners, RETRY } from './client.js';
import { KafkaLogError } from './errors.js';
import type { Placing } from './messages.js';
import { requestsOf } from './messages.js';
import type { Names } from './names.js';

/** Records waiting to be appended; beyond it an append is refused. */
export const APPEND_QUEUE_RECORDS_MAX = 16_384;
/** Records that go out together. */
export const APPEND_BATCH_RECORDS_MAX = 1_024;
/** How often an append is tried while Kafka is away: with a second between attempts, about ten minutes. */
export const APPEND_RETRIES = 600;
/** How long closing waits for the request under way, in ms: Kafka may be away. */
const CLOSE_WAIT_MS = 5_000;
const ALL_REPLICAS = -1;

interface Append {
  readonly records: readonly (readonly [record: NewRecord, partition: number])[];
  done(): void;
  failed(error: unknown): void;
}

/**
 * Writes outside of steps, one request after the other in the order of the calls, each record once however often it must
 * be tried. Where an append rejects after all, it is not known whether it was written.
 */
export class Appender {
  private producer: Promise<Producer> | undefined;
  private queue: Append[] = [];
  private queued = 0;
  private writing: Promise<void> | undefined;
  private closed: KafkaLogError | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly names: Names,
    private readonly placing: Placing,
    private readonly clock: Clock,
  ) {}

  append(records: readonly NewRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(this.closed);
    if (this.queued > 0 && this.queued + records.length > APPEND_QUEUE_RECORDS_MAX) {
      return Promise.reject(
        new KafkaLogError('append-queue-full', `${this.queued} records are waiting to be appended`, 'wait for an append before the next one; look whether Kafka answers'),
      );
    }
    const placed = records.map((record) => [record, this.placing.partitionOf(record)] as const);
    this.queued += records.length;
    return new Promise((done, failed) => {
      this.queue.push({ records: placed, done, failed });
      this.writing ??= this.write();
    });
  }

  /** Waits for the request under way; what is queued behind it is refused. */
  async close(): Promise<void> {
    this.closed ??= new KafkaLogError('log-closed', 'the log is closed', 'open it again');
    for (const append of this.queue.splice(0)) append.failed(this.closed);
    if (this.writing) await within(this.clock, CLOSE_WAIT_MS, this.writing);
    await this.giveUpProducer();
  }

  private async write(): Promise<void> {
    while (this.queue.length > 0) {
      const appends = this.nextBatch();
      const records = appends.flatMap((append) => append.records);
      try {
        this.producer ??= this.connect();
        const producer = await this.producer;
        for (const topicMessages of requestsOf(records, this.names)) await producer.sendBatch({ topicMessages, acks: ALL_REPLICAS });
        for (const append of appends) append.done();
      } catch (error) {
        // Its numbering may be out of step with the broker's: the next append begins with a new producer.
        await this.giveUpProducer();
        for (const append of appends) append.failed(error);
      }
      this.queued -= records.length;
    }
    this.writing = undefined;
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      // For long: only the same producer knows that a repeated request is a repeat.
      retry: { ...RETRY, retries: APPEND_RETRIES },
    });
    await producer.connect();
    return producer;
  }

  private async giveUpProducer(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.then((one) => one.disconnect()).catch(() => undefined);
  }

  private nextBatch(): Append[] {
    let records = 0;
    let count = 0;
    while (count < this.queue.length && (count === 0 || records + this.queue[count].records.length <= APPEND_BATCH_RECORDS_MAX)) {
      records += this.queue[count++].records.length;
    }
    return this.queue.splice(0, count);
  }
}
