import { within } from '../../log/index.js';
import type { Kafka, Message, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import type { Clock, NewRecord } from '../../ports/index.js';
import { Partitioners, RETRY } from './client.js';
import { KafkaLogError } from './errors.js';
import type { Placing } from './messages.js';
import { byPartition, requestsOf } from './messages.js';
import type { Names } from './names.js';
import { isRefusal, refusalOf, refusedBecause } from './refusal.js';

/** Records waiting to be appended; beyond it an append is refused. */
export const APPEND_QUEUE_RECORDS_MAX = 16_384;
/** Records that go out together. */
export const APPEND_BATCH_RECORDS_MAX = 1_024;
/** How often an append is tried while Kafka is away: with a second between attempts, about ten minutes. */
export const APPEND_RETRIES = 600;
/** How long closing waits for the request under way, in ms: Kafka may be away. */
const CLOSE_WAIT_MS = 5_000;
const ALL_REPLICAS = -1;

/** Where a record was written. `offset` -1: the broker does not say. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

interface Append {
  readonly records: readonly (readonly [record: NewRecord, partition: number])[];
  done(places: readonly Place[]): void;
  failed(error: unknown): void;
}

/**
 * Writes outside of steps, one request after the other in the order of the calls, each record once however often it must
 * be tried. An append rejects with RefusedError where the broker takes some of its records for nothing that it would ever
 * write; its other records, and the appends beside it, are written. Where one rejects otherwise, it is not known whether it was written.
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

  append(records: readonly NewRecord[]): Promise<readonly Place[]> {
    if (this.closed) return Promise.reject(this.closed);
    if (this.queued > 0 && this.queued + records.length > APPEND_QUEUE_RECORDS_MAX) {
      return Promise.reject(
        new KafkaLogError('append-queue-full', `${this.queued} records are waiting to be appended`, 'wait for an append before the next one; look whether Kafka answers'),
      );
    }
    for (const record of records) {
      const refusal = refusalOf(record);
      if (refusal) return Promise.reject(refusal);
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
        const { refused, offsets } = await this.send(await this.producer, records);
        for (const append of appends) {
          const refusal = append.records.map(([record]) => refused.get(record)).find((error) => error !== undefined);
          if (refusal === undefined) append.done(append.records.map(([record, partition]) => ({ partition, offset: offsets.get(record) ?? -1 })));
          else append.failed(refusedBecause(refusal));
        }
      } catch (error) {
        // Its numbering may be out of step with the broker's: the next append begins with a new producer.
        await this.giveUpProducer();
        for (const append of appends) append.failed(error);
      }
      this.queued -= records.length;
    }
    this.writing = undefined;
  }

  /** Returns the records that the broker refuses, each with its error, and the offsets of those that were written together. */
  private async send(producer: Producer, records: Append['records']): Promise<{ readonly refused: ReadonlyMap<NewRecord, unknown>; readonly offsets: ReadonlyMap<NewRecord, number> }> {
    const refused = new Map<NewRecord, unknown>();
    const offsets = new Map<NewRecord, number>();
    const recordOf = new Map<Message, NewRecord>();
    for (const topicMessages of requestsOf(records, this.names, recordOf)) {
      try {
        noteOffsets(topicMessages, await producer.sendBatch({ topicMessages, acks: ALL_REPLICAS }), (message, offset) => offsets.set(recordOf.get(message)!, offset));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // What of it the broker has written it recognises when the same comes again: partition by partition, as it came.
        for (const { topic, messages } of byPartition(topicMessages)) await this.sendApart(producer, topic, messages, (message, refusal) => refused.set(recordOf.get(message)!, refusal));
      }
    }
    return { refused, offsets };
  }

  /** One partition's messages: all of them, or else either half alone, down to the one that is refused. Nothing of a batch that is refused has been written. */
  private async sendApart(producer: Producer, topic: string, messages: Message[], onRefused: (message: Message, error: unknown) => void): Promise<void> {
    try {
      await producer.sendBatch({ topicMessages: [{ topic, messages }], acks: ALL_REPLICAS });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (messages.length === 1) return onRefused(messages[0], error);
      const half = Math.ceil(messages.length / 2);
      await this.sendApart(producer, topic, messages.slice(0, half), onRefused);
      await this.sendApart(producer, topic, messages.slice(half), onRefused);
    }
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

/** A broker answers with the first offset of each partition; the messages of one follow each other. */
function noteOffsets(topicMessages: readonly TopicMessages[], written: readonly RecordMetadata[], note: (message: Message, offset: number) => void): void {
  for (const { topic, messages } of byPartition(topicMessages)) {
    const base = Number(written.find(({ topicName, partition }) => topicName === topic && partition === messages[0].partition)?.baseOffset ?? -1);
    if (base >= 0) for (const [k, message] of messages.entries()) note(message, base + k);
  }
}
