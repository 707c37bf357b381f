/** Whatever lies on ecg.signal.v1, decoding answers with a chunk or a reason; it never throws, and no bad number gets through; what is wrong in a part costs that part. Invariants: I7, I73, I74 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialPartition } from '../../src/assemble/index.js';
import { takeRecord } from '../assemble/record.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { SignalChunk } from '../../src/wire/gen/ecg/v1/signal.js';
import { decodeChunk, DETAILS, encodeChunk, REJECT_REASONS, rejectText } from '../../src/wire/index.js';
import { chunkOf, ramp } from '../assemble/stream.js';

const MESSAGES = 100_000;
const good = chunkOf(0, { I: ramp(0, 125), II: ramp(0, 125), V1: ramp(0, 125) }, { paceMarks: [3], rateHz: 250, gatewayTimeMs: 1_700_000_000_250 });
const bytes = encodeChunk(good);

function decodedWith(change: (message: SignalChunk) => void, keyOf: (message: SignalChunk) => string | undefined = ({ device }) => device) {
  const message = SignalChunk.decode(bytes);
  change(message);
  return decodeChunk(SignalChunk.encode(message).finish(), keyOf(message));
}

function reasonOf(...change: Parameters<typeof decodedWith>): string {
  const decoded = decodedWith(...change);
  return decoded.ok ? 'taken' : decoded.reject.reason;
}

const f32 = (...values: number[]) => Buffer.from(Float32Array.from({ length: 125 }, (_, i) => values[i] ?? 1).buffer);

describe('a message of which nothing can be used is refused for the reason', () => {
  const cases: [string, (message: SignalChunk) => void][] = [
    ['taken', () => {}],
    ['unsupported-version', (m) => (m.schemaVersion = 2)],
    ['bad-device', (m) => (m.device = '')],
    ['bad-device', (m) => (m.device = 'bed 1\n')],
    ['bad-rate', (m) => (m.rateHz = 99)],
    ['taken', (m) => (m.rateHz = 99.97)],
    ['taken', (m) => (m.rateHz = 1000.03)],
    ['bad-rate', (m) => (m.rateHz = 1010)],
    ['bad-rate', (m) => (m.rateHz = NaN)],
    ['bad-rate', (m) => (m.rateHz = Infinity)],
    ['bad-number', (m) => (m.firstSample = String(2 ** 52))],
    ['bad-number', (m) => (m.firstSample = '18446744073709551615')],
    ['bad-time', (m) => (m.deviceTimeMs = '0')],
    ['bad-time', (m) => (m.deviceTimeMs = '-9223372036854775808')],
    ['bad-time', (m) => (m.deviceTimeMs = String(Date.UTC(1990, 0, 1) - 1))],
    ['taken', (m) => (m.deviceTimeMs = String(Date.UTC(1990, 0, 1)))],
    ['taken', (m) => (m.deviceTimeMs = String(Date.UTC(2100, 0, 1)))],
    ['bad-time', (m) => (m.deviceTimeMs = String(Date.UTC(2100, 0, 1) + 1))],
    ['bad-leads', (m) => (m.declaredLeads = [])],
    ['bad-leads', (m) => (m.declaredLeads = ['', '\u0007'])],
    ['undeclared-lead', (m) => m.blocks.forEach((block) => (block.lead = 'V6'))],
    ['bad-gain', (m) => m.blocks.forEach((block) => (block.aduPerMv = 0))],
    ['bad-length', (m) => (m.blocks = [])],
    ['bad-length', (m) => m.blocks.forEach((block) => (block.samples = Buffer.alloc(0)))],
    ['bad-length', (m) => m.blocks.forEach((block) => (block.format = 0))],
    ['too-long', (m) => m.blocks.forEach((block) => (block.samples = Buffer.alloc(2 * 250 * 61)))],
  ];
  for (const [reason, change] of cases) test(`${reason}: ${change.toString().slice(7)}`, () => expect(reasonOf(change)).toBe(reason));
  test('key-mismatch: the record is keyed by another device', () => expect(reasonOf(() => {}, () => 'bed-2')).toBe('key-mismatch'));
  test('key-mismatch: the record has no key, and would lie in any partition', () => expect(reasonOf(() => {}, () => undefined)).toBe('key-mismatch'));
  test('every reason has its words', () => {
    for (const reason of REJECT_REASONS) expect(rejectText({ reason }).length).toBeGreaterThan(20);
  });
});

describe('a detail that is wrong is left out and counted; the rest of the chunk counts', () => {
  const cases: [detail: string, count: number, samples: number, leads: string, change: (message: SignalChunk) => void][] = [
    ['lead-name', 1, 125, 'I II', (m) => (m.blocks[2].lead = '\u0007')],
    ['lead-name', 1, 0, 'I II V1', (m) => m.declaredLeads.push('\u0007')],
    ['lead-repeated', 1, 0, 'I II V1', (m) => m.declaredLeads.push('i')],
    ['lead-repeated', 1, 125, 'I II', (m) => (m.blocks[2].lead = 'II')],
    ['lead-beyond', 1, 0, 'I II V1', (m) => m.declaredLeads.push('A', 'B', 'C', 'D', 'E')],
    ['lead-undeclared', 1, 125, 'II V1', (m) => (m.blocks[0].lead = 'V6')],
    ['lead-gain', 1, 125, 'I V1', (m) => (m.blocks[1].aduPerMv = 0)],
    ['lead-gain', 1, 125, 'I V1', (m) => (m.blocks[1].offsetAdu = NaN)],
    ['lead-gain', 1, 125, 'I V1', (m) => (m.blocks[1].offsetAdu = 1e300)],
    ['lead-length', 1, 124, 'I II', (m) => (m.blocks[2].samples = m.blocks[2].samples.subarray(1))],
    ['lead-length', 1, 124, 'I II', (m) => (m.blocks[2].samples = m.blocks[2].samples.subarray(2))],
    ['lead-length', 1, 15_250, 'II V1', (m) => (m.blocks[0].samples = Buffer.alloc(2 * 250 * 61))],
    ['lead-length', 1, 62, 'II V1', (m) => (m.blocks[0].format = 0)],
    ['nonfinite-sample', 3, 0, 'I II V1', (m) => Object.assign(m.blocks[0], { format: 3, samples: f32(0, NaN, Infinity, 1e30) })],
    ['pace-mark', 1, 0, 'I II V1', (m) => (m.paceMarks = ['3', '125'])],
    ['pace-mark', 1, 0, 'I II V1', (m) => (m.paceMarks = ['3', '18446744073709551606'])],
    ['pace-mark', 47, 0, 'I II V1', (m) => (m.paceMarks = Array.from({ length: 60 }, (_, i) => String(i)))],
    ['gateway-time', 1, 0, 'I II V1', (m) => (m.gatewayTimeMs = '1')],
    ['gateway-time', 1, 0, 'I II V1', (m) => (m.gatewayTimeMs = '9223372036854775807')],
  ];
  for (const [detail, count, samples, leads, change] of cases) {
    test(`${detail}: ${change.toString().slice(7)}`, () => {
      const decoded = decodedWith(change);
      if (!decoded.ok) expect.unreachable(decoded.reject.reason);
      expect(decoded.dropped).toEqual([{ detail, count, samples }]);
      expect(DETAILS).toContain(detail);
      expect(decoded.chunk.blocks.map(({ lead }) => lead).join(' ')).toBe(leads);
    });
  }
  test('a float that is no number is a missing sample of its lead alone', () => {
    const decoded = decodedWith((m) => Object.assign(m.blocks[0], { format: 3, samples: f32(0.5, NaN, 0.25) }));
    if (!decoded.ok) expect.unreachable(decoded.reject.reason);
    expect(Array.from(decoded.chunk.blocks[0].samples.slice(0, 4))).toEqual([0.5, NaN, 0.25, 1]);
    expect(decoded.chunk.blocks[1].samples).toEqual(good.blocks[1].samples);
  });
  test('a pace mark ten samples early goes, the others stay', () => {
    const decoded = decodedWith((m) => Object.assign(m, { firstSample: '1000', paceMarks: ['990', '1003'] }));
    expect(decoded).toMatchObject({ ok: true, chunk: { paceMarks: [1003] }, dropped: [{ detail: 'pace-mark', count: 1 }] });
  });
});

describe('numbers of 64 bits that mean nothing are taken as they are', () => {
  const numbersOf = (epoch: string, sequence: string) => {
    const decoded = decodedWith((m) => Object.assign(m, { epoch, sequence }));
    return decoded.ok ? { epoch: decoded.chunk.epoch, sequence: decoded.chunk.sequence, bytes: encodeChunk(decoded.chunk) } : expect.unreachable(decoded.reject.reason);
  };
  test('two epochs that differ beyond 2^53 are two', () => {
    expect(numbersOf('9007199254740992', '1').epoch).not.toBe(numbersOf('9007199254740993', '1').epoch);
    expect(numbersOf('18446744073709551615', '18446744073709551614')).toMatchObject({ epoch: '18446744073709551615', sequence: '18446744073709551614' });
    expect(numbersOf('9007199254740991', '7')).toMatchObject({ epoch: 9007199254740991, sequence: 7 });
  });
  test('any of them is written again as it came', () =>
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (epoch, sequence) => {
      const again = SignalChunk.decode(numbersOf(String(epoch), String(sequence)).bytes);
      expect([again.epoch, again.sequence]).toEqual([String(epoch), String(sequence)]);
    })));
});

test(`${MESSAGES} mutated messages: no exception, no bad number, and assembling goes on`, { timeout: 120_000 }, () => {
  const partition = initialPartition();
  let taken = 0;
  let offset = 0;
  const sometimes = <T>(oneIn: number, some: fc.Arbitrary<T>) => fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: some });
  const mutation = fc.record({
    flips: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
    cut: sometimes(4, fc.nat(bytes.length)),
    splice: sometimes(4, fc.uint8Array({ maxLength: 20 })),
    whole: sometimes(10, fc.uint8Array({ maxLength: 200 })),
  });
  fc.assert(
    fc.property(mutation, ({ flips, cut, splice, whole }) => {
      let mutated = Uint8Array.from(bytes);
      for (const [at, by] of flips) mutated[at] ^= by;
      if (cut !== null) mutated = mutated.slice(0, cut);
      if (splice !== null) mutated = Uint8Array.from([...mutated.slice(0, 30), ...splice, ...mutated.slice(30)]);
      const decoded = decodeChunk(whole ?? mutated, 'bed-1');
      if (!decoded.ok) {
        expect(REJECT_REASONS).toContain(decoded.reject.reason);
        return;
      }
      taken++;
      const { chunk } = decoded;
      for (const block of chunk.blocks) {
        if (!Number.isFinite(block.aduPerMv) || block.aduPerMv <= 0 || block.samples.some((value) => !Number.isFinite(value) && !(value !== value && block.samples instanceof Float32Array))) expect.fail('a bad number got through');
      }
      takeRecord(partition, { offset: offset++, brokerMs: offset * 10, chunk }, ASSEMBLE_DEFAULTS);
    }),
    { numRuns: MESSAGES },
  );
  expect(taken).toBeGreaterThan(1000);
});

test('what is encoded is decoded again, bit for bit', () => {
  const decoded = decodeChunk(bytes, 'bed-1');
  expect(decoded).toEqual({ ok: true, chunk: { ...good, band: { phase: 'unknown' } } });
});
