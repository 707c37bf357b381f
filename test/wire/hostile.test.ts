/** Whatever lies on ecg.signal.v1, decoding answers with a chunk or a reason; it never throws, and no bad number gets through. Invariants: I7 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialPartition } from '../../src/assemble/index.js';
import { takeRecord } from '../assemble/record.js';
import { ASSEMBLE_DEFAULTS } from '../../src/assemble/index.js';
import { SignalChunk } from '../../src/wire/gen/ecg/v1/signal.js';
import { decodeChunk, encodeChunk, REJECT_REASONS, rejectText } from '../../src/wire/index.js';
import { chunkOf, ramp } from '../assemble/stream.js';

const MESSAGES = 100_000;
const good = chunkOf(0, { I: ramp(0, 125), II: ramp(0, 125), V1: ramp(0, 125) }, { paceMarks: [3], rateHz: 250, gatewayTimeMs: 1_700_000_000_250 });
const bytes = encodeChunk(good);

function reasonOf(change: (message: SignalChunk) => void, keyOf: (message: SignalChunk) => string | undefined = ({ device }) => device): string {
  const message = SignalChunk.decode(bytes);
  change(message);
  const decoded = decodeChunk(SignalChunk.encode(message).finish(), keyOf(message));
  return decoded.ok ? 'taken' : decoded.reject.reason;
}

describe('a message that is wrong in one way is refused for that reason', () => {
  const f32 = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
  const cases: [string, (message: SignalChunk) => void][] = [
    ['taken', () => {}],
    ['unsupported-version', (m) => (m.schemaVersion = 2)],
    ['bad-device', (m) => (m.device = '')],
    ['bad-device', (m) => (m.device = 'bed 1\n')],
    ['bad-rate', (m) => (m.rateHz = 99)],
    ['bad-rate', (m) => (m.rateHz = NaN)],
    ['bad-rate', (m) => (m.rateHz = Infinity)],
    ['bad-number', (m) => (m.firstSample = 2 ** 52)],
    ['bad-time', (m) => (m.deviceTimeMs = 0)],
    ['bad-time', (m) => (m.deviceTimeMs = Date.UTC(1990, 0, 1) - 1)],
    ['taken', (m) => (m.deviceTimeMs = Date.UTC(1990, 0, 1))],
    ['taken', (m) => (m.deviceTimeMs = Date.UTC(2100, 0, 1))],
    ['bad-time', (m) => (m.deviceTimeMs = Date.UTC(2100, 0, 1) + 1)],
    ['bad-time', (m) => (m.deviceTimeMs = -(2 ** 52))],
    ['taken', (m) => (m.gatewayTimeMs = 1)],
    ['bad-leads', (m) => (m.declaredLeads = [])],
    ['bad-leads', (m) => (m.declaredLeads = ['I', 'i', 'V1'])],
    ['bad-leads', (m) => (m.declaredLeads = ['I', 'II', 'V1', 'A', 'B', 'C', 'D', 'E'])],
    ['undeclared-lead', (m) => (m.blocks[0].lead = 'V6')],
    ['bad-gain', (m) => (m.blocks[1].aduPerMv = 0)],
    ['bad-gain', (m) => (m.blocks[1].offsetAdu = NaN)],
    ['bad-gain', (m) => (m.blocks[1].offsetAdu = 1e300)],
    ['bad-length', (m) => (m.blocks[2].samples = m.blocks[2].samples.subarray(1))],
    ['bad-length', (m) => (m.blocks[2].samples = m.blocks[2].samples.subarray(2))],
    ['bad-length', (m) => (m.blocks = [])],
    ['bad-length', (m) => (m.blocks[0].format = 0)],
    ['too-long', (m) => (m.blocks[0].samples = Buffer.alloc(2 * 250 * 61))],
    ['nonfinite-samples', (m) => Object.assign(m.blocks[0], { format: 3, samples: f32(NaN, 1) })],
    ['nonfinite-samples', (m) => Object.assign(m.blocks[0], { format: 3, samples: f32(Infinity, 1) })],
    ['nonfinite-samples', (m) => Object.assign(m.blocks[0], { format: 3, samples: f32(1e30, 1) })],
    ['bad-pace-marks', (m) => (m.paceMarks = [125])],
    ['bad-pace-marks', (m) => (m.paceMarks = Array.from({ length: 60 }, (_, i) => i))],
  ];
  for (const [reason, change] of cases) test(`${reason}: ${change.toString().slice(7)}`, () => expect(reasonOf(change)).toBe(reason));
  test('key-mismatch: the record is keyed by another device', () => expect(reasonOf(() => {}, () => 'bed-2')).toBe('key-mismatch'));
  test('key-mismatch: the record has no key, and would lie in any partition', () => expect(reasonOf(() => {}, () => undefined)).toBe('key-mismatch'));
  test('every reason has its words', () => {
    for (const reason of REJECT_REASONS) expect(rejectText({ reason }).length).toBeGreaterThan(20);
  });
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
        if (!Number.isFinite(block.aduPerMv) || block.aduPerMv <= 0 || !block.samples.every(Number.isFinite)) expect.fail('a bad number got through');
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
