import { partitionOfKey } from '../../log/index.js';
import type { IHeaders, Message, TopicMessages } from 'kafkajs';
import { TOPICS } from '../../ports/index.js';
import type { NewRecord, Topic } from '../../ports/index.js';
import type { Names } from './names.js';

/**
 * Bytes of records for one partition in one request. A request makes one record batch of them, and brokers refuse one
 * over a mebibyte (message.max.bytes) unless set otherwise; a single larger record goes alone, and the broker decides.
 */
export const PRODUCE_PARTITION_BYTES_MAX = 900_000;
/** What a record takes besides its key and value, in bytes, generously. */
const RECORD_OVERHEAD_BYTES = 100;

/** Where a record goes. It is settled here and not by kafkajs, so that a repeated request repeats it. */
export class Placing {
  private keyless = 0;

  constructor(private readonly countOf: (topic: Topic) => number) {}

  partitionOf(record: NewRecord, assignedPartition?: number): number {
    if (record.partition !== undefined) return record.partition;
    if (assignedPartition !== undefined && record.topic === TOPICS.checkpoints) return assignedPartition;
    const count = this.countOf(record.topic);
    return record.key === undefined ? this.keyless++ % count : partitionOfKey(record.key, count);
  }
}

/** Cuts records into requests that brokers take. Order within a partition is that of the records. `recordOf` gets what became of each. */
export function requestsOf(records: readonly (readonly [record: NewRecord, partition: number])[], names: Names, recordOf?: Map<Message, NewRecord>): TopicMessages[][] {
  const requests: { bytes: Map<string, number>; topics: Map<string, Message[]> }[] = [];
  const requestOf = new Map<string, number>();
  for (const [record, partition] of records) {
    const topic = names.topic(record.topic);
    const place = `${topic}/${partition}`;
    const bytes = sizeOf(record);
    let at = requestOf.get(place) ?? 0;
    const before = requests[at]?.bytes.get(place) ?? 0;
    if (before > 0 && before + bytes > PRODUCE_PARTITION_BYTES_MAX) at++;
    requestOf.set(place, at);
    const request = (requests[at] ??= { bytes: new Map(), topics: new Map() });
    request.bytes.set(place, (request.bytes.get(place) ?? 0) + bytes);
    const messages = request.topics.get(topic) ?? [];
    request.topics.set(topic, messages);
    const message = { key: record.key ?? null, value: record.value && asBuffer(record.value), headers: record.headers as IHeaders | undefined, partition };
    recordOf?.set(message, record);
    messages.push(message);
  }
  return requests.map(({ topics }) => [...topics].map(([topic, messages]) => ({ topic, messages })));
}

/** The same messages in the same order, one partition's by themselves. */
export function byPartition(topicMessages: readonly TopicMessages[]): TopicMessages[] {
  const places = new Map<string, { topic: string; messages: Message[] }>();
  for (const { topic, messages } of topicMessages) {
    for (const message of messages) {
      const place = `${topic}/${message.partition}`;
      const found = places.get(place) ?? { topic, messages: [] };
      places.set(place, found);
      found.messages.push(message);
    }
  }
  return [...places.values()];
}

function sizeOf({ key, value, headers }: NewRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) * 3 + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers ?? {})) bytes += (name.length + text.length) * 3;
  return bytes;
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
