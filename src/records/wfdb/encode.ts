import { RecordError } from '../errors.js';
import { checksumOf, encode16 } from './samples.js';

export interface WrittenLead {
  readonly name: string;
  readonly aduPerMv: number;
  readonly offsetAdu: number;
  readonly counts: Int16Array;
}

export interface WrittenRecord {
  readonly rateHz: number;
  /** UTC, ms since 1970. */
  readonly startMs: number;
  /** Of equal length. */
  readonly leads: readonly WrittenLead[];
  readonly comments?: readonly string[];
}

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const AFTER_MS = Date.UTC(10_000, 0, 1);

/** Header text and signal bytes (one file, format 16, `<name>.dat`). @throws RecordError `not-written` */
export function encodeRecord(name: string, record: WrittenRecord): { readonly header: string; readonly signal: Uint8Array } {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new RecordError('not-written', `record name ${JSON.stringify(name)}`, name, 'letters, digits, _ and - only');
  }
  const samples = record.leads[0]?.counts.length ?? 0;
  if (record.leads.some((lead) => lead.counts.length !== samples)) {
    throw new RecordError('not-written', 'leads of unequal length', name, 'fill up with the no-sample value');
  }
  // A header has four digits for the year.
  if (!(record.startMs >= FIRST_MS && record.startMs < AFTER_MS)) throw new RecordError('not-written', `start ${record.startMs} ms`, name, 'between the years 0 and 9999');
  const iso = new Date(record.startMs).toISOString();
  const [year, month, day] = iso.slice(0, 10).split('-');
  const lines = [`${name} ${record.leads.length} ${record.rateHz} ${samples} ${iso.slice(11, 23)} ${day}/${month}/${year}`];
  for (const lead of record.leads) {
    const gain = `${lead.aduPerMv}(${lead.offsetAdu})/mV`;
    lines.push(`${name}.dat 16 ${gain} 16 0 ${lead.counts[0] ?? 0} ${checksumOf(16, lead.counts)} 0 ${lead.name}`);
  }
  for (const comment of record.comments ?? []) lines.push(`# ${comment.replace(/[\r\n]+/g, ' ')}`);
  return { header: `${lines.join('\n')}\n`, signal: encode16(record.leads.map((lead) => lead.counts)) };
}
