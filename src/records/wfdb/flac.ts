import { CELLS_MAX } from '../counts.js';
import { RecordError } from '../errors.js';

/** Where STREAMINFO has rate, channels, bits and length: behind `fLaC`, the block's header and its first ten bytes. */
const STREAMINFO_AT = 18;

/**
 * A FLAC file of WFDB's formats 508, 516 and 524 as interleaved little-endian int32.
 * @param signals that the header has in the file, one a channel
 * @throws RecordError `unreadable`, `unsupported`
 */
export async function unpackedFlac(bytes: Uint8Array, format: number, signals: number, file: string): Promise<Uint8Array> {
  if (bytes.length < STREAMINFO_AT + 8 || String.fromCharCode(...bytes.subarray(0, 4)) !== 'fLaC') {
    throw new RecordError('unreadable', 'no FLAC stream', file, `format ${format} is FLAC: is it the right file?`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + STREAMINFO_AT, 8);
  const channels = ((view.getUint8(2) >> 1) & 7) + 1;
  const bits = (((view.getUint8(2) & 1) << 4) | (view.getUint8(3) >> 4)) + 1;
  const samples = (view.getUint8(3) & 0x0f) * 2 ** 32 + view.getUint32(4);
  if (bits > format - 500) throw new RecordError('unreadable', `${bits} bits a sample`, file, `format ${format} has at most ${format - 500}`);
  if (channels !== signals) throw new RecordError('unreadable', `${channels} channels`, file, `the header has ${signals} signals in it: is it the right file?`);
  // 0 stands for a length that is not known: nothing would bound what is decoded, or show that some is missing.
  if (samples === 0) throw new RecordError('unsupported', 'its number of samples is not stated', file, 'write it again with flac, which states it in STREAMINFO');
  if (samples * channels > CELLS_MAX) throw new RecordError('unsupported', `${samples} samples of ${channels} channels`, file, `at most ${CELLS_MAX} are read in all: write it in pieces`);
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const { channelData, samplesDecoded, errors } = await decoder.decodeFile(bytes);
    // A damaged frame is left out in silence, and all behind it would stand too early.
    if (errors.length > 0 || samplesDecoded !== samples) throw new RecordError('unreadable', `FLAC gives ${samplesDecoded} of ${samples} samples`, file, 'it is damaged or cut short: fetch it again');
    // The decoder gives count / (2^(bits − 1) − 1) in float32, which holds every count of 24 bits.
    const scale = 2 ** (bits - 1) - 1;
    const out = new Int32Array(samplesDecoded * channelData.length);
    channelData.forEach((values, channel) => {
      for (let i = 0, to = channel; i < samplesDecoded; i++, to += channelData.length) out[to] = Math.round(values[i] * scale);
    });
    return new Uint8Array(out.buffer);
  } finally {
    decoder.free();
  }
}
