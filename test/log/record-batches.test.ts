import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECOMPRESSED_BYTES_MAX } from '../../src/adapters/kafka/compression.js';
import { type DecodedBatches, decodeRecordBatches } from '../../src/adapters/kafka/record-batches.js';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';
import { AT, batch, coded, CODINGS, marker, plain, seal, withBody, type Written } from './batch-bytes.js';

const CODING_NAMES = Object.keys(CODINGS);
const decode = (from: number, bytes: Buffer, aborted: { producerId: number; firstOffset: number }[] = [], stableEnd?: number): DecodedBatches =>
  decodeRecordBatches(TOPICS.signal, 3, from, bytes, aborted, stableEnd);
const recordsOf = ({ pieces }: DecodedBatches): LogRecord[] => pieces.flatMap(({ records }) => records);
const offsetsOf = (decoded: DecodedBatches): number[] => recordsOf(decoded).map(({ offset }) => offset);
/** What is handed over, in order: offsets, and skipped ranges as [from, to). */
const handed = ({ pieces }: DecodedBatches): (number | string)[] =>
  pieces.flatMap(({ records, skipped }) => [...(skipped ? [`${skipped.reason} [${skipped.from}, ${skipped.to})`] : []), ...records.map(({ offset }) => offset)]);

describe('record batches', () => {
  it('are read as kafkajs writes them, in every codec, from any offset', async () => {
    const written = fc.record({
      key: fc.option(fc.string({ unit: 'grapheme' })),
      value: fc.option(fc.uint8Array({ maxLength: 300 })),
      headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 3, noNullPrototype: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.array(written, { minLength: 1, maxLength: 5 }), fc.constantFrom(...CODING_NAMES)), { maxLength: 5 }), fc.integer({ min: 0, max: 2 ** 40 }), fc.nat({ max: 30 }), async (batches, base, skip) => {
        let offset = base;
        const all: { offset: number; record: Written; time: number }[] = [];
        const parts: Buffer[] = [];
        for (const [records, coding] of batches) {
          parts.push(coded(await batch(offset, records), coding));
          records.forEach((record, i) => all.push({ offset: offset + i, record, time: 1_700_000_000_000 + i * 7 }));
          offset += records.length;
        }
        const decoded = decode(base + skip, Buffer.concat(parts));
        expect(decoded.next).toBe(Math.max(base + skip, offset));
        expect(decoded.pieces.every(({ skipped }) => skipped === undefined)).toBe(true);
        expect(recordsOf(decoded).map((record) => [record.offset, record.timestampMs, record.key ?? null, record.value && [...record.value], record.headers])).toEqual(
          all.filter((one) => one.offset >= base + skip).map(({ offset: at, time, record }) => [at, time, record.key, record.value && [...record.value], record.headers]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('of many records of some size are the same in every codec', async () => {
    const records = Array.from({ length: 60 }, (_, i) => ({ key: `device-${i % 7}`, value: Buffer.from(Array.from({ length: 4_000 }, (_unused, at) => (at * (i + 3)) & 0xff)), headers: {} }));
    const bytes = await batch(5, records);
    const expected = recordsOf(decode(5, bytes));
    expect(expected).toHaveLength(60);
    for (const coding of CODING_NAMES) expect(recordsOf(decode(5, coded(bytes, coding))), coding).toEqual(expected);
  });

  it('in a zstd frame of the reference encoder, without its size and with its checksum, are read', async () => {
    const text = Array.from({ length: 40 }, (_, i) => `record ${i} of a batch compressed by zstd; `).join('');
    const frame = Buffer.from('KLUv/QRoVQMAIsUQEpDPAWYwtx5/ZnrBBtrCgbEzOT+mkCFCMwjHFDJEaAZ9TCFDhGY+ppAhQvMRq/TeqrNGaZsSxvW3alJPd/HgbMbVZiioEcC3/2/gNasBEcwQ/P8N4foB/9q2X7Ydss2hRICXAWuVVffKDDA=', 'base64');
    // The frame holds text and no record: the detail of the skipped range shows that it was decompressed.
    const decoded = decode(0, withBody(await batch(0, [plain('x')]), frame, 4));
    expect(text).toHaveLength(1_630);
    expect(decoded.pieces[0].skipped?.detail).toMatch(/a record/);
    frame[30] ^= 1;
    expect(decode(0, withBody(await batch(0, [plain('x')]), frame, 4)).pieces[0].skipped?.detail).toMatch(/zstd/);
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
    const aborted = [
      { producerId: b, firstOffset: 1 },
      { producerId: a, firstOffset: 0 },
    ];
    for (let from = 0; from <= 8; from++) {
      const decoded = decode(from, bytes, aborted);
      expect(offsetsOf(decoded)).toEqual([2, 6].filter((offset) => offset >= from));
      expect(decoded.next).toBe(9);
    }
  });

  it('move the reader on though compaction has emptied them, and stop where one is cut off', async () => {
    const empty = await batch(0, [], { lastOffsetDelta: 9 });
    const whole = await batch(10, [plain('x')]);
    expect(decode(0, empty)).toEqual({ pieces: [], next: 10 });
    expect(offsetsOf(decode(0, Buffer.concat([empty, whole])))).toEqual([10]);
    for (let cut = 1; cut < whole.length; cut++) expect(decode(0, Buffer.concat([empty, whole.subarray(0, cut)]))).toEqual({ pieces: [], next: 10 });
  });
});

describe('a batch that cannot be read', () => {
  /** Three batches of two records; the second is spoiled. */
  const three = async (spoil: (bytes: Buffer) => Buffer): Promise<Buffer> =>
    Buffer.concat([await batch(0, [plain('0'), plain('1')]), spoil(await batch(2, [plain('2'), plain('3')])), await batch(4, [plain('4'), plain('5')])]);
  const flip = (at: number, mask = 1) => (bytes: Buffer): Buffer => {
    bytes[at] ^= mask;
    return bytes;
  };
  const SPOILED: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'a flipped bit in a record': flip(AT.records + 4),
    'a flipped bit in the checksum': flip(AT.crc),
    'a flipped bit in its length, which is then smaller': flip(AT.length + 3, 0x20),
    'a flipped bit in its magic': flip(AT.magic),
    'another flipped bit in its magic, as if it were old': flip(AT.magic, 2),
    'a flipped bit in its base offset': flip(0, 0x40),
    'a codec that there is not': (bytes) => withBody(bytes, bytes.subarray(AT.records), 5),
    'gzip that is none': (bytes) => withBody(bytes, bytes.subarray(AT.records), 1),
    'snappy that is none': (bytes) => withBody(bytes, bytes.subarray(AT.records), 2),
    'lz4 that is none': (bytes) => withBody(bytes, bytes.subarray(AT.records), 3),
    'zstd that is none': (bytes) => withBody(bytes, bytes.subarray(AT.records), 4),
    'more records than it holds': (bytes) => (bytes.writeInt32BE(3, AT.count), seal(bytes)),
    'fewer records than it holds': (bytes) => (bytes.writeInt32BE(1, AT.count), seal(bytes)),
    'a number of records below zero': (bytes) => (bytes.writeInt32BE(-5, AT.count), seal(bytes)),
    'a number of records beyond all bounds': (bytes) => (bytes.writeInt32BE(0x7fffffff, AT.count), seal(bytes)),
    'a record that says to be longer': (bytes) => ((bytes[AT.records] = 0x7e), seal(bytes)),
    'a number without an end': (bytes) => (bytes.fill(0xff, AT.records), seal(bytes)),
    'a key longer than its record': (bytes) => ((bytes[AT.records + 4] = 0x7e), seal(bytes)),
    'an offset twice': (bytes) => ((bytes[AT.records + 3 + (bytes.length - AT.records) / 2] = 0), seal(bytes)),
  };

  it.each(Object.entries(SPOILED))('by %s is skipped, and what lies around it is read', async (_name, spoil) => {
    const decoded = decode(0, await three(spoil));
    expect(handed(decoded)).toEqual([0, 1, 'unreadable [2, 4)', 4, 5]);
    expect(decoded.next).toBe(6);
    expect(decoded.pieces[1].skipped?.detail).toMatch(/^from offset 2: ./);
    expect(decoded.pieces[0].next).toBe(2);
  });

  it('is skipped at the end as well, as far as it says to go', async () => {
    const bytes = Buffer.concat([await batch(0, [plain('0')]), flip(AT.records + 3)(await batch(1, [plain('1'), plain('2')]))]);
    expect(handed(decode(0, bytes))).toEqual([0, 'unreadable [1, 3)']);
    expect(decode(0, bytes).next).toBe(3);
    expect(handed(decode(2, bytes.subarray(await batch(0, [plain('0')]).then(({ length }) => length))))).toEqual(['unreadable [2, 3)']);
  });

  it('of which not even the header can be believed, with nothing behind it, blocks the way and says so', async () => {
    const bytes = flip(0, 0x40)(await batch(0, [plain('0')]));
    expect(decode(0, bytes)).toEqual({ pieces: [], next: 0, blocked: 'what should be a batch is none' });
    // With something read before, that is handed over first.
    const behind = Buffer.concat([await batch(0, [plain('0')]), flip(0, 0x40)(await batch(1, [plain('1')]))]);
    expect(decode(0, behind)).toMatchObject({ next: 1 });
    expect(decode(0, behind).blocked).toBeUndefined();
    expect(decode(0, Buffer.from([1]))).toMatchObject({ next: 0, blocked: 'the batch is longer than what is there' });
  });

  it('and reaches the stable end is none of the partition’s', async () => {
    const bytes = Buffer.concat([await batch(0, [plain('0')]), await batch(1, [plain('1')])]);
    expect(handed(decode(0, bytes, [], 1))).toEqual([0]);
  });

  it('in a row with others makes one range', async () => {
    const spoiled = await Promise.all([0, 1, 2].map(async (offset) => flip(AT.records + 3)(await batch(offset, [plain('x')]))));
    const decoded = decode(0, Buffer.concat([...spoiled, await batch(3, [plain('3')])]));
    expect(handed(decoded)).toEqual(['unreadable [0, 3)', 3]);
  });

  it('because it would take the memory is refused before it does, in every codec', async () => {
    const small = await batch(0, [plain('x')]);
    const bombs: Readonly<Record<string, Buffer>> = {
      'gzip of 900 MB': withBody(small, gzipBomb(900_000_000), 1),
      'gzip of 900 MB that says to be small': withBody(small, lying(gzipBomb(900_000_000)), 1),
      'a snappy block of 4 GB': withBody(small, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]), 2),
      'a snappy block of 60 MB in a few bytes': withBody(small, Buffer.from([0x80, 0x80, 0x80, 0x1e, 1, 2, 3]), 2),
      'lz4 of 500 MB': withBody(small, lz4Bomb(), 3),
      'zstd of repeated bytes': withBody(small, zstdRepeated(8_000), 4),
      'zstd that says to be of 2^60 bytes': withBody(small, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0]), 4),
    };
    for (const [name, bytes] of Object.entries(bombs)) {
      const [memory, start] = [process.memoryUsage().rss, performance.now()];
      expect(handed(decode(0, bytes)), name).toEqual(['unreadable [0, 1)']);
      expect(performance.now() - start, name).toBeLessThan(2_000);
      expect(process.memoryUsage().rss - memory, name).toBeLessThan(4 * DECOMPRESSED_BYTES_MAX);
    }
  }, 60_000);

  it('is decompressed in one turn only as far as the bound goes: the rest is left for the next', async () => {
    const zeros = { key: null, value: new Uint8Array(30 * 2 ** 20), headers: {} };
    const four = Buffer.concat(await Promise.all([0, 1, 2, 3].map(async (offset) => coded(await batch(offset, [zeros]), 'gzip'))));
    const first = decode(0, four);
    expect(offsetsOf(first)).toEqual([0, 1, 2]);
    expect(offsetsOf(decode(first.next, four))).toEqual([3]);
  }, 60_000);
});

/** Zeros in gzip, put together from one deflated piece so that making them takes no memory either. */
function gzipBomb(size: number): Buffer {
  const piece = 50_000_000;
  const flushed = deflateRawSync(Buffer.alloc(piece), { finishFlush: 3 });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(size, 4);
  return Buffer.concat([gzipSync('').subarray(0, 10), ...Array.from({ length: size / piece }, () => flushed), trailer]);
}

function lying(gzip: Buffer): Buffer {
  gzip.writeUInt32LE(1_000, gzip.length - 4);
  return gzip;
}

function lz4Bomb(): Buffer {
  const block = Buffer.alloc(4 + 16_000);
  block.writeUInt32LE(16_000);
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), ...Array.from({ length: 120 }, () => block), Buffer.alloc(4)]);
}

function zstdRepeated(blocks: number): Buffer {
  const block = Buffer.from([0, 0, 0, 7]);
  block.writeUIntLE((131_072 << 3) | 2, 0, 3);
  const last = Buffer.from(block);
  last[0] |= 1;
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]), ...Array.from({ length: blocks - 1 }, () => block), last]);
}
