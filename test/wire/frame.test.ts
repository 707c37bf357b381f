/** A schema registry's frame before a chunk changes nothing of what is decoded; one that is cut off is refused and says so. Invariants: I173 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeChunk, encodeChunk, rejectText } from '../../src/wire/index.js';
import { chunkOf, ramp } from '../assemble/stream.js';

const chunk = chunkOf(0, { I: ramp(0, 125), II: ramp(0, 125) }, { rateHz: 250 });
const plain = encodeChunk(chunk);

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** As Confluent's serializer writes it; the list [0] is one byte. */
function framed(id: number, indexes: readonly number[], content: Uint8Array): Uint8Array {
  const list = indexes.length === 1 && indexes[0] === 0 ? [0] : [indexes.length, ...indexes].flatMap((index) => varint(2 * index));
  return Uint8Array.from([0, ...[24, 16, 8, 0].map((shift) => (id >>> shift) & 0xff), ...list, ...content]);
}

const frames = fc.record({ id: fc.nat({ max: 2 ** 31 - 1 }), indexes: fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 1, maxLength: 4 }) });
const contents = fc.oneof(
  fc.nat().map((firstSample) => encodeChunk({ ...chunk, firstSample })),
  fc.uint8Array({ minLength: 1, maxLength: 60 }).filter(([first]) => first !== 0),
);

describe('a frame', () => {
  test('of the first message, by its bytes', () => {
    expect([...framed(7, [0], Uint8Array.of(9))]).toEqual([0, 0, 0, 0, 7, 0, 9]);
    expect([...framed(258, [1, 0], Uint8Array.of(9))]).toEqual([0, 0, 0, 1, 2, 4, 2, 0, 9]);
    expect(decodeChunk(framed(7, [0], plain), chunk.device)).toMatchObject({ ok: true });
  });

  test('with and without it the same is decoded, and the same refused', () => {
    fc.assert(
      fc.property(frames, contents, ({ id, indexes }, content) => {
        expect(decodeChunk(framed(id, indexes, content), chunk.device)).toEqual(decodeChunk(content, chunk.device));
      }),
    );
  });

  test('that is cut off is refused as such, wherever it is cut', () => {
    fc.assert(
      fc.property(frames, fc.nat(), ({ id, indexes }, at) => {
        const frame = framed(id, indexes, new Uint8Array());
        expect(decodeChunk(frame.subarray(0, 1 + (at % (frame.length - 1))), chunk.device)).toEqual({ ok: false, reject: { reason: 'bad-frame', samples: 0 } });
      }),
    );
    expect(rejectText({ reason: 'bad-frame' })).toMatch(/schema registry.*cut off/);
  });

  test('without sound indexes is refused: an odd or endless count, a varint that does not end', () => {
    for (const list of [[1], [0x7e], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0], [2, 1]]) {
      expect(decodeChunk(Uint8Array.from([0, 0, 0, 0, 7, ...list, ...plain]), chunk.device), String(list)).toMatchObject({ ok: false, reject: { reason: 'bad-frame' } });
    }
  });

  test('around another format is not taken', () => expect(decodeChunk(framed(7, [0], Buffer.from('{"device":"bed-1"}')), chunk.device)).toMatchObject({ ok: false, reject: { reason: 'undecodable' } }));
});
