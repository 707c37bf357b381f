import { BEATS_DISPUTED, type Grade } from '../ecg/index.js';
import { Ranking } from './encoder/index.js';

/** One segment of a recording as the grading room sees it. */
export interface GradedSegment {
  /** Of its start, from the record's. */
  readonly fromS: number;
  readonly score: number;
  /** The `twelveLead` gate. */
  readonly acceptable: boolean;
  readonly grade: Grade;
  readonly reasons: readonly string[];
  /** What the score is made of. */
  readonly trouble?: object;
  /** Where there is a mean beat of eight leads: which exchanges of limb electrodes are found once they are made by recombination. */
  readonly exchangesFound?: Readonly<Record<string, boolean>>;
  /** Where the patient's recording before this one has such a beat too. */
  readonly beside?: BesideEarlier;
}

/** A segment beside a beat of the same patient's recording before. */
export interface BesideEarlier {
  /** Its chest leads are the same as then. */
  readonly compared: boolean;
  /** An exchange is reported of the electrodes as they are. */
  readonly invented: boolean;
  /** Of each exchange made by recombination: is it found in this one, and is it invented here where the earlier one has it? */
  readonly found: Readonly<Record<string, boolean>>;
  readonly righted: Readonly<Record<string, boolean>>;
}

export interface GradedRecord {
  /** The file's stem. */
  readonly record: string;
  /** Which collection it is of: the folder's name. */
  readonly set: string;
  readonly segments: readonly GradedSegment[];
  /** Why there is nothing of it. */
  readonly failed?: string;
  /** Would experts read it as a twelve-lead ECG? */
  readonly label?: 'acceptable' | 'unacceptable';
  /** The alarm that the recording was kept for. */
  readonly alarm?: { readonly atS: number; readonly isTrue: boolean };
}

/** Shares are of 0 to 1; null where there is nothing to divide by. */
export interface QualityFigures {
  /** Labelled records. */
  readonly n: number;
  readonly positive: 'acceptable';
  readonly auroc: number | null;
  readonly accuracy: number | null;
  /** Share of the acceptable records that are accepted. */
  readonly sensitivity: number | null;
  /** Share of the unacceptable records that are refused. */
  readonly specificity: number | null;
  readonly coverage: Readonly<Record<string, Coverage>>;
  /** Where recordings have alarms: segments refused (unusable) in the 10 s before a true alarm, and everywhere else. */
  readonly alarms?: { readonly beforeTrue: Refused; readonly rest: Refused; readonly ratio: number | null };
}

interface Coverage {
  readonly records: number;
  readonly failed: number;
  readonly segments: number;
  readonly twelveLead: number | null;
  readonly notUnusable: number | null;
  /** Segments whose beats the two detectors dispute. */
  readonly disputed: number | null;
  readonly grades: Readonly<Record<Grade, number>>;
  readonly limbLeads?: LimbFigures;
}

/** Taken as recorded with the electrodes where they belong. */
interface LimbFigures {
  /** Accepted segments, in which an exchange is looked for. */
  readonly segments: number;
  /** Share of them in which none is reported. */
  readonly specificity: number | null;
  /** Of each exchange, made by recombination where none was reported. */
  readonly sensitivity: Readonly<Record<string, number | null>>;
  /** Beside an earlier recording of the same patient with the same chest leads, and the same segments alone. */
  readonly beside?: {
    readonly pairs: number;
    readonly compared: number;
    readonly specificity: number | null;
    readonly sensitivity: Readonly<Record<string, number | null>>;
    readonly sensitivityAlone: Readonly<Record<string, number | null>>;
    /** Share in which none is reported where it was the earlier recording that had it. */
    readonly specificityRighted: Readonly<Record<string, number | null>>;
  };
}

interface Refused {
  readonly segments: number;
  readonly refused: number;
  readonly share: number | null;
}

/** A record is what its segments are: the mean score, and accepted where most of them are. */
function verdictOf({ segments }: GradedRecord): { readonly score: number; readonly acceptable: boolean } {
  if (segments.length === 0) return { score: 0, acceptable: false };
  const score = segments.reduce((sum, one) => sum + one.score, 0) / segments.length;
  return { score, acceptable: 2 * segments.filter((one) => one.acceptable).length > segments.length };
}

export function qualityFigures(records: readonly GradedRecord[]): QualityFigures {
  const labelled = records.filter(({ label }) => label !== undefined);
  const truth = labelled.map(({ label }) => label === 'acceptable');
  const verdicts = labelled.map(verdictOf);
  const share = (of: readonly boolean[]) => ratio(of.filter(Boolean).length, of.length);
  const agrees = verdicts.map(({ acceptable }, i) => acceptable === truth[i]);
  const sets = [...new Set(records.map(({ set }) => set))].sort();
  return {
    n: labelled.length,
    positive: 'acceptable',
    auroc: finite(new Ranking(verdicts.map(({ score }) => score), truth).figures().auroc),
    accuracy: share(agrees),
    sensitivity: share(agrees.filter((_, i) => truth[i])),
    specificity: share(agrees.filter((_, i) => !truth[i])),
    coverage: Object.fromEntries(sets.map((set) => [set, coverageOf(records.filter((record) => record.set === set))])),
    alarms: alarmsOf(records),
  };
}

