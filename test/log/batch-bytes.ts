import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';

/* Record batches for tests: kafkajs' encoder, then whatever a test does to the bytes. */
type Encoded = { readonly buffer: Buffer };
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch(batch: object): Promise<Encoded> };
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoded;

export const AT = { length: 8, magic: 16, crc: 17, attributes: 21, lastOffsetDelta: 23, count: 57, records: 61 } as const;
const CONTROL = 0x20;

export interface Written {
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<{ [name: string]: string }>;
}

export const plain = (text: string): Written => ({ key: 'k', value: Buffer.from(text), headers: {} });

export interface BatchOptions {
  readonly producerId?: number;
  readonly transactional?: boolean;
  readonly lastOffsetDelta?: number;
}

export async function batch(firstOffset: number, records: readonly Written[], options: BatchOptions = {}): Promise<Buffer> {
  const encoded = await RecordBatch({
    firstOffset: String(firstOffset),
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_000_999,
    lastOffsetDelta: records.length - 1,
    producerId: '-1',
    ...options,
    records: records.map(({ key, value, headers }, i) =>
      Record({ offsetDelta: i, timestampDelta: i * 7, key: key === null ? null : Buffer.from(key), value: value && Buffer.from(value), headers }),
    ),
  });
  return encoded.buffer;
}

/** Makes the checksum that of the content. */
export function seal(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)) >>> 0, AT.crc);
  return bytes;
}

/** The same batch with another body, as in that codec. */
export function withBody(bytes: Buffer, body: Buffer, codec: number): Buffer {
  const made = Buffer.concat([bytes.subarray(0, AT.records), body]);
  made.writeInt32BE(made.length - 12, AT.length);
  made.writeInt16BE((made.readInt16BE(AT.attributes) & ~7) | codec, AT.attributes);
  return seal(made);
}

/** The Java client's framing of snappy, with blocks of `blockBytes`. */
export function xerial(body: Buffer, blockBytes = 32_768): Buffer {
  const parts: Buffer[] = [Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])];
  for (let at = 0; at < body.length; at += blockBytes) {
    const block = compressSync(body.subarray(at, at + blockBytes));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** A zstd frame of stored blocks: a valid one, though nothing is gained by it. */
export function zstdStored(body: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  for (let at = 0; at === 0 || at < body.length; at += 100_000) {
    const block = body.subarray(at, at + 100_000);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (at + 100_000 >= body.length ? 1 : 0), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}

/** Ways to write the body of a batch: its codec's number, and what makes it. */
export const CODINGS: Readonly<Record<string, readonly [codec: number, encode: (body: Buffer) => Buffer]>> = {
  none: [0, (body) => body],
  gzip: [1, (body) => gzipSync(body)],
  snappy: [2, (body) => compressSync(body)],
  'snappy of the Java client': [2, (body) => xerial(body)],
  'snappy of the Java client in small blocks': [2, (body) => xerial(body, 100)],
  lz4: [3, (body) => compressFrameSync(Buffer.from(body))],
  'lz4 with checksums': [3, (body) => compressFrameSync(Buffer.from(body), { contentChecksum: true, blockChecksums: true })],
  zstd: [4, (body) => zstdStored(body)],
};

export function coded(bytes: Buffer, coding: string): Buffer {
  const [codec, encode] = CODINGS[coding];
  return withBody(bytes, encode(bytes.subarray(AT.records)), codec);
}

export async function marker(offset: number, producerId: number, type: 'abort' | 'commit'): Promise<Buffer> {
  const bytes = await batch(offset, [{ key: `\0\0\0${type === 'abort' ? '\0' : '\u0001'}`, value: new Uint8Array(6), headers: {} }], { producerId, transactional: true });
  bytes[AT.attributes + 1] |= CONTROL;
  return seal(bytes);
}
