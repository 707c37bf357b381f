import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecordBatches } from '../../src/adapters/kafka/record-batches.js';
import { TOPICS } from '../../src/ports/index.js';

/* kafkajs' encoder against our decoder. */
type Encoded = { readonly buffer: Buffer };
const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as { RecordBatch(batch: object): Promise<Encoded> };
const Record = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoded;

const GZIP = 1;
const ATTRIBUTES_AT = 22;
const CONTROL = 0x20;

interface Written {
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<{ [name: string]: string }>;
}

async function batch(firstOffset: number, records: readonly Written[], options: { producerId?: number; transactional?: boolean; compression?: number; lastOffsetDelta?: number } = {}): Promise<Buffer> {
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

async function marker(offset: number, producerId: number, type: 'abort' | 'commit'): Promise<Buffer> {
  const bytes = await batch(offset, [{ key: `\0\0\0${type === 'abort' ? '\0' : '\u0001'}`, value: new Uint8Array(6), headers: {} }], { producerId, transactional: true });
  bytes[ATTRIBUTES_AT] |= CONTROL;
  return bytes;
}

const decode = (from: number, bytes: Buffer, aborted: { producerId: number; firstOffset: number }[] = []) => decodeRecordBatches(TOPICS.signal, 3, from, bytes, aborted);
const plain = (text: string): Written => ({ key: 'k', value: Buffer.from(text), headers: {} });

describe('record batches', () => {
  it('are read as kafkajs writes them, compressed or not, from any offset', async () => {
    const written = fc.record({
      key: fc.option(fc.string({ unit: 'grapheme' })),
      value: fc.option(fc.uint8Array({ maxLength: 300 })),
      headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 3, noNullPrototype: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.array(written, { minLength: 1, maxLength: 5 }), fc.boolean()), { maxLength: 5 }), fc.integer({ min: 0, max: 2 ** 40 }), fc.nat({ max: 30 }), async (batches, base, skip) => {
        let offset = base;
        const all: { offset: number; record: Written; time: number }[] = [];
        const parts: Buffer[] = [];
        for (const [records, gzip] of batches) {
          parts.push(await batch(offset, records, { compression: gzip ? GZIP : 0 }));
          records.forEach((record, i) => all.push({ offset: offset + i, record, time: 1_700_000_000_000 + i * 7 }));
          offset += records.length;
        }
        const decoded = decode(base + skip, Buffer.concat(parts));
        expect(decoded.next).toBe(Math.max(base + skip, offset));
        expect(decoded.records.map((record) => [record.offset, record.timestampMs, record.key ?? null, record.value && [...record.value], record.headers])).toEqual(
          all.filter((one) => one.offset >= base + skip).map(({ offset: at, time, record }) => [at, time, record.key, record.value && [...record.value], record.headers]),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('leave out aborted transactions, though those of several producers overlap and reading begins in their midst', async () => {
    const [a, b] = [11, 22];
    const bytes = Buffer.concat([
      await batch(0, [plain('a0')], { producerId: a, transactional: true }),
      await batch(1, [plain('b0')], { producerId: b, transactional: true }),
      await batch(2, [plain('free')]),
      await batch(3, [plain('b1')], { producerId: b, transactional: true }),
      await batch(4, [plain('a1')], { producerId: a, transactional: true }),
      await marker(5, b, 'abort'),
      await batch(6, [plain('b kept')], { producerId: b, transactional: true }),
      await marker(7, a, 'abort'),
      await marker(8, b, 'commit'),
    ]);
    const aborted = [{ producerId: b, firstOffset: 1 }, { producerId: a, firstOffset: 0 }];
    for (let from = 0; from < 9; from++) {
      const { records, next } = decode(from, bytes, aborted);
      expect(records.map(({ offset }) => offset)).toEqual([2, 6].filter((offset) => offset >= from));
      expect(next).toBe(9);
    }
  });

  it('move the reader on though compaction has emptied them, and stop where one is cut off', async () => {
    const empty = await batch(0, [], { lastOffsetDelta: 9 });
    const whole = await batch(10, [plain('x')]);
    expect(decode(0, empty)).toEqual({ records: [], next: 10 });
    expect(decode(0, Buffer.concat([empty, whole])).records.map(({ offset }) => offset)).toEqual([10]);
    for (let cut = 1; cut < whole.length; cut++) expect(decode(0, Buffer.concat([empty, whole.subarray(0, cut)]))).toEqual({ records: [], next: 10 });
  });

  it('in a codec that is not there say so', async () => {
    const bytes = await batch(0, [plain('x')]);
    bytes[ATTRIBUTES_AT] |= 3;
    expect(() => decode(0, bytes)).toThrow(/lz4/);
  });
});
