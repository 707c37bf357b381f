import type { LogRecord, Topic } from '../../ports/index.js';
import { MalformedError } from './compression.js';

/** A varint of 32 bits takes five bytes at most, one of 64 bits ten. */
const VARINT_BYTES_MAX = 5;
const VARLONG_BYTES_MAX = 10;
/** Length, attributes, time, offset, key, value, headers: a byte each at the least. */
export const RECORD_BYTES_MIN = 7;
const HEADER_BYTES_MIN = 2;

/** What the records of a batch share. */
export interface RecordBasis {
  readonly topic: Topic;
  readonly partition: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** ms since 1970. */
  readonly baseTime: number;
  /** ms since 1970, where the broker set the time of all records. */
  readonly appended: number | undefined;
}

/**
 * Reads the records of one batch, one after the other. Values are views, not copies. Everything that is read is checked
 * against what is there: MalformedError wherever it is not.
 */
export class RecordReader {
  private at = 0;
  private limit: number;

  constructor(private readonly bytes: Buffer) {
    this.limit = bytes.length;
  }

  /** True: there is nothing behind the last record read. */
  ended(): boolean {
    return this.at === this.bytes.length;
  }

  /** `after`: the offset of the record before, which this one must be above. */
  record({ topic, partition, baseOffset, lastOffset, baseTime, appended }: RecordBasis, after: number): LogRecord {
    this.begin();
    const timeDelta = this.varint(VARLONG_BYTES_MAX);
    const offset = baseOffset + this.varint(VARINT_BYTES_MAX);
    if (offset <= after || offset > lastOffset) throw new MalformedError('a record has an offset that is not its own');
    const key = this.blob();
    const value = this.blob();
    const headers: Record<string, string> = {};
    const count = this.varint(VARINT_BYTES_MAX);
    if (count < 0 || count * HEADER_BYTES_MIN > this.limit - this.at) throw new MalformedError('a record has more headers than it has room for');
    for (let left = count; left > 0; left--) {
      const name = this.blob();
      if (name === undefined) throw new MalformedError('a header has no name');
      headers[name.toString('utf8')] = this.blob()?.toString('utf8') ?? '';
    }
    if (this.at !== this.limit) throw new MalformedError('a record is longer than what it holds');
    return { topic, partition, offset, timestampMs: appended ?? baseTime + timeDelta, key: key?.toString('utf8'), value: value ?? null, headers };
  }

  /** Of a control record: the type of its marker. */
  markerType(): number {
    this.begin();
    this.varint(VARLONG_BYTES_MAX);
    this.varint(VARINT_BYTES_MAX);
    const key = this.blob();
    if (key === undefined || key.length < 4) throw new MalformedError('a marker has no type');
    return key.readInt16BE(2);
  }

  /** Length and attributes; nothing of the record lies behind `limit`. */
  private begin(): void {
    this.limit = this.bytes.length;
    const length = this.varint(VARINT_BYTES_MAX);
    if (length < RECORD_BYTES_MIN - 1 || length > this.bytes.length - this.at) throw new MalformedError('a record is cut off');
    this.limit = this.at + length;
    this.at += 1;
  }

  private blob(): Buffer | undefined {
    const length = this.varint(VARINT_BYTES_MAX);
    if (length < 0) return undefined;
    if (length > this.limit - this.at) throw new MalformedError('a key, value or header is longer than its record');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A zigzag varint. Sums and not shifts: offsets and times need more than 32 bits. */
  private varint(bytesMax: number): number {
    let value = 0;
    let scale = 1;
    for (const end = this.at + bytesMax; ; scale *= 128) {
      if (this.at >= this.limit || this.at >= end) throw new MalformedError('a number is cut off');
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
