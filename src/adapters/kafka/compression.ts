import { gunzipSync } from 'node:zlib';
import { decompressFrameSync } from 'lz4-napi';
import { uncompressSync } from 'snappy';
import { ZSTDDecoder } from 'zstddec';

/*
 * The records of a batch, as their producer compressed them. What a producer sends is not trusted: the size of the
 * output is known or bounded before anything is decompressed.
 */

/** Bytes of one batch once decompressed. Batches hold at most a mebibyte by default as they are sent. */
export const DECOMPRESSED_BYTES_MAX = 64 * 2 ** 20;

export const CODEC = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** The bytes cannot be what they should be: one line in `message`, without any content of a record. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

const zstd = new ZSTDDecoder();
await zstd.init();

/** Throws where the bytes are not of the codec, or would become too many; MalformedError or an error of the codec's own. */
export function decompress(body: Buffer, codec: number): Buffer {
  switch (codec) {
    case CODEC.none:
      return body;
    case CODEC.gzip:
      return gunzip(body);
    case CODEC.snappy:
      return unsnappy(body);
    case CODEC.lz4:
      return unlz4(body);
    case CODEC.zstd:
      return unzstd(body);
    default:
      throw new MalformedError(`there is no codec ${codec}`);
  }
}

function bounded(bytes: number): number {
  if (bytes > DECOMPRESSED_BYTES_MAX) throw new MalformedError(`it would decompress to more than ${DECOMPRESSED_BYTES_MAX} bytes`);
  return bytes;
}

/** zlib's output comes in pieces of this size, in bytes. */
const GZIP_PIECE_MIN = 1_024;
const GZIP_PIECE_MAX = 2 ** 20;

function gunzip(body: Buffer): Buffer {
  if (body.length < 18) throw new MalformedError('the gzip stream is cut off');
  // What it says of its size, modulo 2^32, is only a hint here: zlib itself stops at the bound.
  const hint = bounded(body.readUInt32LE(body.length - 4));
  const chunkSize = Math.min(GZIP_PIECE_MAX, Math.max(GZIP_PIECE_MIN, hint + 1));
  return gunzipSync(body, { maxOutputLength: DECOMPRESSED_BYTES_MAX, chunkSize });
}

/** How the Java client frames snappy: a magic and two versions (int32), then blocks with their lengths (int32). */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;
/** Three bytes of snappy become 64 at most. */
const SNAPPY_RATIO_MAX = 22;

function unsnappy(body: Buffer): Buffer {
  if (body.length < XERIAL_HEADER_BYTES || XERIAL_MAGIC.compare(body, 0, XERIAL_MAGIC.length) !== 0) return snappyBlock(body, 0);
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = XERIAL_HEADER_BYTES; at < body.length; ) {
    const length = at + 4 <= body.length ? body.readInt32BE(at) : -1;
    if (length <= 0 || at + 4 + length > body.length) throw new MalformedError('a snappy block is cut off');
    const block = snappyBlock(body.subarray(at + 4, at + 4 + length), total);
    blocks.push(block);
    total += block.length;
    at += 4 + length;
  }
  return blocks.length === 1 ? blocks[0] : Buffer.concat(blocks, total);
}

function snappyBlock(block: Buffer, before: number): Buffer {
  let size = 0;
  for (let at = 0, scale = 1; ; at++, scale *= 128) {
    if (at >= block.length || at === 5) throw new MalformedError('a snappy block does not say its size');
    size += (block[at] & 0x7f) * scale;
    if (block[at] < 0x80) break;
  }
  bounded(before + size);
  if (size > block.length * SNAPPY_RATIO_MAX) throw new MalformedError('a snappy block says a size that it cannot have');
  return uncompressSync(block) as Buffer;
}

const LZ4_MAGIC = 0x184d2204;
const LZ4_VERSION = 0x40;
const LZ4_FLAG = { version: 0xc0, blockChecksum: 0x10, contentSize: 0x08, contentChecksum: 0x04, dictionary: 0x01 } as const;
/** By the header's code: 64 KiB, 256 KiB, 1 MiB, 4 MiB. */
const lz4BlockBytesMax = (code: number): number => 2 ** (8 + 2 * code);
const LZ4_STORED = 0x8000_0000;
/** A byte of lz4 becomes 255 at most. */
const LZ4_RATIO_MAX = 255;

