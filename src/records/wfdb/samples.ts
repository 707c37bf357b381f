import { NO_SAMPLE_INT16, NO_SAMPLE_INT32 } from '../../ecg/index.js';
import { type Counts, noSampleOf } from '../counts.js';

/** What is known of a signal format. Source: WFDB signal(5). */
interface Format {
  /** Where one is, the count that means "no sample". */
  readonly none?: number;
  /** Counts beyond int16. */
  readonly isWide?: boolean;
  /** Samples in so many bytes; the last may lie in a block that is not whole. */
  samplesIn(bytes: number): number;
  /** The sample of a place in the file. */
  reader(bytes: Uint8Array): (index: number) => number;
}

const inBytes = (size: number) => (bytes: number) => Math.floor(bytes / size);

/** Three samples of 10 bits in four bytes; the rest of a block that is cut holds `rest` of its bytes. */
const inQuads = (rest: readonly number[]) => (bytes: number) => Math.floor(bytes / 4) * 3 + rest[bytes % 4];

const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);

const read16 = (bytes: Uint8Array) => (i: number) => signed(bytes[2 * i] | (bytes[2 * i + 1] << 8), 16);
const read32 = (bytes: Uint8Array) => (i: number) => bytes[4 * i] | (bytes[4 * i + 1] << 8) | (bytes[4 * i + 2] << 16) | (bytes[4 * i + 3] << 24);

/** FLAC formats come here decoded: as int32 (`unpackedFlac`). */
const FLAC = { samplesIn: inBytes(4), reader: read32 };

const FORMATS: Readonly<Record<number, Format>> = {
  8: { isWide: true, samplesIn: inBytes(1), reader: (bytes) => (i) => signed(bytes[i], 8) },
  16: { none: -32768, samplesIn: inBytes(2), reader: read16 },
  24: { none: -(2 ** 23), isWide: true, samplesIn: inBytes(3), reader: (bytes) => (i) => signed(bytes[3 * i] | (bytes[3 * i + 1] << 8) | (bytes[3 * i + 2] << 16), 24) },
  32: { none: NO_SAMPLE_INT32, isWide: true, samplesIn: inBytes(4), reader: read32 },
  61: { none: -32768, samplesIn: inBytes(2), reader: (bytes) => (i) => signed((bytes[2 * i] << 8) | bytes[2 * i + 1], 16) },
  80: { none: -128, samplesIn: inBytes(1), reader: (bytes) => (i) => bytes[i] - 128 },
  160: { none: -32768, samplesIn: inBytes(2), reader: (bytes) => (i) => (bytes[2 * i] | (bytes[2 * i + 1] << 8)) - 32768 },
  212: { none: -2048, samplesIn: (bytes) => Math.floor(bytes / 3) * 2 + (bytes % 3 === 2 ? 1 : 0), reader: read212 },
  310: { none: -512, samplesIn: inQuads([0, 0, 1, 1]), reader: read310 },
  311: { none: -512, samplesIn: inQuads([0, 0, 1, 2]), reader: read311 },
  508: { none: -128, ...FLAC },
  516: { none: -32768, ...FLAC },
  524: { none: -(2 ** 23), isWide: true, ...FLAC },
};

export const FORMAT_NUMBERS: readonly number[] = Object.keys(FORMATS).map(Number);
export const isFormat = (format: number): boolean => Object.hasOwn(FORMATS, format);
export const isFlac = (format: number): boolean => format > 500 && isFormat(format);

/** Two samples in three bytes: the second byte holds the high four bits of both. */
function read212(bytes: Uint8Array): (index: number) => number {
  return (index) => {
    const at = (index >> 1) * 3;
    return signed((index & 1) === 0 ? bytes[at] | ((bytes[at + 1] & 0x0f) << 8) : bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4), 12);
  };
}

