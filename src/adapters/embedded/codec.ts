import type { LogRecord, Topic } from '../../ports/index.js';

/*
 * One record on the disk: timestamp (float64), key, value, number of headers (uint16), then name and text of each.
 * A text or a value is its length in bytes (uint32, little-endian; ABSENT for none) and its bytes.
 */

const ABSENT = 0xffffffff;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export interface StoredRecord {
  readonly timestampMs: number;
  readonly key: string | undefined;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
}

export function encodeRecord(record: StoredRecord): Uint8Array {
  const key = record.key === undefined ? undefined : utf8.encode(record.key);
  const headers = Object.entries(record.headers).map(([name, text]) => [utf8.encode(name), utf8.encode(text)] as const);
  let size = 8 + 4 + (key?.length ?? 0) + 4 + (record.value?.length ?? 0) + 2;
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
  at += 8;
  put(key);
  put(record.value);
  view.setUint16(at, headers.length, true);
  at += 2;
  for (const [name, text] of headers) {
    put(name);
    put(text);
  }
  return bytes;
}

/** The value is a view into `bytes`, not a copy. */
export function decodeRecord(topic: Topic, partition: number, offset: number, bytes: Uint8Array): LogRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const take = (): Uint8Array | undefined => {
    const length = view.getUint32(at, true);
    at += 4;
    if (length === ABSENT) return undefined;
    at += length;
    return bytes.subarray(at - length, at);
  };
  const key = take();
  const value = take();
  const headers: Record<string, string> = {};
  const count = view.getUint16(at, true);
  at += 2;
  for (let i = 0; i < count; i++) {
    const name = fromUtf8.decode(take());
    headers[name] = fromUtf8.decode(take());
  }
  return {
    topic,
    partition,
    offset,
    timestampMs: view.getFloat64(0, true),
    key: key && fromUtf8.decode(key),
    value: value ?? null,
    headers,
  };
}

/** A few numbers as one value on the disk. */
export function encodeNumbers(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

export function decodeNumbers(bytes: Uint8Array): number[] {
  return [...new Float64Array(bytes.slice().buffer)];
}
