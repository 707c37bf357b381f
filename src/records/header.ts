import { cutText, isPlausibleTime } from '../ecg/index.js';
import { RecordError, type RecordWarning } from './errors.js';

/** Gain of a signal whose header says 0 or nothing (WFDB header(5)). */
export const DEFAULT_GAIN = 200;
export const DEFAULT_RATE_HZ = 250;

/** The largest published records have some forty signals. */
const SIGNALS_MAX = 256;
/** No signal of a body is sampled faster. */
const RATE_MAX_HZ = 1e6;
/** Seven weeks at 500 Hz. */
const SAMPLES_MAX = 2 ** 31;
/** Of skew and byte offset, in samples and bytes. */
const PLACE_MAX = 2 ** 31;
/** A header of as many signals, and comments, has less. */
const TEXT_MAX_CHARACTERS = 2 ** 20;
/** A unit or a label as it stands in a header; what is longer is cut. */
const NAME_MAX_CHARACTERS = 128;
/** Of a field in an error or a warning. */
const FIELD_MAX_BYTES = 64;

export interface SignalHeader {
  readonly file: string;
  readonly format: number;
  /** Samples by which the signal lies late in its file. */
  readonly skew: number;
  readonly byteOffset: number;
  /** adu per `unit`. */
  readonly gain: number;
  readonly unit: string;
  /** Count at 0 `unit`; the ADC's zero where the header names no baseline. */
  readonly baseline: number;
  /** Sum of the samples modulo 65536, signed or not; undefined where the header has none. */
  readonly checksum?: number;
  readonly label: string;
}

export interface RecordHeader {
  readonly name: string;
  readonly rateHz: number;
  /** Samples per signal; undefined: the header does not say (0 or absent). */
  readonly samples?: number;
  /** ms since 1970 if the header has both date and time, read as UTC. */
  readonly startMs?: number;
  readonly signals: readonly SignalHeader[];
  readonly comments: readonly string[];
  readonly warnings: readonly RecordWarning[];
}

/**
 * The text of a WFDB header (`.hea`). Source: WFDB header(5), and what is found in published sets.
 * @param where what to call the text in errors and warnings
 * @throws RecordError `bad-header`, `unsupported`
 */
export function parseHeader(text: string, where = 'header'): RecordHeader {
  if (text.length > TEXT_MAX_CHARACTERS) {
    throw new RecordError('bad-header', `${text.length} characters`, where, `a header has at most ${TEXT_MAX_CHARACTERS}: is it another file?`);
  }
  const warnings: RecordWarning[] = [];
  const comments: string[] = [];
  const lines: { readonly text: string; readonly at: string }[] = [];
  text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line.startsWith('#')) comments.push(line.slice(1).trim());
    else if (line !== '') lines.push({ text: line, at: `${where}:${index + 1}` });
  });
  if (lines.length === 0) {
    throw new RecordError('bad-header', 'no record line', where, 'the file is empty or has comments only');
  }
  const record = parseRecordLine(lines[0].text, lines[0].at, warnings);
  if (lines.length - 1 < record.signalCount) {
    throw new RecordError('bad-header', `${record.signalCount} signals announced, ${lines.length - 1} described`, where,
      'the header is cut short');
  }
  const signals = lines.slice(1, 1 + record.signalCount).map((line) => parseSignalLine(line.text, line.at, warnings));
  const { signalCount: _, ...rest } = record;
  return { ...rest, signals, comments, warnings };
}

type RecordLine = Pick<RecordHeader, 'name' | 'rateHz' | 'samples' | 'startMs'> & { readonly signalCount: number };

