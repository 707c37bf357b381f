import { basename } from 'node:path';
import { SEGMENT_SECONDS } from '../../ecg/index.js';
import { START_UNKNOWN_MS, stemOf } from '../../records/index.js';
import { UsageError } from '../failure.js';
import { type Reading, reading } from '../reading.js';
import { type Patient, prepared, type Prepared, type Reader } from './recorded.js';

/** One segment of a recording, and what its header says of the patient. */
export interface Segmented {
  readonly segment: Prepared;
  readonly patient: Patient;
  /** When the recording began, ms since 1970; undefined: its header does not say. */
  readonly startMs?: number;
}

/** The segment that is asked about, and the earlier one that it is compared with, if any. Throws UsageError, RecordError. */
export async function segmentsAt({ record, atMs }: { readonly record: string; readonly atMs?: number }, earlier: string | undefined, reader: Reader): Promise<readonly [Prepared, ...Prepared[]]> {
  const files = reading();
  const now = await segmentAt(record, atMs, reader, files);
  if (earlier === undefined) return [now.segment];
  const before = await segmentAt(earlier, undefined, reader, files);
  refuseTwoPatients(now, before);
  return [now.segment, before.segment];
}

/** The segment that holds a time, or the first that can be used. Throws UsageError, RecordError. */
async function segmentAt(path: string, atMs: number | undefined, reader: Reader, files: Reading): Promise<Segmented> {
  const device = basename(stemOf(path));
  const record = await files.read({ path: path.replace(/\.(hea|dat|mat)$/i, ''), device });
  const patient = patientOf(record.comments);
  const segments = prepared(record, patient, reader);
  if (segments.length === 0) throw new UsageError(`${device}: shorter than the shortest segment, so there is nothing to read`);
  const isAt = ({ outcome }: Prepared) => atMs! >= startOf(outcome) && atMs! < startOf(outcome) + 1000 * SEGMENT_SECONDS;
  const segment = atMs === undefined ? (segments.find(({ outcome }) => outcome.grade !== 'unusable') ?? segments[0]) : segments.find(isAt);
  if (segment === undefined) throw new UsageError(`${device}: --at ${atMs! / 1000}s is not in it: its segments reach from 0 to ${(startOf(segments[segments.length - 1].outcome) + 1000 * SEGMENT_SECONDS) / 1000}s`);
  return { segment, patient, ...(record.startMs !== START_UNKNOWN_MS && { startMs: record.startMs }) };
}

const startOf = ({ firstSample, rateHz }: Prepared['outcome']): number => (1000 * firstSample) / rateHz;

/** Age and sex as headers state them (`# Age: 60`, `# Sex: Female`; LUDB's `#<age>: 60`). */
export function patientOf(comments: readonly string[]): Patient {
  const of = (name: string) => comments.map((comment) => new RegExp(`^#?\\s*<?${name}>?:\\s*(.*)$`, 'i').exec(comment)?.[1]?.trim()).find((found) => found !== undefined);
  const [age, sex = ''] = [Number(of('Age') || NaN), of('Sex')];
  return {
    ...(Number.isFinite(age) && age > 0 && { ageYears: age }),
    ...(/^m/i.test(sex) ? { sex: 'male' as const } : /^f/i.test(sex) ? { sex: 'female' as const } : {}),
  };
}

const YEAR_MS = 365.25 * 86_400_000;
/** Ages are whole years, and headers round them as they like. */
const AGES_APART_MAX = 2;

/** Throws UsageError where the headers speak of two people, or where the earlier tracing is the later one: what is new and what is gone would change places. */
export function refuseTwoPatients(now: Omit<Segmented, 'segment'>, earlier: Omit<Segmented, 'segment'>): void {
  const refuse = (by: string): never => {
    throw new UsageError(`--earlier: the recordings are of two patients, by the ${by} that their headers state: nothing is compared`);
  };
  const [a, b] = [now.patient, earlier.patient];
  if (a.sex !== undefined && b.sex !== undefined && a.sex !== b.sex) refuse('sex');
  const years = now.startMs === undefined || earlier.startMs === undefined ? undefined : (now.startMs - earlier.startMs) / YEAR_MS;
  if (years !== undefined && years < 0) throw new UsageError('--earlier: by the dates that their headers state it was recorded after the other: give them the other way round');
  if (a.ageYears === undefined || b.ageYears === undefined) return;
  const older = a.ageYears - b.ageYears;
  // Without dates the years between them are not known.
  if (older < -AGES_APART_MAX || (years !== undefined && older - years > AGES_APART_MAX)) refuse('ages');
}
