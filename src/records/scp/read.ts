import { isPlausibleTime, type Lead, leadNumbered } from '../../ecg/index.js';
import { CELLS_MAX } from '../counts.js';
import { RecordError, type RecordWarning } from '../errors.js';
import { type Piece, placed } from '../pieces.js';
import type { FileRecording, OpenFile } from '../record.js';
import { beatSamples, beatsOf, withBeats } from './beats.js';
import { thinnedLength, unthinned } from './bimodal.js';
import { type Code, decodeHuffman, DEFAULT_TABLE } from './huffman.js';
import { type Encoded, sectionsOf } from './sections.js';

const DEFAULT_TABLES = 19_999;
/** As EN 1064 has them; a table of its own has far fewer. */
const TABLES_MAX = 64;
const CODES_MAX = 4096;
/** One sample for so many: files have 2 or 4. */
const THINNING_MAX = 16;
const EXPORT = 'export it without compression';
/** Leads of EN 1064 beyond the twelve that have a name of their own here. */
const OTHER_LEADS: Readonly<Record<number, string>> = { 0: 'unspecified', 9: 'V7', 10: 'V2R', 11: 'V3R', 12: 'V4R', 13: 'V5R', 14: 'V6R', 15: 'V7R', 16: 'X', 17: 'Y', 18: 'Z', 86: 'ES', 87: 'AS', 88: 'AI' };

interface ScpLead {
  readonly id: number;
  /** First and last sample, from 1. */
  readonly first: number;
  readonly last: number;
}

/**
 * SCP-ECG: rhythm data plain, as first or second differences, in Huffman codes of the default or its own tables, with the reference beat
 * taken out, thinned out between beats (bimodal compression). Source: EN 1064:2005 and 2020 (ISO 11073-91064).
 * @throws RecordError `bad-header`, `unreadable` (a wrong checksum), `unsupported`
 */
export function readScp({ where, bytes }: OpenFile): FileRecording {
  const warnings: RecordWarning[] = [];
  const sections = sectionsOf(bytes, where, warnings);
  const need = (number: number): DataView => {
    const section = sections.get(number);
    if (section === undefined) throw new RecordError('bad-header', `no section ${number}`, where, 'an ECG has sections 3 and 6');
    return section;
  };
  try {
    const { leads, hasReferenceBeat } = leadsOf(need(3), where);
    const tables = sections.has(2) ? tablesOf(sections.get(2)!, where) : undefined;
    const length = leads.reduce((most, { first, last }) => Math.max(most, last - first + 1), 0);
    if (length * leads.length > CELLS_MAX) throw new RecordError('unsupported', `${length} samples of ${leads.length} leads`, where, `at most ${CELLS_MAX} are read`);
    const rhythm = encodedOf(need(6), leads.length, where);
    const beats = sections.has(4) ? beatsOf(sections.get(4)!) : undefined;
    const reference = beats !== undefined && sections.has(5) ? encodedOf(sections.get(5)!, leads.length, where) : undefined;
    if (hasReferenceBeat && reference === undefined) throw new RecordError('unsupported', 'the reference beat that was taken out is not there', where, EXPORT);
    const factor = rhythm.isBimodal || hasReferenceBeat ? thinning(rhythm, reference, where) : 1;
    if (factor > 1) warnings.push({ code: 'thinned', what: `between beats one of ${factor} samples is there: straight lines stand for the others`, where });
    // Both in the largest unit of which each is a whole multiple.
    const nanovolts = hasReferenceBeat ? greatestDivisor(rhythm.nanovolts, reference!.nanovolts) : rhythm.nanovolts;
    const whole = leads.map(({ first, last }, i) => {
      const coded = samplesOf(rhythm.bytes[i], tables, rhythm.differences, factor === 1 ? last - first + 1 : thinnedLength(first, last, beats!.zones, factor), where).map((count) => count * (rhythm.nanovolts / nanovolts));
      const residual = factor === 1 ? coded : unthinned(coded, first, last, beats!.zones, factor);
      if (!hasReferenceBeat) return residual;
      const beat = samplesOf(reference!.bytes[i], tables, reference!.differences, beatSamples(beats!, reference!), where);
      return withBeats(residual, first, beats!, beat.map((count) => count * (reference!.nanovolts / nanovolts)));
    });
    leads.forEach(({ id, first, last }, i) => {
      if (whole[i].length < last - first + 1) warnings.push({ code: 'truncated', what: `${whole[i].length} of ${last - first + 1} samples of lead ${nameOf(id).label} are there`, where });
    });
    const rateHz = Math.round((1e12 * factor) / rhythm.microseconds) / 1e6;
    const pieces: Piece[] = leads.map(({ id, first }, i) => ({ ...nameOf(id), unit: 'nV', gain: 1 / nanovolts, offset: 0, rateHz, counts: whole[i], atS: (first - 1) / rateHz }));
    return { where, startMs: startOf(sections.get(1), where, warnings), signals: placed(pieces, where, warnings), comments: [], warnings };
  } catch (error) {
    if (error instanceof RangeError) throw new RecordError('bad-header', 'a section ends within what it describes', where, 'the file is cut short, or damaged', { cause: error });
    throw error;
  }
}

function nameOf(id: number): { readonly label: string; readonly lead?: Lead } {
  const lead = leadNumbered(id);
  return { label: lead ?? OTHER_LEADS[id] ?? `lead ${id}`, lead };
}

