import { cutText, isPlausibleTime } from '../ecg/index.js';
import { CELLS_MAX } from './counts.js';
import { MONTHS } from './dates.js';
import { RecordError, type RecordWarning } from './errors.js';
import { type Piece, placed } from './pieces.js';
import { type FileRecording, type OpenFile, SIMULATED_COMMENT } from './record.js';
import { textOf } from './text.js';

const SIGNALS_MAX = 512;
const HEADER_BYTES = 256;
const ANNOTATIONS = /^(EDF|BDF) Annotations$/;

interface SignalHeader {
  readonly label: string;
  readonly unit: string;
  readonly physical: readonly [number, number];
  readonly digital: readonly [number, number];
  /** In a data record. */
  readonly samples: number;
  /** Of its first sample in a data record. */
  readonly byte: number;
}

/**
 * EDF and EDF+ (16 bits), BDF and BDF+ (24 bits), with gaps (EDF+D) where records say their time. Of annotations the times of data records are read, no more.
 * Source: Kemp 1992, Kemp and Olivan 2003 (edfplus.info), BioSemi. @throws RecordError `bad-header`, `unsupported`
 */
export function readEdf({ where, bytes }: OpenFile): FileRecording {
  const size = bytes[0] === 0xff ? 3 : 2;
  const text = (from: number, length: number) => textOf(bytes.subarray(from, from + length)).replace(/\0/g, ' ').trim();
  const bad = (what: string, hint: string) => new RecordError('bad-header', what, where, hint);
  if (bytes.length < HEADER_BYTES) throw bad(`${bytes.length} bytes`, 'a header alone has 256: the file is cut short');
  const number = (from: number, length: number, what: string): number => {
    const value = Number(text(from, length).replace(',', '.'));
    if (text(from, length) === '') throw bad(`${what} is missing`, 'the file is damaged, or another format');
    if (!Number.isFinite(value)) throw bad(`${what} is ${cutText(text(from, length), 32)}`, 'it is a number');
    return value;
  };
  const count = number(252, 4, 'number of signals');
  if (!Number.isInteger(count) || count < 1 || count > SIGNALS_MAX) throw bad(`${count} signals`, `1 to ${SIGNALS_MAX} are read`);
  const headerBytes = HEADER_BYTES * (count + 1);
  if (bytes.length < headerBytes) throw bad(`${count} signals announced`, 'the header is cut short');
  const seconds = number(244, 8, 'duration of a data record');
  const kind = text(192, 44);
  const signals: SignalHeader[] = [];
  let byte = 0;
  for (let i = 0; i < count; i++) {
    const field = (before: number, length: number) => HEADER_BYTES + before * count + i * length;
    const samples = number(field(216, 8), 8, 'samples a data record');
    if (!Number.isInteger(samples) || samples < 0 || samples > CELLS_MAX) throw bad(`${samples} samples a data record`, 'a whole number, 0 or above');
    const both = (a: number, b: number, what: string): [number, number] => [number(field(a, 8), 8, what), number(field(b, 8), 8, what)];
    signals.push({ label: text(field(0, 16), 16), unit: text(field(96, 8), 8), physical: both(104, 112, 'physical range'), digital: both(120, 128, 'digital range'), samples, byte });
    byte += samples * size;
  }
  if (byte === 0) throw bad('data records without samples', 'the file is cut short, or another format');
  const warnings: RecordWarning[] = [];
  const records = recordsIn(number(236, 8, 'number of data records'), bytes.length - headerBytes, byte, where, warnings);
  const ecg = signals.filter(({ label, samples }) => !ANNOTATIONS.test(label) && samples > 0);
  if (!(seconds > 0) && ecg.length > 0) throw bad(`a data record of ${seconds} s`, 'it lasts longer than 0 s');
  const timing = signals.find(({ label }) => ANNOTATIONS.test(label));
  const onsets = timing === undefined ? undefined : onsetsOf(bytes, headerBytes, byte, records, timing, size);
  const runs = onsets === undefined ? [] : runsOf(onsets, seconds);
  const isWithGaps = /^(EDF|BDF)\+D/.test(kind);
  warnings.push(...warningsOf(isWithGaps, onsets, runs.length, where));
  const placedRuns = isWithGaps && onsets !== undefined ? runs : [{ first: 0, records, atS: onsets?.[0] ?? 0 }];
  const firstS = placedRuns.reduce((earliest, { atS }) => Math.min(earliest, atS), Infinity);
  return {
    where,
    startMs: startOf(text(168, 8), text(176, 8), text(88, 80), Number.isFinite(firstS) ? firstS : 0, where, warnings),
    comments: commentsOf(text(88, 80)),
    signals: placed(ecg.flatMap((signal, channel) => piecesOf(channel, signal, bytes, headerBytes, byte, size, seconds, placedRuns, warnings, where)), where, warnings),
    warnings,
  };
}

