import { type Counts, noSampleOf } from '../counts.js';
import { RecordError } from '../errors.js';
import { checksumOf, encode16, encode32 } from './samples.js';

export interface WrittenLead {
  readonly name: string;
  readonly aduPerMv: number;
  /** A whole number: a header holds no other. */
  readonly offsetAdu: number;
  readonly counts: Counts;
}

export interface WrittenRecord {
  readonly rateHz: number;
  /** UTC, ms since 1970; undefined: not known. */
  readonly startMs?: number;
  /** Of equal length. */
  readonly leads: readonly WrittenLead[];
  readonly comments?: readonly string[];
}

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const AFTER_MS = Date.UTC(10_000, 0, 1);

/** Header text and signal bytes (one file, format 16, or 32 where counts need it, `<name>.dat`). @throws RecordError `not-written` */
export function encodeRecord(name: string, record: WrittenRecord): { readonly header: string; readonly signal: Uint8Array } {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new RecordError('not-written', `record name ${JSON.stringify(name)}`, name, 'letters, digits, _ and - only');
  }
  const samples = record.leads[0]?.counts.length ?? 0;
  if (record.leads.some((lead) => lead.counts.length !== samples)) {
    throw new RecordError('not-written', 'leads of unequal length', name, 'fill up with the no-sample value');
  }
  const format = record.leads.some(({ counts }) => counts instanceof Int32Array) ? 32 : 16;
  const leads = format === 16 ? record.leads : record.leads.map((lead) => ({ ...lead, counts: widened(lead.counts) }));
  const lines = [[name, leads.length, record.rateHz, samples, ...startFields(record.startMs, name)].join(' ')];
  for (const lead of leads) {
    if (!Number.isInteger(lead.offsetAdu)) throw new RecordError('not-written', `baseline ${lead.offsetAdu} of ${lead.name}`, name, 'a header holds whole numbers');
    lines.push(`${name}.dat ${format} ${lead.aduPerMv}(${lead.offsetAdu})/mV ${format} 0 ${lead.counts[0] ?? 0} ${checksumOf(format, lead.counts)} 0 ${lead.name}`);
  }
  for (const comment of record.comments ?? []) lines.push(`# ${comment.replace(/[\r\n]+/g, ' ')}`);
  const signals = leads.map((lead) => lead.counts);
  return { header: `${lines.join('\n')}\n`, signal: format === 16 ? encode16(signals as Int16Array[]) : encode32(signals as Int32Array[]) };
}

/** Time and date. A header has four digits for the year. */
function startFields(startMs: number | undefined, name: string): string[] {
  if (startMs === undefined) return [];
  if (!(startMs >= FIRST_MS && startMs < AFTER_MS)) throw new RecordError('not-written', `start ${startMs} ms`, name, 'between the years 0 and 9999');
  const iso = new Date(startMs).toISOString();
  const [year, month, day] = iso.slice(0, 10).split('-');
  return [iso.slice(11, 23), `${day}/${month}/${year}`];
}

function widened(counts: Counts): Int32Array {
  const none = noSampleOf(counts);
  return Int32Array.from(counts, (count) => (count === none ? noSampleOf(new Int32Array(0)) : count));
}
