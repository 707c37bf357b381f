import dicomParser, { type DataSet } from 'dicom-parser';
import { inflateRawSync } from 'node:zlib';
import { cutText, isPlausibleTime, leadNamed, leadNumbered, NO_SAMPLE_INT32 } from '../ecg/index.js';
import { CELLS_MAX } from './counts.js';
import { RecordError, type RecordWarning } from './errors.js';
import { expandedA, expandedMu } from './g711.js';
import { contradiction } from './leads.js';
import { gapsIn, type Piece, placed } from './pieces.js';
import { type FileRecording, type OpenFile, saysSimulated, SIMULATED_COMMENT } from './record.js';

const CHANNELS_MAX = 256;
const INT32_MAX = 2_147_483_647;
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Of a deflated data set. */
const INFLATED_MAX_BYTES = 2 ** 30;
/** A beat that stands for many: no rhythm, whatever its originality says. */
const BEAT_LABEL = /median|average|representative|template/i;

/** WaveformSampleInterpretation: how a sample is stored, and where it is companded, the number that it stands for. */
interface Samples {
  readonly bytes: number;
  readonly signed: boolean;
  readonly expanded?: (code: number) => number;
}

const SAMPLES: Readonly<Record<string, Samples>> = {
  SB: { bytes: 1, signed: true }, UB: { bytes: 1, signed: false }, MB: { bytes: 1, signed: false, expanded: expandedMu }, AB: { bytes: 1, signed: false, expanded: expandedA },
  SS: { bytes: 2, signed: true }, US: { bytes: 2, signed: false }, SL: { bytes: 4, signed: true }, UL: { bytes: 4, signed: false },
};

/**
 * DICOM waveforms: 12-lead, general and ambulatory ECG. Groups that were derived (median beats) are left out.
 * Source: PS3.3 C.10.9, PS3.16 CID 3001. @throws RecordError `unreadable`, `bad-header`, `unsupported`
 */
export function readDicom({ where, bytes }: OpenFile): FileRecording {
  let set: DataSet;
  try {
    set = dicomParser.parseDicom(bytes, { inflater: (whole, position) => new Uint8Array(Buffer.concat([whole.subarray(0, position), inflateRawSync(whole.subarray(position), { maxOutputLength: INFLATED_MAX_BYTES })])) });
  } catch (cause) {
    const reason = (cause as { exception?: string }).exception ?? (cause as Error).message ?? String(cause);
    throw new RecordError('unreadable', `no DICOM: ${cutText(String(reason), 120)}`, where, 'the file is cut short, or damaged', { cause });
  }
  const groups = set.elements['x54000100']?.items ?? [];
  if (groups.length === 0) throw new RecordError('bad-header', 'no waveform in it', where, 'of DICOM, 12-lead, general and ambulatory ECG are read');
  const warnings: RecordWarning[] = [];
  const isBigEndian = set.string('x00020010')?.trim() === BIG_ENDIAN;
  const pieces = groups.flatMap(({ dataSet }, i) => {
    if (dataSet === undefined) return [];
    const label = cutText(dataSet.string('x003a0020')?.trim() ?? 'no label', 64);
    const isDerived = dataSet.string('x003a0004')?.trim() === 'DERIVED' && groups.length > 1;
    if (isDerived || BEAT_LABEL.test(label)) {
      warnings.push({ code: 'skipped-signal', what: `group ${i + 1} (${label}) skipped: it was derived`, where });
      return [];
    }
    return signalsOf(dataSet, isBigEndian, where, warnings);
  });
  if (pieces.length === 0) throw new RecordError('bad-header', 'no group of samples as they were recorded: all are derived, or empty', where, 'export the rhythm itself, not its median beats alone');
  const firstS = pieces.reduce((first, { atS }) => Math.min(first, atS), Infinity);
  return { where, startMs: startOf(set, firstS, where, warnings), signals: placed(gapsIn(pieces, where, warnings), where, warnings), comments: saysSimulated(set.text('x00204000') ?? '') ? [SIMULATED_COMMENT] : [], warnings };
}

function signalsOf(group: DataSet, isBigEndian: boolean, where: string, warnings: RecordWarning[]): Piece[] {
  const bad = (what: string, hint: string) => new RecordError('bad-header', what, where, hint);
  const [channels, samples] = [group.uint16('x003a0005') ?? 0, group.uint32('x003a0010') ?? 0];
  const definitions = group.elements['x003a0200']?.items ?? [];
  if (channels < 1 || channels > CHANNELS_MAX || definitions.length !== channels) throw bad(`${channels} channels, ${definitions.length} defined`, `1 to ${CHANNELS_MAX}, each with its definition`);
  const rateHz = Number(group.string('x003a001a'));
  if (!(rateHz > 0)) throw bad('no sampling frequency', 'it is a number of Hz');
  const kind = group.string('x54001006')?.trim() ?? '';
  const layout = Object.hasOwn(SAMPLES, kind) ? SAMPLES[kind] : undefined;
  if (layout === undefined || group.uint16('x54001004') !== 8 * layout.bytes) throw new RecordError('unsupported', `samples of kind ${cutText(kind, 16)} with ${group.uint16('x54001004')} bits`, where, `${Object.keys(SAMPLES).join(', ')} are read, of 8, 16 and 32 bits each`);
  const { bytes: size, signed: isSigned, expanded } = layout;
  const element = group.elements['x54001010'];
  if (element === undefined) throw bad('a group without samples', 'it has WaveformData');
  const there = Math.floor(element.length / (size * channels));
  if (there < samples) throw bad(`${there} of ${samples} samples are there`, 'the file is cut short');
  if (samples * channels > CELLS_MAX) throw new RecordError('unsupported', `${samples} samples of ${channels} channels`, where, `at most ${CELLS_MAX} are read`);
  const view = new DataView(group.byteArray.buffer, group.byteArray.byteOffset + element.dataOffset, samples * channels * size);
  const value = reader(view, size, isSigned, !isBigEndian);
  if (expanded !== undefined) warnings.push({ code: 'unit', what: `samples of kind ${kind}: the sensitivity is taken to be of the numbers that G.711 gives, of ${kind === 'MB' ? 14 : 13} bits`, where });
  const padding = paddingOf(group, size, isSigned, !isBigEndian);
  const atS = numberOr0(group, 'x00181068') / 1000;
  return definitions.flatMap(({ dataSet }, channel) => {
    const { offset, contradiction: odd, ...one } = channelOf(dataSet);
    if (odd !== undefined) {
      warnings.push({ code: 'skipped-signal', what: odd, where });
      return [];
    }
    const counts = new Int32Array(samples);
    // Unsigned 32 bits that do not fit signed ones: counted from their middle.
    let shift = 0;
    for (let at = channel; !isSigned && size === 4 && at < samples * channels; at += channels) if (value(at) > INT32_MAX && value(at) !== padding) shift = INT32_MAX;
    for (let i = 0, at = channel; i < samples; i++, at += channels) {
      const count = value(at);
      counts[i] = count === padding ? NO_SAMPLE_INT32 : (expanded?.(count) ?? Math.min(INT32_MAX, count - shift));
    }
    const skewS = numberOr0(dataSet, 'x003a0214') || numberOr0(dataSet, 'x003a0215') / rateHz;
    return { ...one, channel, offset: offset - shift, rateHz, counts, atS: atS + skewS };
  });
}

