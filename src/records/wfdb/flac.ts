import type { CodecFrame } from 'codec-parser';
import { CELLS_MAX } from '../counts.js';
import { RecordError, type RecordWarning } from '../errors.js';

/** Where STREAMINFO has rate, channels, bits and length: behind `fLaC`, the block's header and its first ten bytes. */
const STREAMINFO_AT = 18;

/** What a record's header states of a FLAC file. */
export interface FlacLayout {
  readonly file: string;
  readonly format: number;
  /** One a channel. */
  readonly signals: number;
  /** Of each, from the first of the file; undefined: the header does not state it. */
  readonly samples?: number;
}

/**
 * A FLAC file of WFDB's formats 508, 516 and 524 as interleaved little-endian int32, no longer than the header of its record states.
 * Its frames say how many samples each has: they are counted before the first is decoded.
 * @throws RecordError `unreadable`, `unsupported`
 */
export async function unpackedFlac(bytes: Uint8Array, { file, format, signals, samples }: FlacLayout, warnings: RecordWarning[]): Promise<Uint8Array> {
  if (bytes.length < STREAMINFO_AT + 8 || String.fromCharCode(...bytes.subarray(0, 4)) !== 'fLaC') {
    throw new RecordError('unreadable', 'no FLAC stream', file, `format ${format} is FLAC: is it the right file?`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + STREAMINFO_AT, 8);
  const channels = ((view.getUint8(2) >> 1) & 7) + 1;
  const bits = (((view.getUint8(2) & 1) << 4) | (view.getUint8(3) >> 4)) + 1;
  const stated = (view.getUint8(3) & 0x0f) * 2 ** 32 + view.getUint32(4);
  if (bits > format - 500) throw new RecordError('unreadable', `${bits} bits a sample`, file, `format ${format} has at most ${format - 500}`);
  if (channels !== signals) throw new RecordError('unreadable', `${channels} channels`, file, `the header has ${signals} signals in it: is it the right file?`);
  // 0 stands for a length that is not known: nothing would show that some is missing.
  if (stated === 0) throw new RecordError('unsupported', 'its number of samples is not stated', file, 'write it again with flac, which states it in STREAMINFO');
  const wanted = Math.min(samples ?? stated, stated);
  if (wanted * channels > CELLS_MAX) throw new RecordError('unsupported', `${wanted} samples of ${channels} channels`, file, `at most ${CELLS_MAX} are read in all: write it in pieces`);
  const frames = await framesOf(bytes);
  const there = frames.reduce((sum, frame) => sum + frame.samples, 0);
  // A damaged frame is left out in silence, and all behind it would stand too early.
  if (there !== stated) throw new RecordError('unreadable', `FLAC gives ${there} of ${stated} samples`, file, 'it is damaged or cut short: fetch it again');
  if (stated > wanted + 1) warnings.push({ code: 'longer-than-header', what: `${stated} samples, the header says ${wanted}`, where: file });
  const head = bytes.slice(0, STREAMINFO_AT + 24);
  // As if no other block followed: frames may leave their rate and size to STREAMINFO.
  head[4] |= 0x80;
  return decoded(head, frames, { file, channels, bits, wanted });
}

/** The frames, coded. */
async function framesOf(bytes: Uint8Array): Promise<readonly CodecFrame[]> {
  const { default: CodecParser } = await import('codec-parser');
  return new CodecParser<CodecFrame>('audio/flac', { enableFrameCRC32: false }).parseAll(bytes);
}

/** Frame by frame, as far as is wanted: a frame that gives other than it says ends it. */
async function decoded(head: Uint8Array, frames: readonly CodecFrame[], { file, channels, bits, wanted }: { readonly file: string; readonly channels: number; readonly bits: number; readonly wanted: number }): Promise<Uint8Array> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  await decoder.ready;
  // The decoder gives count / (2^(bits − 1) − 1) in float32, which holds every count of 24 bits.
  const scale = 2 ** (bits - 1) - 1;
  const out = new Int32Array(wanted * channels);
  try {
    await decoder.decodeFrames([head]);
    let at = 0;
    for (const frame of frames) {
      if (at === wanted) break;
      const { channelData, samplesDecoded, errors } = await decoder.decodeFrames([frame.data]);
      if (errors.length > 0 || samplesDecoded !== frame.samples || channelData.length !== channels) throw new RecordError('unreadable', `FLAC gives ${at} of ${wanted} samples`, file, 'it is damaged or cut short: fetch it again');
      const taken = Math.min(samplesDecoded, wanted - at);
      channelData.forEach((values, channel) => {
        for (let i = 0, to = at * channels + channel; i < taken; i++, to += channels) out[to] = Math.round(values[i] * scale);
      });
      at += taken;
    }
  } finally {
    decoder.free();
  }
  return new Uint8Array(out.buffer);
}
