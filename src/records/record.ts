import { NO_SAMPLE_INT16, type Origin } from '../ecg/index.js';
import { RecordError, type RecordWarning } from './errors.js';
import type { RecordHeader, SignalHeader } from './header.js';
import { MV_PER_UNIT, nameLeads } from './leads.js';
import { checksumOf, decodeSamples, FORMATS, framesIn, isFormat, sameChecksum } from './samples.js';

/** Rates that the engine takes. */
const RATE_MIN_HZ = 100;
const RATE_MAX_HZ = 1000;
/** Start of a record whose header has no date: 2000-01-01T00:00:00Z. */
export const START_UNKNOWN_MS = Date.UTC(2000, 0, 1);
/** What is simulated says so in its header, wherever the file goes. */
export const SIMULATED_COMMENT = 'Simulated: no patient';

/** One ECG lead of a record. mV = (count − offsetAdu) / aduPerMv. */
export interface RecordLead {
  /** As the header spells it. */
  readonly label: string;
  /** As the engine knows it. */
  readonly name: string;
  readonly origin: Exclude<Origin, 'missing'>;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  /** NO_SAMPLE_INT16 where the record has no sample. */
  readonly counts: Int16Array;
  /** Index of the signal in the header. */
  readonly channel: number;
}

export interface EcgRecord {
  readonly name: string;
  readonly rateHz: number;
  /** Samples per lead. */
  readonly samples: number;
  /** UTC, ms since 1970. */
  readonly startMs: number;
  readonly leads: readonly RecordLead[];
  readonly skipped: readonly { readonly label: string; readonly why: string }[];
  readonly comments: readonly string[];
  /** The header says so: nobody's ECG. */
  readonly simulated: boolean;
  readonly warnings: readonly RecordWarning[];
}

export interface ReadOptions {
  /** Overrides the gain of every ECG lead: some published headers are wrong. */
  readonly gainAduPerMv?: number;
}

/**
 * A record from its header and the bytes of its signal files.
 * @param bytesOf the whole content of a signal file, by its name in the header
 * @throws RecordError `unknown-format`, `unsupported` (rate), and whatever `bytesOf` throws
 */
export function assembleRecord(
  name: string, header: RecordHeader, bytesOf: (file: string) => Uint8Array, options: ReadOptions = {},
): EcgRecord {
  if (header.rateHz < RATE_MIN_HZ || header.rateHz > RATE_MAX_HZ) {
    throw new RecordError('unsupported', `${header.rateHz} Hz`, `${name}.hea`, `the engine takes ${RATE_MIN_HZ} to ${RATE_MAX_HZ} Hz: resample the record, with xform say`);
  }
  const warnings: RecordWarning[] = [...header.warnings];
  const counts: Int16Array[] = new Array(header.signals.length);
  for (const group of groupByFile(header.signals)) decodeFile(group, header, bytesOf, counts, warnings);
  const samples = counts.reduce((longest, signal) => Math.max(longest, signal.length), 0);
  const { leads, skipped } = nameLeads(header.signals);
  return {
    name,
    rateHz: header.rateHz,
    samples,
    startMs: header.startMs ?? START_UNKNOWN_MS,
    leads: leads.map((lead) => {
      const signal = header.signals[lead.channel];
      const gain = options.gainAduPerMv ?? aduPerMv(signal, `${name}.hea ${lead.label}`, warnings);
      const there = shifted(counts[lead.channel], signal.skew, samples);
      // A negative gain is a signal upside down; the engine's gains are positive.
      return gain > 0
        ? { ...lead, aduPerMv: gain, offsetAdu: signal.baseline, counts: there }
        : { ...lead, aduPerMv: -gain, offsetAdu: -signal.baseline, counts: there.map((count) => (count === NO_SAMPLE_INT16 ? count : -count)) };
    }),
    skipped: skipped.map(({ label, why }) => ({ label, why })),
    comments: header.comments,
    simulated: header.comments.includes(SIMULATED_COMMENT),
    warnings,
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
  counts: Int16Array[], warnings: RecordWarning[],
): void {
  const { format, byteOffset } = header.signals[channels[0]];
  if (!isFormat(format) || channels.some((channel) => header.signals[channel].format !== format)) {
    throw new RecordError('unknown-format', `signal format ${format}`, file,
      `formats ${FORMATS.join(' and ')} are read; convert with xform or wfdb for Python`);
  }
  const bytes = bytesOf(file).subarray(byteOffset);
  const there = framesIn(format, bytes.length, channels.length);
  const frames = Math.min(there, header.samples ?? there);
  if (header.samples !== undefined && there < header.samples) {
    warnings.push({ code: 'truncated', what: `${there} of ${header.samples} samples are there`, where: file });
  } else if (there > frames + 1) {
    warnings.push({ code: 'longer-than-header', what: `${there} samples, the header says ${frames}`, where: file });
  }
  const decoded = decodeSamples(format, bytes, channels.length, frames);
  channels.forEach((channel, index) => {
    const { checksum, label } = header.signals[channel];
    counts[channel] = decoded[index];
    if (checksum === undefined || frames !== header.samples) return;
    const sum = checksumOf(format, decoded[index]);
    if (!sameChecksum(sum, checksum)) {
      warnings.push({ code: 'checksum', what: `checksum of ${label} is ${sum}, the header says ${checksum}`, where: file });
    }
  });
}

function aduPerMv({ gain, unit }: SignalHeader, where: string, warnings: RecordWarning[]): number {
  const mv = MV_PER_UNIT[unit.toLowerCase()];
  if (mv === undefined) warnings.push({ code: 'unit', what: `unit ${unit} taken as mV`, where });
  return gain / (mv ?? 1);
}

/** A signal set back by its skew, filled up with holes to the record's length. */
function shifted(counts: Int16Array, skew: number, samples: number): Int16Array {
  if (skew === 0 && counts.length === samples) return counts;
  const out = new Int16Array(samples).fill(NO_SAMPLE_INT16);
  out.set(counts.subarray(Math.min(skew, counts.length)));
  return out;
}