/** A number in text; 0 where there is none. */
function numberOr0(set: DataSet | undefined, tag: string): number {
  const value = Number(set?.string(tag) ?? 0);
  return Number.isFinite(value) ? value : 0;
}

function reader(view: DataView, size: number, isSigned: boolean, little: boolean): (index: number) => number {
  if (size === 1) return isSigned ? (i) => view.getInt8(i) : (i) => view.getUint8(i);
  if (size === 2) return isSigned ? (i) => view.getInt16(2 * i, little) : (i) => view.getUint16(2 * i, little);
  return isSigned ? (i) => view.getInt32(4 * i, little) : (i) => view.getUint32(4 * i, little);
}

function paddingOf(group: DataSet, size: number, isSigned: boolean, little: boolean): number | undefined {
  const element = group.elements['x5400100a'];
  if (element === undefined || element.length < size) return undefined;
  return reader(new DataView(group.byteArray.buffer, group.byteArray.byteOffset + element.dataOffset, element.length), size, isSigned, little)(0);
}

/** Value = count × sensitivity × correction + baseline, all but the count in the unit of the sensitivity. */
function channelOf(definition: DataSet | undefined): Omit<Piece, 'counts' | 'rateHz' | 'atS' | 'channel'> & { readonly contradiction?: string } {
  const source = definition?.elements['x003a0208']?.items?.[0]?.dataSet;
  const [code, scheme, meaning] = [source?.string('x00080100')?.trim() ?? '', source?.string('x00080102')?.trim() ?? '', source?.string('x00080104')?.trim()];
  const number = scheme === 'MDC' ? /^2:(\d+)$/.exec(code) : /^SCPECG$/.test(scheme) ? /^5\.6\.3-9-(\d+)$/.exec(code) : null;
  const label = definition?.string('x003a0203')?.trim() || meaning || code || 'ECG';
  // A label of its own may be a channel's number; what the code means is a lead.
  const numbered = number === null ? undefined : leadNumbered(Number(number[1]));
  const odd = contradiction(numbered, [label, meaning]);
  const lead = numbered ?? leadNamed(label) ?? (meaning === undefined ? undefined : leadNamed(meaning));
  const sensitivity = Number(definition?.string('x003a0210') ?? NaN) * (Number(definition?.string('x003a0212') ?? 1) || 1);
  const unit = definition?.elements['x003a0211']?.items?.[0]?.dataSet?.string('x00080100')?.trim() ?? '';
  if (!Number.isFinite(sensitivity) || sensitivity === 0) return { label, lead, contradiction: odd, unit: 'adu', gain: 1, offset: 0 };
  const baseline = numberOr0(definition, 'x003a0213');
  return { label, lead, contradiction: odd, unit, gain: 1 / sensitivity, offset: 0 - baseline / sensitivity };
}

/** @param firstS of the first sample, behind the time of acquisition */
function startOf(set: DataSet, firstS: number, where: string, warnings: RecordWarning[]): number | undefined {
  const pairs = [['x00080022', 'x00080032'], ['x00080023', 'x00080033'], ['x00080020', 'x00080030']].map(([date, time]) => `${set.string(date)?.trim() ?? ''}${set.string(time)?.trim() ?? ''}`);
  const said = [set.string('x0008002a')?.trim() ?? '', ...pairs].find((text) => /^\d{8}\d{2,}/.test(text));
  if (said === undefined) {
    warnings.push({ code: 'time', what: 'no date and time of acquisition', where });
    return undefined;
  }
  const [, year, month, day, hour, minute = '0', second = '0', fraction = '0', own] = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(\.\d+)?([+-]\d{4})?/.exec(said)!;
  const zone = own ?? set.string('x00080201')?.trim() ?? '+0000';
  const minutes = /^[+-]\d{4}$/.test(zone) ? (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) : 0;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) + Math.round(Number(fraction) * 1000) + Math.round(firstS * 1000) - minutes * 60_000;
  if (isPlausibleTime(ms)) return ms;
  warnings.push({ code: 'time', what: 'the start is not within 1990 to 2100', where });
  return undefined;
}
