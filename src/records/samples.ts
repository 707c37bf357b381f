import { NO_SAMPLE_INT16 } from '../ecg/index.js';

/** "No sample" in format 212. */
export const NO_SAMPLE_212 = -2048;

export const FORMATS = [16, 212] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(format: number): format is Format {
  return format === 16 || format === 212;
}

/** Whole frames (one sample of each of `signals`) in `bytes` bytes. */
export function framesIn(format: Format, bytes: number, signals: number): number {
  const samples = format === 16 ? Math.floor(bytes / 2) : Math.floor(bytes / 3) * 2 + (bytes % 3 === 2 ? 1 : 0);
  return Math.floor(samples / signals);
}

/**
 * Interleaved samples of `signals` signals, as counts. Source: WFDB signal(5).
 * @returns one array of `frames` counts a signal; what the format calls "no sample" becomes NO_SAMPLE_INT16
 */
export function decodeSamples(format: Format, bytes: Uint8Array, signals: number, frames: number): Int16Array[] {
  const out = Array.from({ length: signals }, () => new Int16Array(frames));
  const read = format === 16 ? read16(bytes) : read212(bytes);
  for (let signal = 0; signal < signals; signal++) {
    const counts = out[signal];
    for (let frame = 0, index = signal; frame < frames; frame++, index += signals) counts[frame] = read(index);
  }
  return out;
}

function read16(bytes: Uint8Array): (index: number) => number {
  return (index) => bytes[2 * index] | (bytes[2 * index + 1] << 8);
}

/** Two samples in three bytes: the second byte holds the high four bits of both. */
function read212(bytes: Uint8Array): (index: number) => number {
  return (index) => {
    const at = (index >> 1) * 3;
    const raw = (index & 1) === 0
      ? bytes[at] | ((bytes[at + 1] & 0x0f) << 8)
      : bytes[at + 2] | ((bytes[at + 1] & 0xf0) << 4);
    const count = (raw << 20) >> 20;
    return count === NO_SAMPLE_212 ? NO_SAMPLE_INT16 : count;
  };
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

/** Sum of the counts modulo 65536, in −32768 … 32767. */
export function checksumOf(format: Format, counts: Int16Array): number {
  let sum = 0;
  for (const count of counts) {
    sum = (sum + (format === 212 && count === NO_SAMPLE_INT16 ? NO_SAMPLE_212 : count)) | 0;
  }
  return (sum << 16) >> 16;
}

/** Headers hold checksums signed or unsigned. */
export function sameChecksum(a: number, b: number): boolean {
  return ((a - b) & 0xffff) === 0;
}
