import { cutText, isPlausibleTime } from '../../ecg/index.js';
import { MONTHS } from '../dates.js';
import { RecordError, type RecordWarning } from '../errors.js';
import { DEFAULT_GAIN } from '../record.js';

const DEFAULT_RATE_HZ = 250;

/** The largest published records have some forty signals. */
const SIGNALS_MAX = 256;
/** No signal of a body is sampled faster. */
const RATE_MAX_HZ = 1e6;
/** Seven weeks at 500 Hz. */
const SAMPLES_MAX = 2 ** 31;
/** Frames of an hour at one a second have fewer. */
const PER_FRAME_MAX = 4096;
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
  /** Samples of this signal in a frame; the record's rate is that of frames. */
  readonly perFrame: number;
  /** Frames by which the signal lies late in its file. */
  readonly skew: number;
  readonly byteOffset: number;
  /** adu per `unit`. */
  readonly gain: number;
  readonly unit: string;
  /** Count at 0 `unit`; the ADC's zero where the header names no baseline. */
  readonly baseline: number;
  /** The first sample, from which format 8 counts on. */
  readonly initial: number;
  /** Sum of the samples modulo 65536, signed or not; undefined where the header has none. */
  readonly checksum?: number;
  readonly label: string;
}

/** A piece of a record of several segments: a record of its own, or, named `~`, a gap. */
export interface SegmentHeader {
  readonly name: string;
  /** Frames; 0 only of the first, which then says which signals there are (variable layout). */
  readonly samples: number;
}

export interface RecordHeader {
  readonly name: string;
  /** Frames a second. */
  readonly rateHz: number;
  /** Of a record of several segments; it has no signals itself. */
  readonly segments?: readonly SegmentHeader[];
  /** Frames; undefined: the header does not say (0 or absent). */
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
    // What stands behind a # is a comment, at the end of a line too.
    const [line, ...comment] = raw.split('#');
    if (comment.length > 0) comments.push(comment.join('#').trim());
    if (line.trim() !== '') lines.push({ text: line.trim(), at: `${where}:${index + 1}` });
  });
  if (lines.length === 0) {
    throw new RecordError('bad-header', 'no record line', where, 'the file is empty or has comments only');
  }
  const { signalCount, segmentCount, ...rest } = parseRecordLine(lines[0].text, lines[0].at, warnings);
  const [announced, what] = segmentCount === undefined ? [signalCount, 'signals'] : [segmentCount, 'segments'];
  if (lines.length - 1 < announced) {
    throw new RecordError('bad-header', `${announced} ${what} announced, ${lines.length - 1} described`, where, 'the header is cut short');
  }
  const described = lines.slice(1, 1 + announced);
  return segmentCount === undefined
    ? { ...rest, signals: described.map((line) => parseSignalLine(line.text, line.at, warnings)), comments, warnings }
    : { ...rest, signals: [], segments: described.map((line, index) => parseSegmentLine(line.text, line.at, index)), comments, warnings };
}

type RecordLine = Pick<RecordHeader, 'name' | 'rateHz' | 'samples' | 'startMs'> & { readonly signalCount: number; readonly segmentCount?: number };

/** `name samples`. */
function parseSegmentLine(line: string, at: string, index: number): SegmentHeader {
  const [name, field] = line.split(/\s+/);
  const samples = Number(field);
  if (!Number.isInteger(samples) || samples < 0 || samples > SAMPLES_MAX || (samples === 0 && index > 0)) {
    throw new RecordError('bad-header', `length of segment ${shown(name)} is ${shown(field)}`, at, `it is a whole number above 0, at most ${SAMPLES_MAX}`);
  }
  if (name !== '~' && !/^[A-Za-z0-9_.-]+$/.test(name)) throw new RecordError('unsupported', `segment ${shown(name)} in another folder`, at, 'segments and header belong in one folder');
  return { name, samples };
}

function parseRecordLine(line: string, at: string, warnings: RecordWarning[]): RecordLine {
  const [nameAndSegments, countField, rateField, samplesField, ...times] = line.split(/\s+/);
  const [nameField, segmentField] = nameAndSegments.split('/');
  const segmentCount = segmentField === undefined ? undefined : Number(segmentField);
  if (segmentCount !== undefined && !(Number.isInteger(segmentCount) && segmentCount >= 1)) {
    throw new RecordError('bad-header', `number of segments is ${shown(segmentField)}`, at, 'a record line is: name/segments signals rate samples time date');
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
    segmentCount,
    rateHz,
    samples: samples > 0 ? samples : undefined,
    startMs: parseStart(times, at, warnings),
  };
}

/** Time and date in either order: the standard has the time first, the CinC sets the date. */
function parseStart(fields: readonly string[], at: string, warnings: RecordWarning[]): number | undefined {
  let dayMs: number | undefined;
  let timeMs: number | undefined;
  for (const field of fields) {
    const date = /^(\d{1,2})[/-](\d{1,2}|[A-Za-z]{3,9})[/-](\d{4})$/.exec(field);
    const time = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2}(?:\.\d*)?)$/.exec(field);
    if (date) {
      const month = /^\d/.test(date[2]) ? Number(date[2]) - 1 : MONTHS.indexOf(date[2].slice(0, 3).toUpperCase());
      const ms = Date.UTC(Number(date[3]), month, Number(date[1]));
      if (month >= 0 && month < 12 && new Date(ms).getUTCDate() === Number(date[1])) dayMs = ms;
      else warnings.push({ code: 'time', what: `date ${shown(field)} is none`, where: at });
    } else if (time) {
      timeMs = Math.round((Number(time[1] ?? 0) * 3600 + Number(time[2] ?? 0) * 60 + Number(time[3])) * 1000);
    } else {
      warnings.push({ code: 'time', what: `${shown(field)} is neither a time nor a date`, where: at });
    }
  }
  if (dayMs === undefined && timeMs !== undefined && warnings.length === 0) warnings.push({ code: 'time', what: 'a time without a date: the start is not known', where: at });
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
  const [file, formatField, gainField, , zeroField, initialField, checksumField, , ...label] = line.split(/\s+/);
  const format = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(formatField ?? '');
  if (!format) {
    throw new RecordError('bad-header', `format is ${shown(formatField)}`, at, 'a signal line is: file format gain …');
  }
  const perFrame = Number(format[2] ?? 1);
  if (!(perFrame >= 1 && perFrame <= PER_FRAME_MAX)) throw new RecordError('bad-header', `${shown(format[2])} samples a frame`, at, `there are 1 to ${PER_FRAME_MAX}`);
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
    perFrame,
    skew,
    byteOffset,
    gain: gain.gain,
    unit: gain.unit,
    baseline: gain.baseline ?? (Number.isFinite(zero) ? zero : 0),
    initial: Number(initialField ?? zero) || 0,
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
