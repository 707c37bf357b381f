import type { Counts } from '../counts.js';
import { CELLS_MAX, fitted } from '../counts.js';
import { RecordError, type RecordWarning } from '../errors.js';
import { type EcgRecord, ecgRecord, type FileRecording, type ReadOptions } from '../record.js';
import type { RecordHeader, SignalHeader } from './header.js';
import { checksumOf, decodeSamples, FORMAT_NUMBERS, framesIn, isFlac, isFormat, sameChecksum } from './samples.js';

/** Name of a signal file that is none: the signal has no samples. */
const NO_FILE = '~';

/**
 * A record of one segment from its header and the bytes of its signal files; those of FLAC formats as `unpackedFlac` gives them.
 * @param bytesOf the whole content of a signal file, by its name in the header
 * @throws RecordError `unknown-format`, `unsupported` (rate), and whatever `bytesOf` throws
 */
export function assembleRecord(name: string, header: RecordHeader, bytesOf: (file: string) => Uint8Array, options: ReadOptions = {}): EcgRecord {
  return ecgRecord(name, segmentOf(`${name}.hea`, header, bytesOf), options);
}

/** The same, before anything is known of leads. */
export function segmentOf(where: string, header: RecordHeader, bytesOf: (file: string) => Uint8Array): FileRecording {
  const warnings: RecordWarning[] = [...header.warnings];
  const counts: Counts[] = new Array(header.signals.length);
  for (const group of groupByFile(header.signals)) decodeFile(group, header, bytesOf, counts, warnings);
  const frames = header.signals.reduce((longest, { perFrame }, i) => Math.max(longest, Math.ceil(counts[i].length / perFrame)), 0);
  return {
    where,
    startMs: header.startMs,
    annotationHz: header.rateHz,
    comments: header.comments,
    warnings,
    signals: header.signals.map(({ label, unit, gain, baseline, perFrame, skew }, i) => ({
      label, unit, gain, offset: baseline, rateHz: header.rateHz * perFrame, counts: fitted(counts[i], frames * perFrame, skew * perFrame),
    })),
  };
}

interface FileGroup {
  readonly file: string;
  readonly channels: readonly number[];
}

/** Signals of one file stand together in the header and are interleaved in the file. */
function groupByFile(signals: readonly SignalHeader[]): FileGroup[] {
  const groups = new Map<string, number[]>();
  signals.forEach(({ file }, channel) => {
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [channel]);
    else group.push(channel);
  });
  return [...groups].map(([file, channels]) => ({ file, channels }));
}

function decodeFile(
  { file, channels }: FileGroup, header: RecordHeader, bytesOf: (file: string) => Uint8Array,
  counts: Counts[], warnings: RecordWarning[],
): void {
  if (file === NO_FILE) {
    for (const channel of channels) counts[channel] = new Int16Array(0);
    return;
  }
  const signals = channels.map((channel) => header.signals[channel]);
  const { format, byteOffset } = signals[0];
  if (!isFormat(format) || signals.some((signal) => signal.format !== format)) {
    throw new RecordError('unknown-format', `signal format ${format}`, file, `formats ${FORMAT_NUMBERS.join(', ')} are read, one a file; convert with xform or wfdb for Python`);
  }
  const perFrame = signals.reduce((sum, signal) => sum + signal.perFrame, 0);
  // Of FLAC the offset counts samples, not bytes.
  const bytes = bytesOf(file).subarray(isFlac(format) ? 4 * byteOffset * channels.length : byteOffset);
  const there = framesIn(format, bytes.length, perFrame);
  const frames = Math.min(there, header.samples ?? there);
  if (frames * perFrame > CELLS_MAX) throw new RecordError('unsupported', `${frames} samples of ${channels.length} signals`, file, `at most ${CELLS_MAX} are read in all: write it in pieces`);
  if (header.samples !== undefined && there < header.samples) {
    warnings.push({ code: 'truncated', what: `${there} of ${header.samples} samples are there`, where: file });
  } else if (there > frames + 1) {
    warnings.push({ code: 'longer-than-header', what: `${there} samples, the header says ${frames}`, where: file });
  }
  const decoded = isFlac(format) ? decodeFlac(format, bytes, signals, frames) : decodeSamples(format, bytes, signals, frames);
  const wrong: string[] = [];
  channels.forEach((channel, index) => {
    const { checksum, label } = header.signals[channel];
    counts[channel] = decoded[index];
    if (checksum === undefined || frames !== header.samples) return;
    const sum = checksumOf(format, decoded[index]);
    if (!sameChecksum(sum, checksum)) wrong.push(`of ${label} ${sum} for ${checksum}`);
  });
  if (wrong.length > 0) warnings.push({ code: 'checksum', what: `checksums are not those of the header: ${wrong.join(', ')}`, where: file });
}

/** Channels of FLAC take turns sample by sample, also where a frame has several: a frame of two samples is two turns. */
function decodeFlac(format: number, bytes: Uint8Array, signals: readonly SignalHeader[], frames: number): Counts[] {
  const [{ perFrame }] = signals;
  if (signals.some((signal) => signal.perFrame !== perFrame)) throw new RecordError('bad-header', 'signals of several rates in one FLAC file', signals[0].file, 'its channels have one rate');
  return decodeSamples(format, bytes, signals.map(({ initial }) => ({ perFrame: 1, initial })), frames * perFrame);
}