/** A frame's blocks are walked first: their headers bound what becomes of it. */
function unlz4(body: Buffer): Buffer {
  if (body.length < 11 || body.readUInt32LE(0) !== LZ4_MAGIC) throw new MalformedError('it is no lz4 frame');
  const flags = body[4];
  const code = (body[5] >> 4) & 0x07;
  if ((flags & LZ4_FLAG.version) !== LZ4_VERSION || flags & LZ4_FLAG.dictionary || code < 4) throw new MalformedError('the lz4 frame is of an unknown kind');
  let at = 7 + (flags & LZ4_FLAG.contentSize ? 8 : 0);
  let total = 0;
  for (;;) {
    if (at + 4 > body.length) throw new MalformedError('the lz4 frame is cut off');
    const word = body.readUInt32LE(at);
    at += 4;
    if (word === 0) break;
    const stored = word >= LZ4_STORED;
    const size = stored ? word - LZ4_STORED : word;
    if (size > lz4BlockBytesMax(code)) throw new MalformedError('an lz4 block is larger than its frame allows');
    total = bounded(total + (stored ? size : Math.min(lz4BlockBytesMax(code), size * LZ4_RATIO_MAX)));
    at += size + (flags & LZ4_FLAG.blockChecksum ? 4 : 0);
  }
  at += flags & LZ4_FLAG.contentChecksum ? 4 : 0;
  if (at > body.length) throw new MalformedError('the lz4 frame is cut off');
  const out = decompressFrameSync(body.subarray(0, at));
  bounded(out.length);
  return out;
}

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a50;
const ZSTD_BLOCK_BYTES_MAX = 128 * 1_024;
const ZSTD_BLOCK = { raw: 0, repeated: 1, compressed: 2 } as const;

function unzstd(body: Buffer): Buffer {
  const capacity = Math.min(zstdBytesMax(body), DECOMPRESSED_BYTES_MAX);
  if (capacity === 0) return Buffer.alloc(0);
  // The decoder answers with nothing where the library found an error, or more than there is room for.
  const out = zstd.decode(body, capacity);
  if (out.length === 0) throw new MalformedError('it is no zstd frame, or one that is damaged or too large');
  return Buffer.from(out.buffer, out.byteOffset, out.byteLength);
}

/** At most so many bytes become of the frames: what they say, or what their blocks can hold. */
function zstdBytesMax(body: Buffer): number {
  let total = 0;
  for (let at = 0; at < body.length; ) {
    if (at + 8 > body.length) throw new MalformedError('the zstd frame is cut off');
    const magic = body.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === ZSTD_SKIPPABLE) {
      at += 8 + body.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== ZSTD_MAGIC) throw new MalformedError('it is no zstd frame');
    const frame = zstdFrame(body, at);
    total += frame.bytesMax;
    at = frame.end;
  }
  return total;
}

function zstdFrame(body: Buffer, start: number): { end: number; bytesMax: number } {
  const descriptor = body[start + 4];
  const single = (descriptor >> 5) & 1;
  const sizeBytes = descriptor >> 6 === 0 ? single : 1 << (descriptor >> 6);
  const sizeAt = start + 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  let at = sizeAt + sizeBytes;
  if (at > body.length) throw new MalformedError('the zstd frame is cut off');
  const size = sizeBytes === 8 ? Number(body.readBigUInt64LE(sizeAt)) : sizeBytes > 0 ? body.readUIntLE(sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0) : undefined;
  if (size !== undefined) bounded(size);
  let blocks = 0;
  for (let last = false; !last; ) {
    if (at + 3 > body.length) throw new MalformedError('the zstd frame is cut off');
    const header = body.readUIntLE(at, 3);
    last = (header & 1) === 1;
    const kind = (header >> 1) & 3;
    const length = header >> 3;
    blocks += kind === ZSTD_BLOCK.compressed ? ZSTD_BLOCK_BYTES_MAX : length;
    at += 3 + (kind === ZSTD_BLOCK.repeated ? 1 : length);
  }
  at += descriptor & 4 ? 4 : 0;
  if (at > body.length) throw new MalformedError('the zstd frame is cut off');
  return { end: at, bytesMax: Math.min(blocks, size ?? blocks) };
}