/** Simulated ECGs say so in the field of the recording, whose parts have `_` for a space. */
function commentsOf(recording: string): string[] {
  return recording.replaceAll('_', ' ').includes(SIMULATED_COMMENT) ? [SIMULATED_COMMENT] : [];
}

function recordsIn(announced: number, dataBytes: number, recordBytes: number, where: string, warnings: RecordWarning[]): number {
  const there = Math.floor(dataBytes / recordBytes);
  if (announced > there) warnings.push({ code: 'truncated', what: `${there} of ${announced} data records are there`, where });
  else if (announced >= 0 && there > announced) warnings.push({ code: 'longer-than-header', what: `${there} data records, the header says ${announced}`, where });
  else if (announced < 0 && dataBytes % recordBytes !== 0) warnings.push({ code: 'truncated', what: 'the last data record is not whole', where });
  return announced < 0 ? there : Math.min(there, announced);
}

interface Run {
  readonly first: number;
  readonly records: number;
  readonly atS: number;
}

/** Data records that follow one another without a gap; the first without a time of its own begins at 0. */
function runsOf(onsets: readonly (number | undefined)[], seconds: number): readonly Run[] {
  const runs: { first: number; records: number; atS: number }[] = [];
  onsets.forEach((onset, i) => {
    const last = runs.at(-1);
    const expected = last === undefined ? NaN : last.atS + last.records * seconds;
    // Half a millisecond is rounding.
    if (last !== undefined && (onset === undefined || Math.abs(onset - expected) < 5e-4)) last.records++;
    else runs.push({ first: i, records: 1, atS: onset ?? 0 });
  });
  return runs;
}

/** What of the data records' times is not as the header says. */
function warningsOf(isWithGaps: boolean, onsets: readonly (number | undefined)[] | undefined, runs: number, where: string): RecordWarning[] {
  if (onsets === undefined) return isWithGaps ? [{ code: 'time', what: 'its data records have gaps between them and no times: taken to follow one another', where }] : [];
  const untimed = onsets.reduce<number>((count, onset, i) => count + (onset === undefined && i > 0 ? 1 : 0), 0);
  return [
    ...(isWithGaps && runs > 1 ? [{ code: 'gap' as const, what: `${runs - 1} gaps between data records`, where }] : []),
    ...(!isWithGaps && runs > 1 ? [{ code: 'time' as const, what: `the times of data records have ${runs - 1} gaps, the header says that there are none: taken to follow one another`, where }] : []),
    ...(onsets.length > 0 && onsets[0] === undefined ? [{ code: 'time' as const, what: 'the first data record has no time of its own: taken as the start', where }] : []),
    ...(untimed > 0 ? [{ code: 'time' as const, what: `${untimed} data records have no time of their own: taken to follow the one before`, where }] : []),
  ];
}