function leadsOf(section: DataView, where: string): { readonly leads: readonly ScpLead[]; readonly hasReferenceBeat: boolean } {
  const count = section.getUint8(0);
  if (count < 1) throw new RecordError('bad-header', 'no lead', where, 'section 3 names the leads');
  const leads = Array.from({ length: count }, (_, i) => ({ first: section.getUint32(2 + 9 * i, true), last: section.getUint32(6 + 9 * i, true), id: section.getUint8(10 + 9 * i) }));
  if (leads.some(({ first, last }) => first < 1 || last < first)) throw new RecordError('bad-header', 'a lead that ends before it begins', where, 'section 3 has the first and last sample of each');
  return { leads, hasReferenceBeat: (section.getUint8(1) & 1) === 1 };
}

function tablesOf(section: DataView, where: string): readonly (readonly Code[])[] {
  const count = section.getUint16(0, true);
  if (count === DEFAULT_TABLES) return [DEFAULT_TABLE];
  if (count < 1 || count > TABLES_MAX) throw new RecordError('bad-header', `${count} Huffman tables`, where, `1 to ${TABLES_MAX}, or ${DEFAULT_TABLES} for the default`);
  let at = 2;
  return Array.from({ length: count }, () => {
    const codes = section.getUint16(at, true);
    if (codes > CODES_MAX) throw new RecordError('bad-header', `${codes} Huffman codes`, where, `at most ${CODES_MAX} a table`);
    at += 2;
    return Array.from({ length: codes }, () => {
      const code = { prefixBits: section.getUint8(at), totalBits: section.getUint8(at + 1), isValue: section.getUint8(at + 2) === 1, value: section.getInt16(at + 3, true), base: section.getUint32(at + 5, true) };
      at += 9;
      if (code.prefixBits < 1 || code.prefixBits > 32 || code.totalBits < code.prefixBits || code.totalBits - code.prefixBits > 32) throw new RecordError('bad-header', `a Huffman code of ${code.prefixBits} of ${code.totalBits} bits`, where, 'a prefix has 1 to 32 bits');
      return code;
    });
  });
}

function encodedOf(section: DataView, leads: number, where: string): Encoded {
  const [nanovolts, microseconds] = [section.getUint16(0, true), section.getUint16(2, true)];
  if (nanovolts === 0 || microseconds === 0) throw new RecordError('bad-header', `${nanovolts} nV and ${microseconds} µs a sample`, where, 'both are above 0');
  const differences = section.getUint8(4);
  if (differences > 2) throw new RecordError('bad-header', `differences of order ${differences}`, where, '0, 1 or 2');
  let at = 6 + 2 * leads;
  const bytes = Array.from({ length: leads }, (_, i) => {
    const length = section.getUint16(6 + 2 * i, true);
    const start = Math.min(at, section.byteLength);
    at += length;
    return new Uint8Array(section.buffer, section.byteOffset + start, Math.min(length, section.byteLength - start));
  });
  return { nanovolts, microseconds, differences, isBimodal: section.getUint8(5) === 1, bytes };
}

/** How many samples one stands for between beats: section 5 has the rate within them. */
function thinning(rhythm: Encoded, reference: Encoded | undefined, where: string): number {
  if (reference === undefined) throw new RecordError('unsupported', 'thinned out between beats that are not there', where, `sections 4 and 5 have them: ${EXPORT}`);
  const factor = rhythm.microseconds / reference.microseconds;
  if (!Number.isInteger(factor) || factor > THINNING_MAX || (factor !== 1 && !rhythm.isBimodal)) {
    throw new RecordError('unsupported', `${rhythm.microseconds} µs from sample to sample between beats, ${reference.microseconds} µs in them`, where, EXPORT);
  }
  return factor;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** A lead's samples from its bits: codes, then differences summed up. */
function samplesOf(coded: Uint8Array, tables: readonly (readonly Code[])[] | undefined, differences: number, most: number, where: string): Int32Array {
  const values = tables === undefined ? plain(coded, most) : decodeHuffman(coded, tables, Math.min(most, 8 * coded.length));
  if (values === undefined) throw new RecordError('unreadable', 'bits that are no Huffman code', where, 'the file is damaged');
  if (differences === 1) for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
  if (differences === 2) for (let i = 2; i < values.length; i++) values[i] += 2 * values[i - 1] - values[i - 2];
  return values;
}

function plain(coded: Uint8Array, most: number): Int32Array {
  const view = new DataView(coded.buffer, coded.byteOffset, coded.byteLength);
  return Int32Array.from({ length: Math.min(most, coded.length >> 1) }, (_, i) => view.getInt16(2 * i, true));
}

/** Tags 25 and 26 of section 1: date and time of acquisition; 34 its zone. */
function startOf(section: DataView | undefined, where: string, warnings: RecordWarning[]): number | undefined {
  let [date, time, zoneMinutes]: [number | undefined, number, number] = [undefined, 0, 0];
  for (let at = 0; section !== undefined && at + 3 <= section.byteLength;) {
    const [tag, length] = [section.getUint8(at), section.getUint16(at + 1, true)];
    const body = at + 3;
    at = body + length;
    if (tag === 255 || at > section.byteLength) break;
    if (tag === 25 && length >= 4) date = Date.UTC(section.getUint16(body, true), section.getUint8(body + 2) - 1, section.getUint8(body + 3));
    if (tag === 26 && length >= 3) time = (section.getUint8(body) * 3600 + section.getUint8(body + 1) * 60 + section.getUint8(body + 2)) * 1000;
    if (tag === 34 && length >= 2 && section.getInt16(body, true) !== 0x7fff) zoneMinutes = section.getInt16(body, true);
  }
  const ms = date === undefined ? NaN : date + time - zoneMinutes * 60_000;
  if (isPlausibleTime(ms)) return ms;
  warnings.push({ code: 'time', what: date === undefined ? 'no date of acquisition' : 'the start is not within 1990 to 2100', where });
  return undefined;
}
