import { XMLParser } from 'fast-xml-parser';
import { cutText, isPlausibleTime } from '../ecg/index.js';
import { RecordError, type RecordWarning } from './errors.js';
import { numbersIn, signalOf } from './numbers.js';
import { gapsIn, type Piece, placed } from './pieces.js';
import { type FileRecording, type OpenFile, saysSimulated, SIMULATED_COMMENT } from './record.js';
import { textOf } from './text.js';
import { voltageOf } from './units.js';

/** As the parser makes it of whatever the file holds. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Node = { readonly [name: string]: any };

/** Seconds in one of the units of an increment (UCUM). */
const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6 };
const LISTED = new Set(['component', 'sequenceSet', 'sequence', 'series', 'derivation']);

/**
 * HL7 annotated ECG (FDA), its rhythm series; representative beats and annotations are not read.
 * Source: HL7 V3 aECG Implementation Guide, 2005. @throws RecordError `unreadable`, `bad-header`
 */
export function readAecg({ where, bytes }: OpenFile): FileRecording {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', removeNSPrefix: true, parseTagValue: false, parseAttributeValue: false, processEntities: false, isArray: (name) => LISTED.has(name) });
  let document: Node;
  try {
    document = parser.parse(textOf(bytes), true) as Node;
  } catch (cause) {
    throw new RecordError('unreadable', `no XML: ${cutText((cause as Error).message, 120)}`, where, 'the file is cut short, or another format', { cause });
  }
  const root = document['AnnotatedECG'] as Node | undefined;
  if (root === undefined) throw new RecordError('unknown-format', 'no AnnotatedECG in it', where, 'of XML, HL7 aECG is read: export the ECG as that, or as DICOM');
  const all = listed(root['component']).flatMap((component) => listed(component['series']));
  const rhythm = all.filter((series) => codeOf(series) !== 'REPRESENTATIVE_BEAT');
  if (rhythm.length === 0) throw new RecordError('bad-header', 'no series of a rhythm', where, 'an annotated ECG has its samples in component/series');
  const warnings: RecordWarning[] = all.length > rhythm.length ? [{ code: 'skipped-signal', what: `${all.length - rhythm.length} series of representative beats skipped: no rhythm`, where }] : [];
  const pieces: (Omit<Piece, 'atS'> & { readonly ms: number })[] = rhythm.flatMap((series) => listed(series['component']).flatMap((component) => listed(component['sequenceSet'])).flatMap((set) => signalsOf(set, timeIn(series['effectiveTime']?.['low']?.['@value']), where, warnings)));
  const startMs = pieces.reduce((first, { ms }) => Math.min(first, ms), Infinity);
  const isDated = isPlausibleTime(startMs);
  if (!isDated) warnings.push({ code: 'time', what: Number.isFinite(startMs) && startMs !== 0 ? 'the start is not within 1990 to 2100' : 'no time of the first sample', where });
  return {
    where,
    startMs: isDated ? startMs : undefined,
    signals: placed(gapsIn(pieces.map(({ ms, ...signal }) => ({ ...signal, atS: (ms - startMs) / 1000 })), where, warnings), where, warnings),
    comments: saysSimulated(String(root['text']?.['#text'] ?? root['text'] ?? '')) ? [SIMULATED_COMMENT] : [],
    warnings,
  };
}

const listed = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []);
const codeOf = (node: Node): string => String(node['code']?.['@code'] ?? '');

function signalsOf(set: Node, seriesMs: number | undefined, where: string, warnings: RecordWarning[]): (Omit<Piece, 'atS'> & { readonly ms: number })[] {
  const sequences = listed(set['component']).flatMap((component) => listed(component['sequence']));
  const time = sequences.find((sequence) => codeOf(sequence).startsWith('TIME_'));
  const increment = time?.['value']?.['increment'] as Node | undefined;
  const periodS = Number(increment?.['@value']) * (SECONDS[String(increment?.['@unit'] ?? 's')] ?? NaN);
  if (!(periodS > 0)) throw new RecordError('bad-header', 'a sequence set without the time of a sample', where, 'TIME_ABSOLUTE or TIME_RELATIVE has head and increment');
  const head = time!['value']?.['head'] as Node | undefined;
  const relative = Number(head?.['@value']) * (SECONDS[String(head?.['@unit'] ?? 's')] ?? NaN) * 1000;
  const ms = codeOf(time!) === 'TIME_ABSOLUTE' ? (timeIn(head?.['@value']) ?? seriesMs ?? 0) : (seriesMs ?? 0) + (Number.isFinite(relative) ? relative : 0);
  return sequences.filter((sequence) => sequence !== time).flatMap((sequence) => {
    const label = codeOf(sequence) || 'ECG';
    const value = sequence['value'] as Node | undefined;
    const digits = value?.['digits'];
    if (digits === undefined) {
      warnings.push({ code: 'skipped-signal', what: `${label} has no digits: only lists of scaled numbers are read`, where });
      return [];
    }
    const unit = String(value!['scale']?.['@unit'] ?? '');
    const [scale, offset] = [Number(value!['scale']?.['@value'] ?? 1), Number(value!['origin']?.['@value'] ?? 0)];
    if (!(Number.isFinite(scale) && scale !== 0 && Number.isFinite(offset))) throw new RecordError('bad-header', `${label}: scale or origin is no number`, where, 'value = origin + scale × digits');
    const [mv, originMv] = [voltageOf(unit)?.mv, voltageOf(String(value!['origin']?.['@unit'] ?? unit))?.mv];
    const origin = mv === undefined || originMv === undefined ? offset : (offset * originMv) / mv;
    const values = numbersIn(String(typeof digits === 'object' ? (digits['#text'] ?? '') : digits), [], label, where, warnings);
    return [{ label, rateHz: Math.round(1e6 / periodS) / 1e6, ms, ...signalOf(values, scale, origin, unit, mv) }];
  });
}

/** `20020304120000.123-0500`, the zone left out: UTC. ms since 1970. */
function timeIn(text: string | number | undefined): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?)?([+-]\d{4})?$/.exec(String(text ?? '').trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = '+0000'] = parts;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) + Number(fraction) * 1000;
  return ms - (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * 60_000;
}