/** The third sample has its bits in the high ends of both 16-bit words. */
function read310(bytes: Uint8Array): (index: number) => number {
  return (index) => {
    const at = Math.floor(index / 3) * 4;
    const part = index % 3;
    if (part < 2) return signed((bytes[at + 2 * part] >> 1) | ((bytes[at + 2 * part + 1] & 0x07) << 7), 10);
    return signed((bytes[at + 1] >> 3) | ((bytes[at + 3] >> 3) << 5), 10);
  };
}

/** Three samples one after another in the low 30 bits of a 32-bit word. */
function read311(bytes: Uint8Array): (index: number) => number {
  return (index) => {
    const at = Math.floor(index / 3) * 4;
    switch (index % 3) {
      case 0: return signed(bytes[at] | ((bytes[at + 1] & 0x03) << 8), 10);
      case 1: return signed((bytes[at + 1] >> 2) | ((bytes[at + 2] & 0x0f) << 6), 10);
      default: return signed((bytes[at + 2] >> 4) | ((bytes[at + 3] & 0x3f) << 4), 10);
    }
  };
}

/** Whole frames in `bytes` bytes. */
export function framesIn(format: number, bytes: number, samplesPerFrame: number): number {
  return Math.floor(FORMATS[format].samplesIn(bytes) / samplesPerFrame);
}

/** What is read of each signal of a file. */
export interface SignalLayout {
  readonly perFrame: number;
  readonly initial: number;
}

/**
 * Frames of a file, each with `perFrame` samples of each signal in turn, as counts.
 * @returns one array a signal; what the format calls "no sample" becomes that of the array's type
 */
export function decodeSamples(format: number, bytes: Uint8Array, signals: readonly SignalLayout[], frames: number): Counts[] {
  const { none, isWide, reader } = FORMATS[format];
  const read = reader(bytes);
  const size = signals.reduce((sum, { perFrame }) => sum + perFrame, 0);
  let first = 0;
  return signals.map(({ perFrame, initial }) => {
    const counts = isWide === true ? new Int32Array(frames * perFrame) : new Int16Array(frames * perFrame);
    const hole = noSampleOf(counts);
    let last = initial;
    for (let frame = 0, to = 0; frame < frames; frame++) {
      for (let k = 0, index = frame * size + first; k < perFrame; k++, index++) {
        const count = read(index);
        // Format 8 holds differences.
        if (format === 8) counts[to++] = last = (last + count) | 0;
        else counts[to++] = count === none ? hole : count;
      }
    }
    first += perFrame;
    return counts;
  });
}

/** Interleaves signals of equal length as format 16. */
export function encode16(signals: readonly Int16Array[]): Uint8Array {
  const frames = signals.length === 0 ? 0 : signals[0].length;
  const bytes = new Uint8Array(2 * frames * signals.length);
  signals.forEach((counts, signal) => {
    for (let frame = 0, at = 2 * signal; frame < frames; frame++, at += 2 * signals.length) {
      bytes[at] = counts[frame];
      bytes[at + 1] = counts[frame] >> 8;
    }
  });
  return bytes;
}

/** The same as format 32. */
export function encode32(signals: readonly Int32Array[]): Uint8Array {
  const frames = signals.length === 0 ? 0 : signals[0].length;
  const view = new DataView(new ArrayBuffer(4 * frames * signals.length));
  signals.forEach((counts, signal) => counts.forEach((count, frame) => view.setInt32(4 * (frame * signals.length + signal), count, true)));
  return new Uint8Array(view.buffer);
}

/** Sum of the counts modulo 65536, in −32768 … 32767. */
export function checksumOf(format: number, counts: Counts): number {
  const hole = noSampleOf(counts);
  const none = FORMATS[format].none ?? NO_SAMPLE_INT16;
  let sum = 0;
  for (const count of counts) sum = (sum + (count === hole ? none : count)) | 0;
  return (sum << 16) >> 16;
}

/** Headers hold checksums signed or unsigned. */
export function sameChecksum(a: number, b: number): boolean {
  return ((a - b) & 0xffff) === 0;
}