/** `+12.5` at the beginning of each data record's annotations: its time; undefined where there is none. */
function onsetsOf(bytes: Uint8Array, headerBytes: number, recordBytes: number, records: number, { byte, samples }: SignalHeader, size: number): (number | undefined)[] {
  return Array.from({ length: records }, (_, i) => {
    const from = headerBytes + i * recordBytes + byte;
    const found = /^([+-]\d+(?:\.\d*)?)[\x14\x15]/.exec(String.fromCharCode(...bytes.subarray(from, from + Math.min(64, samples * size))));
    return found === null ? undefined : Number(found[1]);
  });
}

function piecesOf(
  channel: number, { label, unit, physical, digital, samples, byte }: SignalHeader, bytes: Uint8Array, headerBytes: number, recordBytes: number, size: number,
  seconds: number, runs: readonly Run[], warnings: RecordWarning[], where: string,
): Piece[] {
  const span = physical[1] - physical[0];
  const isCalibrated = span !== 0 && digital[1] !== digital[0];
  if (!isCalibrated) warnings.push({ code: 'no-gain', what: `${label} has no range: not calibrated`, where });
  const gain = isCalibrated ? (digital[1] - digital[0]) / span : 1;
  return runs.map(({ first, records, atS }) => {
    // Every count is a sample: the lowest of int16 too, which elsewhere means none.
    const counts = new Int32Array(records * samples);
    for (let record = 0, to = 0; record < records; record++) {
      let at = headerBytes + (first + record) * recordBytes + byte;
      for (let k = 0; k < samples; k++, at += size) counts[to++] = size === 2 ? ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16 : ((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) << 8) >> 8;
    }
    return { channel, label, unit: isCalibrated ? unit : 'adu', gain, offset: isCalibrated ? digital[0] - physical[0] * gain : 0, rateHz: rounded(samples / seconds), counts, atS };
  });
}

/** 500.0000000001 is 500. */
const rounded = (rateHz: number): number => Math.round(rateHz * 1e6) / 1e6;

/**
 * `dd.mm.yy` and `hh.mm.ss`; EDF+ has the whole year in the field of the recording. Read as UTC.
 * @param onsetS of the first data record, which may begin within a second
 */
function startOf(date: string, time: string, recording: string, onsetS: number, where: string, warnings: RecordWarning[]): number | undefined {
  const [, hour, minute, second] = /^(\d{1,2})[.:](\d{1,2})[.:](\d{1,2})$/.exec(time) ?? [];
  // Left out on purpose, to hide whose it is.
  if (/^Startdate X\b/i.test(recording)) return undefined;
  const plus = /^Startdate (\d{2})-([A-Z]{3})-(\d{4})/i.exec(recording);
  const short = /^(\d{1,2})[./-](\d{1,2})[./-](\d{2})$/.exec(date);
  const [day, month, year] = plus !== null
    ? [Number(plus[1]), MONTHS.indexOf(plus[2].toUpperCase()), Number(plus[3])]
    : short !== null ? [Number(short[1]), Number(short[2]) - 1, Number(short[3]) + (Number(short[3]) >= 85 ? 1900 : 2000)] : [NaN, NaN, NaN];
  if (plus !== null && short !== null && !(Number(short[1]) === day && Number(short[2]) - 1 === month && Number(short[3]) === year % 100)) warnings.push({ code: 'time', what: `the header has ${cutText(date, 16)} and Startdate ${plus.slice(1).join('-')}: the latter is taken`, where });
  const ms = Date.UTC(year, month, day, Number(hour), Number(minute), Number(second));
  const isDate = Number.isFinite(ms) && new Date(ms).getUTCDate() === day && new Date(ms).getUTCMonth() === month;
  const startMs = ms + Math.round(onsetS * 1000);
  if (isDate && isPlausibleTime(startMs)) return startMs;
  warnings.push({ code: 'time', what: `start ${cutText(`${date} ${time}`, 32)} ${isDate ? 'is not within 1990 to 2100' : 'is none'}`, where });
  return undefined;
}
