import type { RecordLabels } from '../encoder/index.js';

/** What was stated of a record: PTB-XL's statements, or, where its labels have none, findings of the catalogue. */
export function statedIn({ statements, targets }: RecordLabels): readonly string[] {
  return [...(statements.size > 0 ? statements : targets)].flatMap(([id, is]) => (is ? [id] : []));
}

/** Shared over all of two sets (Jaccard 1901); two empty ones are alike. */
export function jaccard(a: readonly string[], b: readonly string[]): number {
  const [own, all] = [new Set(a), new Set([...a, ...b])];
  return all.size === 0 ? 1 : new Set(b.filter((one) => own.has(one))).size / all.size;
}

/** Refused of the distractors that a floor is chosen on. */
const REFUSED_MIN = 0.9;
const STEP = 1e4;

/** The lowest floor, in steps of 0.0001, beneath which nine tenths of the distractors' similarities lie. */
export function floorAt(distractors: readonly number[]): number {
  const sorted = [...distractors].sort((a, b) => a - b);
  const last = sorted[Math.ceil(REFUSED_MIN * sorted.length) - 1];
  return (Math.floor(last * STEP) + 1) / STEP;
}

/** A record and what is nearest to it. */
export interface RecordNeighbours {
  readonly stated: readonly string[];
  /** What was stated of each of the nearest. */
  readonly nearest: readonly (readonly string[])[];
  /** The same of as many that were drawn by chance. */
  readonly drawn: readonly (readonly string[])[];
  readonly isSufficient: boolean;
}

export interface AgreementFigures {
  readonly records: number;
  /** Mean over records of the mean Jaccard index with the nearest; null: of nothing. */
  readonly jaccard: number | null;
  readonly chance: number | null;
  /** Under the floor. */
  readonly refused: number;
  /** Of those at the floor or above. */
  readonly jaccardAnswered: number | null;
}

const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

export function agreementFigures(records: readonly RecordNeighbours[]): AgreementFigures {
  const agreement = (stated: readonly string[], others: readonly (readonly string[])[]) => mean(others.map((other) => jaccard(stated, other))) ?? 0;
  const all = records.map(({ stated, nearest }) => agreement(stated, nearest));
  const answered = records.filter(({ isSufficient }) => isSufficient).length;
  return {
    records: records.length,
    jaccard: mean(all),
    chance: mean(records.map(({ stated, drawn }) => agreement(stated, drawn))),
    refused: records.length - answered,
    jaccardAnswered: mean(all.filter((_, i) => records[i].isSufficient)),
  };
}
