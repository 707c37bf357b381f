import { crc32c } from '@node-rs/crc32';

/*
 * Record batches as they come in a fetch response (message format 2, all that brokers since Kafka 0.11 write):
 *
 *   base offset int64, length int32 | leader epoch int32, magic int8, crc uint32, attributes int16,
 *   last offset delta int32, base time int64, max time int64, producer id int64, producer epoch int16,
 *   base sequence int32, records int32 + as many records
 *
 * The checksum (CRC-32C) is that of everything from the attributes on.
 */

export const HEADER_BYTES = 61;
const LENGTH_AT = 8;
/** What the length does not count: base offset and itself. */
const BEFORE_LENGTH = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIME_AT = 27;
const MAX_TIME_AT = 35;
const PRODUCER_ID_AT = 43;
const COUNT_AT = 57;
/** Of the format that is read here. */
export const MAGIC = 2;
/** Message sets of before Kafka 0.11: offset, length, crc, magic, attributes, key, value. */
const OLD_LENGTH_MIN = 14;

export interface BatchHeader {
  readonly magic: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Where the batch ends among the bytes. */
  readonly end: number;
  readonly attributes: number;
  readonly baseTime: number;
  readonly maxTime: number;
  readonly producerId: number;
  /** How many records it says to hold. */
  readonly count: number;
}

export function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

/** 'cut': there is less than it says; 'implausible': no batch, or not one that can be below `stableEnd`. */
export function readHeader(bytes: Buffer, at: number, stableEnd: number): BatchHeader | 'cut' | 'implausible' {
  if (at + MAGIC_AT >= bytes.length) return 'cut';
  const magic = bytes[at + MAGIC_AT];
  const length = bytes.readInt32BE(at + LENGTH_AT);
  const baseOffset = int64(bytes, at);
  if (magic > MAGIC || length < (magic < MAGIC ? OLD_LENGTH_MIN : HEADER_BYTES - BEFORE_LENGTH)) return 'implausible';
  if (baseOffset < 0 || baseOffset >= stableEnd) return 'implausible';
  const end = at + BEFORE_LENGTH + length;
  if (end > bytes.length) return 'cut';
  // Of a compressed set of old messages the offset is that of the last one.
  if (magic < MAGIC) return { magic, baseOffset, lastOffset: baseOffset, end, attributes: 0, baseTime: 0, maxTime: 0, producerId: -1, count: 0 };
  const delta = bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
  const lastOffset = baseOffset + delta;
  if (delta < 0 || lastOffset >= stableEnd) return 'implausible';
  return {
    magic,
    baseOffset,
    lastOffset,
    end,
    attributes: bytes.readInt16BE(at + ATTRIBUTES_AT),
    baseTime: int64(bytes, at + BASE_TIME_AT),
    maxTime: int64(bytes, at + MAX_TIME_AT),
    producerId: int64(bytes, at + PRODUCER_ID_AT),
    count: bytes.readInt32BE(at + COUNT_AT),
  };
}

/** Whether the checksum of a whole batch is that of its content. */
export function isIntact(bytes: Buffer, at: number, end: number): boolean {
  return crc32c(bytes.subarray(at + ATTRIBUTES_AT, end)) >>> 0 === bytes.readUInt32BE(at + CRC_AT);
}

/** Bytes that may be summed in looking for the next batch, as a multiple of the bytes there are. */
const SEARCH_BYTES_FACTOR = 16;

/** Where the next intact batch that goes as far as offset `next` begins, at or behind `at`; undefined where none does. */
export function findBatch(bytes: Buffer, at: number, next: number, stableEnd: number): number | undefined {
  let left = bytes.length * SEARCH_BYTES_FACTOR;
  for (; at + HEADER_BYTES <= bytes.length && left > 0; at++) {
    if (bytes[at + MAGIC_AT] !== MAGIC) continue;
    const header = candidate(bytes, at, next, stableEnd);
    if (header === undefined) continue;
    left -= header.end - at;
    if (isIntact(bytes, at, header.end)) return at;
  }
  return undefined;
}

/** Whether an intact batch that goes as far as offset `next` is there. */
export function isBatch(bytes: Buffer, at: number, next: number, stableEnd: number): boolean {
  const header = candidate(bytes, at, next, stableEnd);
  return header !== undefined && isIntact(bytes, at, header.end);
}

function candidate(bytes: Buffer, at: number, next: number, stableEnd: number): BatchHeader | undefined {
  const header = readHeader(bytes, at, stableEnd);
  return typeof header === 'string' || header.magic !== MAGIC || header.lastOffset < next ? undefined : header;
}