function parseRecordLine(line: string, at: string, warnings: RecordWarning[]): RecordLine {
  const [nameField, countField, rateField, samplesField, ...times] = line.split(/\s+/);
  if (nameField.includes('/')) {
    throw new RecordError('unsupported', 'a record of several segments', at, 'read its segments one by one');
  }
  const signalCount = Number(countField);
  if (!Number.isInteger(signalCount) || signalCount < 0) {
    throw new RecordError('bad-header', `number of signals is ${shown(countField)}`, at, 'a record line is: name signals rate samples time date');
  }
  if (signalCount > SIGNALS_MAX) {
    throw new RecordError('unsupported', `${signalCount} signals`, at, `at most ${SIGNALS_MAX} are read: write the ECG leads to a record of their own`);
  }
  // "250/128(0)": the part behind the slash is the rate of a counter, not of the samples.
  const rateHz = rateField === undefined ? DEFAULT_RATE_HZ : Number(rateField.split('/')[0]);
  if (!(rateHz > 0 && rateHz <= RATE_MAX_HZ)) {
    throw new RecordError('bad-header', `rate is ${shown(rateField)}`, at, `a rate is a positive number of Hz, at most ${RATE_MAX_HZ}`);
  }
  const samples = samplesField === undefined ? 0 : Number(samplesField);
  if (!Number.isInteger(samples) || samples < 0 || samples > SAMPLES_MAX) {
    throw new RecordError('bad-header', `number of samples is ${shown(samplesField)}`, at, `it is a whole number, 0 if not known, at most ${SAMPLES_MAX}`);
  }
  return {
    name: nameField.replace(/\.(mat|dat|hea)$/i, ''),
    signalCount,
    rateHz,
    samples: samples > 0 ? samples : undefined,
    startMs: parseStart(times, at, warnings),
  };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Time and date in either order: the standard has the time first, the CinC sets the date. */
function parseStart(fields: readonly string[], at: string, warnings: RecordWarning[]): number | undefined {
  let dayMs: number | undefined;
  let timeMs: number | undefined;
  for (const field of fields) {
    const date = /^(\d{1,2})[/-](\d{1,2}|[A-Za-z]{3,9})[/-](\d{4})$/.exec(field);
    const time = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2}(?:\.\d*)?)$/.exec(field);
    if (date) {
      const month = /^\d/.test(date[2]) ? Number(date[2]) - 1 : MONTHS.indexOf(date[2].slice(0, 3).toLowerCase());
      const ms = Date.UTC(Number(date[3]), month, Number(date[1]));
      if (month >= 0 && month < 12 && new Date(ms).getUTCDate() === Number(date[1])) dayMs = ms;
      else warnings.push({ code: 'time', what: `date ${shown(field)} is none`, where: at });
    } else if (time) {
      timeMs = Math.round((Number(time[1] ?? 0) * 3600 + Number(time[2] ?? 0) * 60 + Number(time[3])) * 1000);
    } else {
      warnings.push({ code: 'time', what: `${shown(field)} is neither a time nor a date`, where: at });
    }
  }
  if (dayMs === undefined || timeMs === undefined) return undefined;
  if (isPlausibleTime(dayMs + timeMs)) return dayMs + timeMs;
  // Published sets move dates by a century, to hide whose they are; no monitor sends such a time.
  warnings.push({ code: 'time', what: 'the start is not within 1990 to 2100', where: at });
  return undefined;
}

/** A field as an error shows it. */
function shown(field: string | undefined): string {
  return field === undefined ? 'missing' : cutText(field, FIELD_MAX_BYTES);
}

function parseSignalLine(line: string, at: string, warnings: RecordWarning[]): SignalHeader {
  const [file, formatField, gainField, , zeroField, , checksumField, , ...label] = line.split(/\s+/);
  const format = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(formatField ?? '');
  if (!format) {
    throw new RecordError('bad-header', `format is ${shown(formatField)}`, at, 'a signal line is: file format gain …');
  }
  if (format[2] !== undefined && format[2] !== '1') {
    throw new RecordError('unsupported', `${shown(format[2])} samples a frame`, at, 'write the record with one rate for all signals');
  }
  if (file.includes('/') || file.includes('\\') || file === '..') {
    throw new RecordError('unsupported', `signal file ${shown(file)} in another folder`, at, 'signal and header belong in one folder');
  }
  const [skew, byteOffset] = [Number(format[3] ?? 0), Number(format[4] ?? 0)];
  if (skew > PLACE_MAX || byteOffset > PLACE_MAX) {
    throw new RecordError('bad-header', `skew or byte offset is ${shown(formatField)}`, at, `both are at most ${PLACE_MAX}`);
  }
  const gain = parseGain(gainField, at, warnings);
  const zero = zeroField === undefined ? 0 : Number(zeroField);
  const checksum = checksumField === undefined ? NaN : Number(checksumField);
  return {
    file,
    format: Number(format[1]),
    skew,
    byteOffset,
    gain: gain.gain,
    unit: gain.unit,
    baseline: gain.baseline ?? (Number.isFinite(zero) ? zero : 0),
    checksum: Number.isInteger(checksum) ? checksum : undefined,
    label: label.join(' ').slice(0, NAME_MAX_CHARACTERS),
  };
}

/** `1000.0(0)/mV`, `756(-3)/mV`, `1.683e+04/mV`, `71.47`, `200`, `0` (means 200). */
function parseGain(
  field: string | undefined, at: string, warnings: RecordWarning[],
): { readonly gain: number; readonly unit: string; readonly baseline?: number } {
  if (field === undefined) return { gain: DEFAULT_GAIN, unit: 'mV' };
  const parts = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(?:\(([-+]?\d+)\))?(?:\/(\S+))?$/i.exec(field);
  const gain = Number(parts?.[1]);
  if (!parts || !Number.isFinite(gain)) {
    throw new RecordError('bad-header', `gain is ${shown(field)}`, at, 'a gain is: adu-per-unit(baseline)/unit');
  }
  if (gain === 0) warnings.push({ code: 'no-gain', what: `not calibrated: ${DEFAULT_GAIN} adu/mV taken`, where: at });
  return {
    gain: gain === 0 ? DEFAULT_GAIN : gain,
    unit: (parts[3] ?? 'mV').slice(0, NAME_MAX_CHARACTERS),
    baseline: parts[2] === undefined ? undefined : Number(parts[2]),
  };
}
