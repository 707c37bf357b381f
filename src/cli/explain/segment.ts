import { basename } from 'node:path';
import { SEGMENT_SECONDS } from '../../ecg/index.js';
import { stemOf } from '../../records/index.js';
import { UsageError } from '../failure.js';
import type { Reading } from '../reading.js';
import { type Patient, prepared, type Prepared, type Reader } from './recorded.js';

/** One segment of a recording, and what its header says of the patient. */
export interface Segmented {
  readonly segment: Prepared;
  readonly patient: Patient;
}

/** The segment that holds a time, or the first that can be used. Throws UsageError, RecordError. */
export async function segmentAt(path: string, atMs: number | undefined, reader: Reader, files: Reading): Promise<Segmented> {
  const device = basename(stemOf(path));
  const record = await files.read({ path: path.replace(/\.(hea|dat|mat)$/i, ''), device });
  const patient = patientOf(record.comments);
  const segments = prepared(record, patient, reader);
  if (segments.length === 0) throw new UsageError(`${device}: shorter than the shortest segment, so there is nothing to read`);
  const isAt = ({ outcome }: Prepared) => atMs! >= startOf(outcome) && atMs! < startOf(outcome) + 1000 * SEGMENT_SECONDS;
  const segment = atMs === undefined ? (segments.find(({ outcome }) => outcome.grade !== 'unusable') ?? segments[0]) : segments.find(isAt);
  if (segment === undefined) throw new UsageError(`${device}: --at ${atMs! / 1000}s is not in it: its segments reach from 0 to ${(startOf(segments[segments.length - 1].outcome) + 1000 * SEGMENT_SECONDS) / 1000}s`);
  return { segment, patient };
}

const startOf = ({ firstSample, rateHz }: Prepared['outcome']): number => (1000 * firstSample) / rateHz;

/** Age and sex as headers state them (`# Age: 60`, `# Sex: Female`; LUDB's `#<age>: 60`). */
function patientOf(comments: readonly string[]): Patient {
  const of = (name: string) => comments.map((comment) => new RegExp(`^#?\\s*<?${name}>?:\\s*(.*)$`, 'i').exec(comment)?.[1]?.trim()).find((found) => found !== undefined);
  const [age, sex = ''] = [Number(of('Age') || NaN), of('Sex')];
  return {
    ...(Number.isFinite(age) && age > 0 && { ageYears: age }),
    ...(/^m/i.test(sex) ? { sex: 'male' as const } : /^f/i.test(sex) ? { sex: 'female' as const } : {}),
  };
}

/** Throws UsageError where the headers speak of two people. */
export function refuseTwoPatients(a: Patient, b: Patient): void {
  if (a.sex !== undefined && b.sex !== undefined && a.sex !== b.sex) throw new UsageError('--earlier: the recordings are of two patients, by the sex that their headers state: nothing is compared');
}
