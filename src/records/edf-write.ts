import { type Counts, noSampleOf } from './counts.js';
import { MONTHS } from './dates.js';
import { RecordError } from './errors.js';
import { SIMULATED_COMMENT } from './record.js';
import type { WrittenRecord } from './wfdb/encode.js';

/** A data record is about a second. */
const RECORD_S = 1;
/** `+12345678.123` with its marks. */
const TIME_BYTES = 32;

export interface WrittenEdf {
  readonly bytes: Uint8Array;
  /** What EDF could not hold. */
  readonly losses: readonly string[];
}

/**
 * EDF+ in 16 bits, without gaps. Counts stay as they are where they fit; wider ones are rounded to 16 bits over their own range.
 * @throws RecordError `not-written`: a hole, for which EDF has no sign
 */
export function encodeEdf(name: string, { rateHz, startMs, leads, comments = [] }: WrittenRecord): WrittenEdf {
  const losses: string[] = [];
  for (const lead of leads) {
    const none = noSampleOf(lead.counts);
    let holes = 0;
    for (const count of lead.counts) if (count === none) holes++;
    if (holes > 0) throw new RecordError('not-written', `${holes} samples of ${lead.name} are missing`, name, 'EDF has no sign for a missing sample: convert to wfdb');
  }
  const samples = leads[0]?.counts.length ?? 0;
  const perRecord = recordLength(samples, rateHz);
  const records = Math.floor(samples / perRecord);
  if (records * perRecord < samples) losses.push(`the last ${samples - records * perRecord} samples: they fill no data record`);
  const written = perRecord / Number(field(perRecord / rateHz, 8));
  if (Math.abs(written - rateHz) > 1e-9 * rateHz) losses.push(`the rate of ${rateHz} Hz: it is ${written} Hz in eight characters`);
  const signals = leads.map((lead) => signalOf(lead, losses));
  const start = startMs === undefined ? undefined : new Date(startMs);
  const fraction = startMs === undefined ? 0 : (((startMs % 1000) + 1000) % 1000) / 1000;
  const header = headerOf(signals, records, perRecord, rateHz, start, comments.includes(SIMULATED_COMMENT));
  const bytes = new Uint8Array(header.length + records * (2 * perRecord * leads.length + TIME_BYTES));
  bytes.set(Buffer.from(header, 'latin1'));
  const view = new DataView(bytes.buffer);
  let at = header.length;
  for (let record = 0; record < records; record++) {
    for (const { digital } of signals) for (let i = 0; i < perRecord; i++, at += 2) view.setInt16(at, digital[record * perRecord + i], true);
    const onset = Math.round((fraction + (record * perRecord) / rateHz) * 1e6) / 1e6;
    bytes.set(Buffer.from(`+${onset}\x14\x14`, 'latin1'), at);
    at += TIME_BYTES;
  }
  return { bytes, losses };
}

/** Samples in a data record: of the lengths up to a second whose duration eight characters hold, the longest of those that leave the least over. */
function recordLength(samples: number, rateHz: number): number {
  const most = Math.max(1, Math.round(rateHz * RECORD_S));
  const fits = (n: number) => Math.abs(Number(field(n / rateHz, 8)) * rateHz - n) < 1e-9 * n;
  let best: number | undefined;
  for (let n = most; n >= 1; n--) if (fits(n) && (best === undefined || samples % n < samples % best)) best = n;
  return best ?? most;
}

/** A number in so many characters, as exact as they allow. */
function field(value: number, width: number): string {
  for (let digits = width; digits >= 0; digits--) {
    const text = String(Number(value.toFixed(digits)));
    if (text.length <= width && !text.includes('e')) return text;
  }
  throw new RecordError('not-written', `${value} in ${width} characters`, 'EDF', 'EDF has eight characters for a number');
}

interface Signal {
  readonly label: string;
  readonly unit: string;
  readonly physical: readonly [string, string];
  readonly digital: Counts;
}

function signalOf({ name, aduPerMv, offsetAdu, counts }: WrittenRecord['leads'][number], losses: string[]): Signal {
  const [gain, offset, digital] = counts instanceof Int16Array ? [aduPerMv, offsetAdu, counts] : narrow(name, aduPerMv, offsetAdu, counts, losses);
  const ends = (perMv: number) => [(-32_768 - offset) / gain, (32_767 - offset) / gain].map((mv) => mv * perMv);
  // The finest unit whose numbers have room.
  const [unit, [low, high]] = ([['uV', ends(1000)], ['mV', ends(1)], ['V', ends(1e-3)]] as const).find(([, both]) => both.every((value) => Math.abs(value) < 999_999)) ?? ['V', ends(1e-3)];
  return { label: `ECG ${name}`.slice(0, 16), unit, physical: [field(low, 8), field(high, 8)], digital };
}

function narrow(name: string, aduPerMv: number, offsetAdu: number, counts: Int32Array, losses: string[]): [number, number, Int16Array] {
  let [low, high] = [Infinity, -Infinity];
  for (const count of counts) {
    low = Math.min(low, count);
    high = Math.max(high, count);
  }
  const scale = Math.max(1, (high - low) / 65_000);
  const middle = counts.length === 0 ? 0 : Math.round((low + high) / 2);
  if (scale > 1) losses.push(`${name}: rounded to steps of ${((scale * 1000) / aduPerMv).toPrecision(2)} µV`);
  return [aduPerMv / scale, (offsetAdu - middle) / scale, Int16Array.from(counts, (count) => Math.round((count - middle) / scale))];
}

function headerOf(signals: readonly Signal[], records: number, perRecord: number, rateHz: number, start: Date | undefined, isSimulated: boolean): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [date, time] = start === undefined ? ['01.01.85', '00.00.00'] : [
    `${two(start.getUTCDate())}.${two(start.getUTCMonth() + 1)}.${two(start.getUTCFullYear() % 100)}`, `${two(start.getUTCHours())}.${two(start.getUTCMinutes())}.${two(start.getUTCSeconds())}`];
  const startdate = start === undefined ? 'X' : `${two(start.getUTCDate())}-${MONTHS[start.getUTCMonth()]}-${start.getUTCFullYear()}`;
  const columns: (readonly [number, readonly string[], string])[] = [
    [16, signals.map(({ label }) => label), 'EDF Annotations'], [80, signals.map(() => ''), ''], [8, signals.map(({ unit }) => unit), ''],
    [8, signals.map(({ physical }) => physical[0]), '-1'], [8, signals.map(({ physical }) => physical[1]), '1'],
    [8, signals.map(() => '-32768'), '-32768'], [8, signals.map(() => '32767'), '32767'], [80, signals.map(() => ''), ''],
    [8, signals.map(() => String(perRecord)), String(TIME_BYTES / 2)], [32, signals.map(() => ''), ''],
  ];
  const main = [
    ['0', 8], ['X X X X', 80], [`Startdate ${startdate} X X ${isSimulated ? SIMULATED_COMMENT.replaceAll(' ', '_') : 'X'}`, 80], [date, 8], [time, 8],
    [String(256 * (signals.length + 2)), 8], ['EDF+C', 44], [String(records), 8], [field(perRecord / rateHz, 8), 8], [String(signals.length + 1), 4],
  ] as const;
  return main.map(([text, width]) => text.padEnd(width)).join('') + columns.map(([width, own, last]) => [...own, last].map((text) => text.padEnd(width)).join('')).join('');
}
