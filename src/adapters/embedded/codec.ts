import { crc32c } from '@node-rs/crc32';
import type { LogRecord, NewRecord, Topic } from '../../ports/index.js';
import { recordKey } from './keys.js';

/*
 * One record on the disk: timestamp (float64), key, value, number of headers (uint16), then name and text of each, then a
 * checksum (uint32, CRC-32C of the disk's key and of everything before). A text or a value is its length in bytes (uint32,
 * little-endian; ABSENT for none) and its bytes. That a checksum is there is said by the sign of the timestamp: before 0.2
 * there was none.
 */

const ABSENT = 0xffffffff;
const CHECKSUM_BYTES = 4;
/** The byte that holds the timestamp's sign, and the bit. */
const SIGN_AT = 7;
const SIGN = 0x80;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** What is on the disk is not what was written there. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

function checksumOf(diskKey: string, bytes: Uint8Array): number {
  return crc32c(bytes, crc32c(diskKey)) >>> 0;
}

function isIntact(diskKey: string, bytes: Uint8Array): boolean {
  const at = bytes.length - CHECKSUM_BYTES;
  return at >= 0 && new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0, true) === checksumOf(diskKey, bytes.subarray(0, at));
}

export interface StoredRecord {
  readonly timestampMs: number;
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** `diskKey`: where it will lie. */
export function encodeRecord(diskKey: string, record: StoredRecord): Uint8Array {
  const key = record.key === undefined ? undefined : utf8.encode(record.key);
  const headers = Object.entries(record.headers).map(([name, text]) => [utf8.encode(name), utf8.encode(text)] as const);
  let size = 8 + 4 + (key?.length ?? 0) + 4 + (record.value?.length ?? 0) + 2 + CHECKSUM_BYTES;
  for (const [name, text] of headers) size += 8 + name.length + text.length;

  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put = (part: Uint8Array | null | undefined): void => {
    view.setUint32(at, part?.length ?? ABSENT, true);
    at += 4;
    if (part) bytes.set(part, at);
    at += part?.length ?? 0;
  };
  view.setFloat64(at, record.timestampMs, true);
  bytes[SIGN_AT] |= SIGN;
  at += 8;
  put(key);
  put(record.value);
  view.setUint16(at, headers.length, true);
  at += 2;
  for (const [name, text] of headers) {
    put(name);
    put(text);
  }
  view.setUint32(at, checksumOf(diskKey, bytes.subarray(0, at)), true);
  return bytes;
}

/** The value is a view into `bytes`, not a copy. Throws DamagedError. */
export function decodeRecord(topic: Topic, partition: number, offset: number, bytes: Uint8Array): LogRecord {
  const checked = bytes.length > SIGN_AT && (bytes[SIGN_AT] & SIGN) !== 0;
  if (checked && !isIntact(recordKey(topic, partition, offset), bytes)) throw new DamagedError('its checksum is not that of what it holds');
  const end = bytes.length - (checked ? CHECKSUM_BYTES : 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const need = (size: number): void => {
    if (size > end - at) throw new DamagedError('it is shorter than it says');
  };
  const take = (): Uint8Array | undefined => {
    need(4);
    const length = view.getUint32(at, true);
    at += 4;
    if (length === ABSENT) return undefined;
    need(length);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const key = take();
  const value = take();
  const headers: Record<string, string> = {};
  need(2);
  const count = view.getUint16(at, true);
  at += 2;
  for (let i = 0; i < count; i++) {
    const name = fromUtf8.decode(take());
    headers[name] = fromUtf8.decode(take());
  }
  if (at !== end) throw new DamagedError('it is longer than it says');
  return {
    topic,
    partition,
    offset,
    timestampMs: Math.abs(view.getFloat64(0, true)),
    key: key && fromUtf8.decode(key),
    value: value ?? null,
    headers,
  };
}

/** Bytes of a record's key, value and headers. */
export function sizeOf({ key, value, headers }: NewRecord): number {
  let bytes = (key === undefined ? 0 : Buffer.byteLength(key)) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers ?? {})) bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** A few numbers as one value on the disk: float64 each, then a checksum as a record has it. */
export function encodeNumbers(diskKey: string, ...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8 + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat64(i * 8, value, true));
  view.setUint32(values.length * 8, checksumOf(diskKey, bytes.subarray(0, values.length * 8)), true);
  return bytes;
}

/** Throws DamagedError. */
export function decodeNumbers(diskKey: string, bytes: Uint8Array): number[] {
  const rest = bytes.length % 8;
  if (rest !== 0 && (rest !== CHECKSUM_BYTES || !isIntact(diskKey, bytes))) throw new DamagedError('its checksum is not that of what it holds');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: (bytes.length - rest) / 8 }, (_, i) => view.getFloat64(i * 8, true));
}
