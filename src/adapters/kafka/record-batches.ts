import { gunzipSync } from 'node:zlib';
import type { LogRecord, Topic } from '../../ports/index.js';
import { KafkaLogError } from './errors.js';

/*
 * Record batches as they come in a fetch response (message format 2, all that brokers since Kafka 0.11 write):
 *
 *   base offset int64, length int32 | leader epoch int32, magic int8, crc uint32, attributes int16,
 *   last offset delta int32, base time int64, max time int64, producer id int64, producer epoch int16,
 *   base sequence int32, records int32 + as many records
 */

const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIME_AT = 27;
const MAX_TIME_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;

const CODEC_MASK = 0x07;
const GZIP = 1;
const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** A control record's key is its version (int16) and its type (int16): this one ends an aborted transaction. */
const ABORT_MARKER = 0;

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface DecodedBatches {
  /** Committed records at or after the offset asked for. */
  readonly records: LogRecord[];
  /** Where to go on reading: behind everything seen, markers, aborted records and what compaction has emptied included. */
  readonly next: number;
}

export function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

/**
 * Decodes what a fetch at `from` returned. As the broker's contract wants it of a read-committed reader: batches of a
 * producer are left out from the first offset of its aborted transaction on until its abort marker. The last batch may be cut off.
 */
export function decodeRecordBatches(
  topic: Topic,
  partition: number,
  from: number,
  bytes: Buffer,
  abortedTransactions: readonly AbortedTransaction[],
): DecodedBatches {
  const ahead = [...abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<number>();
  const records: LogRecord[] = [];
  let next = from;
  let aborted = 0;
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length) break;
    if (bytes[at + MAGIC_AT] !== 2) {
      throw new KafkaLogError('batch-malformed', `${topic}/${partition} holds records of message format ${bytes[at + MAGIC_AT]} at ${from}`, 'let the topic be written by clients of Kafka 0.11 or newer');
    }
    const baseOffset = int64(bytes, at);
    const lastOffset = baseOffset + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
    const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
    const producerId = int64(bytes, at + PRODUCER_ID_AT);
    while (aborted < ahead.length && ahead[aborted].firstOffset <= lastOffset) aborting.add(ahead[aborted++].producerId);

    const body = bytes.subarray(at + HEADER_BYTES, end);
    const count = bytes.readInt32BE(at + COUNT_AT);
    if (attributes & CONTROL) {
      if (count > 0 && controlType(body) === ABORT_MARKER) aborting.delete(producerId);
    } else if (!(attributes & TRANSACTIONAL && aborting.has(producerId))) {
      const reader = new RecordReader(decompress(body, attributes & CODEC_MASK, topic, partition, baseOffset));
      const baseTime = int64(bytes, at + BASE_TIME_AT);
      const appended = attributes & LOG_APPEND_TIME ? int64(bytes, at + MAX_TIME_AT) : undefined;
      for (let i = 0; i < count; i++) {
        const record = reader.record(topic, partition, baseOffset, baseTime, appended);
        if (record.offset >= from) records.push(record);
      }
    }
    if (lastOffset >= next) next = lastOffset + 1;
    at = end;
  }
  return { records, next };
}

function controlType(body: Buffer): number {
  const reader = new RecordReader(body);
  return reader.controlType();
}

function decompress(body: Buffer, codec: number, topic: Topic, partition: number, offset: number): Buffer {
  if (codec === 0) return body;
  if (codec === GZIP) return gunzipSync(body);
  throw new KafkaLogError(
    'codec-unsupported',
    `${topic}/${partition} holds records compressed with ${CODEC_NAMES[codec] ?? codec} at ${offset}`,
    'let its writers use gzip or no compression, or set compression.type=gzip on the topic',
  );
}

/** Reads the records of one batch, one after the other. Values are views, not copies. */
class RecordReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  record(topic: Topic, partition: number, baseOffset: number, baseTime: number, appended: number | undefined): LogRecord {
    this.varint();
    this.at += 1;
    const timeDelta = this.varint();
    const offset = baseOffset + this.varint();
    const key = this.blob();
    const value = this.blob();
    const headers: Record<string, string> = {};
    for (let left = this.varint(); left > 0; left--) {
      const name = this.blob()?.toString('utf8') ?? '';
      headers[name] = this.blob()?.toString('utf8') ?? '';
    }
    return {
      topic,
      partition,
      offset,
      timestampMs: appended ?? baseTime + timeDelta,
      key: key?.toString('utf8'),
      value: value ?? null,
      headers,
    };
  }

  controlType(): number {
    this.varint();
    this.at += 1;
    this.varint();
    this.varint();
    return this.blob()?.readInt16BE(2) ?? -1;
  }

  private blob(): Buffer | undefined {
    const length = this.varint();
    if (length < 0) return undefined;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A zigzag varint. Up to 2^53: offsets and times need more than the 32 bits of shifts. */
  private varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