function coverageOf(records: readonly GradedRecord[]): Coverage {
  const segments = records.flatMap((record) => record.segments);
  const graded = (grade: Grade) => segments.filter((segment) => segment.grade === grade).length;
  const grades = { good: graded('good'), limited: graded('limited'), unusable: graded('unusable') };
  return {
    records: records.length,
    failed: records.filter(({ failed }) => failed !== undefined).length,
    segments: segments.length,
    twelveLead: ratio(segments.filter(({ acceptable }) => acceptable).length, segments.length),
    notUnusable: ratio(segments.length - grades.unusable, segments.length),
    disputed: ratio(segments.filter(({ reasons }) => reasons.includes(BEATS_DISPUTED)).length, segments.length),
    grades,
    limbLeads: limbFigures(segments.filter(({ acceptable }) => acceptable)),
  };
}

function limbFigures(segments: readonly GradedSegment[]): LimbFigures | undefined {
  const made = segments.flatMap(({ exchangesFound }) => (exchangesFound === undefined ? [] : [exchangesFound]));
  if (made.length === 0) return undefined;
  const isReported = ({ reasons }: GradedSegment) => reasons.some((reason) => reason.startsWith('swapped-'));
  const exchanges = Object.keys(made[0]);
  const shares = (of: readonly Readonly<Record<string, boolean>>[], is: boolean) => Object.fromEntries(exchanges.map((exchange) => [exchange, ratio(of.filter((one) => one[exchange] === is).length, of.length)]));
  const pairs = segments.filter(({ beside }) => beside !== undefined);
  const compared = pairs.filter(({ beside }) => beside!.compared);
  return {
    segments: segments.length,
    specificity: ratio(segments.filter((segment) => !isReported(segment)).length, segments.length),
    sensitivity: shares(made, true),
    ...(pairs.length > 0 && {
      beside: {
        pairs: pairs.length,
        compared: compared.length,
        specificity: ratio(compared.filter(({ beside }) => !beside!.invented).length, compared.length),
        sensitivity: shares(compared.map(({ beside }) => beside!.found), true),
        sensitivityAlone: shares(compared.map(({ exchangesFound }) => exchangesFound!), true),
        specificityRighted: shares(compared.map(({ beside }) => beside!.righted), false),
      },
    }),
  };
}

function alarmsOf(records: readonly GradedRecord[]): QualityFigures['alarms'] {
  const alarmed = records.filter(({ alarm }) => alarm !== undefined);
  if (alarmed.length === 0) return undefined;
  const isBefore = ({ alarm }: GradedRecord, { fromS }: GradedSegment) => alarm!.isTrue && fromS < alarm!.atS && fromS >= alarm!.atS - 10;
  const around = alarmed.flatMap((record) => record.segments.map((segment) => ({ isRefused: segment.grade === 'unusable', before: isBefore(record, segment) })));
  const refused = (of: typeof around): Refused => {
    const count = of.filter(({ isRefused }) => isRefused).length;
    return { segments: of.length, refused: count, share: ratio(count, of.length) };
  };
  const [beforeTrue, rest] = [refused(around.filter(({ before }) => before)), refused(around.filter(({ before }) => !before))];
  return { beforeTrue, rest, ratio: ratio(beforeTrue.share ?? 0, rest.share ?? 0) };
}

/** One line of a predictions file. A record of several segments has them too. */
export function qualityPrediction(record: GradedRecord): object {
  const { record: name, set, segments, failed } = record;
  if (failed !== undefined) return { record: name, set, reason: failed };
  if (segments.length === 0) return { record: name, set, reason: 'too short for a segment' };
  const { score, acceptable } = verdictOf(record);
  const grades = segments.map(({ grade }) => grade);
  const often = (grade: Grade) => grades.filter((one) => one === grade).length;
  const grade = (['good', 'limited', 'unusable'] as const).reduce((most, one) => (often(one) > often(most) ? one : most));
  const line = { record: name, set, score, acceptable, grade, reasons: [...new Set(segments.flatMap(({ reasons }) => reasons))], trouble: segments.length === 1 ? segments[0].trouble : undefined };
  return segments.length === 1 ? line : { ...line, segments: segments.map(({ exchangesFound: _, ...segment }) => segment) };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : finite(part / whole);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
