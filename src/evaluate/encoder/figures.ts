import { chance } from './chance.js';
import { type Interval, percentiles, rankIntervals, resampled } from './bootstrap.js';
import { calibrationFigures, operatingPoint } from './calibration.js';
import { Ranking } from './ranking.js';

/** The kinds of label that an encoder is measured on. */
export const LABEL_KINDS = ['targets', 'superclasses', 'statements'] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

/** What is known of a record: a label that is not there is unknown, and counts neither way. */
export type RecordLabels = Readonly<Record<LabelKind, ReadonlyMap<string, boolean>>>;

/** A logit, or a similarity, of each label that the encoder has a column or a prompt for. */
export type RecordScores = Readonly<Record<LabelKind, ReadonlyMap<string, number>>>;

export interface ScoredRecord {
  readonly record: string;
  readonly patient: string;
  readonly labels: RecordLabels;
  readonly scores: RecordScores;
  /** Calibrated, of the targets; none where a prompt alone spoke. */
  readonly probabilities: ReadonlyMap<string, number>;
}

export interface LabelFigures {
  readonly id: string;
  /** Records of which it is known. */
  readonly n: number;
  readonly nPos: number;
  readonly prevalence: number;
  /** Null where a class is empty. */
  readonly auroc: number | null;
  readonly auprc: number | null;
  /** AUPRC over prevalence. */
  readonly lift: number | null;
  readonly intervals?: { readonly auroc?: Interval; readonly auprc?: Interval };
}

export interface TargetFigures extends LabelFigures {
  /** At the contract's threshold, on the calibrated probability. */
  readonly threshold?: number;
  readonly sensitivity?: number;
  readonly specificity?: number;
  readonly ppv?: number;
  readonly f1?: number;
  readonly brier?: number;
  readonly ece?: number;
  readonly slope?: number | null;
}

export interface Macro {
  readonly auroc: number | null;
  readonly auprc: number | null;
  /** Labels in it: those with both classes. */
  readonly labels: number;
}

export interface EncoderFigures {
  readonly n: number;
  readonly targets: readonly TargetFigures[];
  readonly macro: Macro;
  /** Over targets with at least ten positives. */
  readonly macroOfTen: Macro;
  readonly superclasses: readonly LabelFigures[];
  readonly superclassMacro: Macro;
  readonly statements: readonly LabelFigures[];
  readonly statementMacro: Macro;
}

const TEN = 10;
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The records of which a label is known and scored, as columns. */
export interface LabelColumn {
  readonly id: string;
  /** Places in the list of records. */
  readonly places: readonly number[];
  readonly scores: readonly number[];
  readonly positive: readonly boolean[];
}

/** One column for each label that is both stated and scored, in the order in which they first appear. */
export function labelColumns(records: readonly ScoredRecord[], kind: LabelKind): readonly LabelColumn[] {
  const columns = new Map<string, { id: string; places: number[]; scores: number[]; positive: boolean[] }>();
  records.forEach(({ labels, scores }, place) => {
    for (const [id, score] of scores[kind]) {
      const positive = labels[kind].get(id);
      if (positive === undefined) continue;
      let column = columns.get(id);
      if (column === undefined) columns.set(id, (column = { id, places: [], scores: [], positive: [] }));
      column.places.push(place);
      column.scores.push(score);
      column.positive.push(positive);
    }
  });
  return [...columns.values()];
}

export function macroOf(figures: readonly LabelFigures[]): Macro {
  const whole = figures.filter(({ auroc }) => auroc !== null);
  const mean = (of: (figure: LabelFigures) => number) => (whole.length === 0 ? null : whole.reduce((sum, figure) => sum + of(figure), 0) / whole.length);
  return { auroc: mean(({ auroc }) => auroc!), auprc: mean(({ auprc }) => auprc!), labels: whole.length };
}

function labelFigures({ id, scores, positive, places }: LabelColumn, records: readonly ScoredRecord[], seed: number | undefined): LabelFigures {
  const ranking = new Ranking(scores, positive);
  const { auroc, auprc } = ranking.figures();
  const nPos = positive.filter(Boolean).length;
  const prevalence = nPos / scores.length;
  const intervals = seed === undefined || Number.isNaN(auroc) ? undefined : rankIntervals(ranking, places.map((place) => records[place].patient), positive, seed);
  return { id, n: scores.length, nPos, prevalence, auroc: finite(auroc), auprc: finite(auprc), lift: finite(auprc / prevalence), ...(intervals === undefined ? {} : { intervals }) };
}

function targetFigures(column: LabelColumn, records: readonly ScoredRecord[], threshold: number | undefined, seed: number | undefined): TargetFigures {
  const figures = labelFigures(column, records, seed);
  const probabilities = column.places.map((place) => records[place].probabilities.get(column.id));
  if (!probabilities.every((p) => p !== undefined) || threshold === undefined) return figures;
  const { brier, ece, slope } = calibrationFigures(probabilities, column.positive);
  return { ...figures, threshold, ...operatingPoint(probabilities, column.positive, threshold), brier, ece, slope: finite(slope) };
}

/**
 * Figures of one encoder on one set of records.
 * @param thresholds of the contract, by target
 * @param seed of the bootstrap; undefined: no intervals
 */
export function encoderFigures(records: readonly ScoredRecord[], thresholds: ReadonlyMap<string, number>, seed?: number): EncoderFigures {
  const targets = labelColumns(records, 'targets').map((column) => targetFigures(column, records, thresholds.get(column.id), seed));
  const superclasses = labelColumns(records, 'superclasses').map((column) => labelFigures(column, records, seed));
  const statements = labelColumns(records, 'statements').map((column) => labelFigures(column, records, undefined));
  return {
    n: records.length,
    targets,
    macro: macroOf(targets),
    macroOfTen: macroOf(targets.filter(({ nPos }) => nPos >= TEN)),
    superclasses,
    superclassMacro: macroOf(superclasses),
    statements,
    statementMacro: macroOf(statements),
  };
}

/** One measure of this encoder minus the other's, on the same resamples. */
export interface Difference extends Partial<Interval> {
  readonly difference: number;
  /** Two-sided, by the bootstrap; Holm's correction over the targets stands in `pHolm`. */
  readonly p: number;
}

export interface PairedDifference {
  readonly id: string;
  readonly auroc: Difference;
  readonly auprc: Difference;
  readonly pHolm?: { readonly auroc: number; readonly auprc: number };
}

export interface Comparison {
  /** Labels that both encoders score. */
  readonly targets: readonly PairedDifference[];
  readonly superclasses: readonly PairedDifference[];
  readonly macro?: PairedDifference;
  readonly superclassMacro?: PairedDifference;
}

const MEASURES = ['auroc', 'auprc'] as const;

function difference(value: number, drawn: readonly number[]): Difference {
  const there = drawn.filter(Number.isFinite);
  const below = there.filter((d) => d <= 0).length;
  const above = there.filter((d) => d >= 0).length;
  return { difference: value, ...percentiles(there), p: Math.min(1, (2 * (Math.min(below, above) + 1)) / (there.length + 1)) };
}

/** Holm 1979: the least p times how many are left, never falling. */
function holm(found: readonly PairedDifference[]): PairedDifference[] {
  const corrected = (measure: 'auroc' | 'auprc'): Map<string, number> => {
    const sorted = [...found].sort((a, b) => a[measure].p - b[measure].p);
    let least = 0;
    return new Map(sorted.map(({ id, [measure]: { p } }, i) => [id, (least = Math.min(1, Math.max(least, p * (sorted.length - i))))]));
  };
  const [auroc, auprc] = MEASURES.map(corrected);
  return found.map((one) => ({ ...one, pHolm: { auroc: auroc.get(one.id)!, auprc: auprc.get(one.id)! } }));
}

/** Paired: the same records in the same order, patients drawn together for both. */
export function compared(ours: readonly ScoredRecord[], theirs: readonly ScoredRecord[], seed: number): Comparison {
  const patients = ours.map(({ patient }) => patient);
  const kinds = (['targets', 'superclasses'] as const).map((kind) => {
    const others = new Map(labelColumns(theirs, kind).map((column) => [column.id, column]));
    return labelColumns(ours, kind).flatMap((column) => {
      const other = others.get(column.id);
      if (other === undefined || new Set(column.positive).size < 2) return [];
      return [{ ...column, own: new Ranking(column.scores, column.positive), other: new Ranking(other.scores, other.positive), drawn: { auroc: [] as number[], auprc: [] as number[] } }];
    });
  });
  const macros = kinds.map(() => ({ auroc: [] as number[], auprc: [] as number[] }));
  for (const weights of resampled(patients, undefined, seed)) {
    kinds.forEach((columns, k) => {
      const differences = columns.map(({ places, own, other, drawn }) => {
        const weight = places.map((place) => weights[place]);
        const [a, b] = [own.figures(weight), other.figures(weight)];
        for (const measure of MEASURES) drawn[measure].push(a[measure] - b[measure]);
        return { auroc: a.auroc - b.auroc, auprc: a.auprc - b.auprc };
      });
      for (const measure of MEASURES) {
        const there = differences.map((one) => one[measure]).filter(Number.isFinite);
        macros[k][measure].push(there.reduce((sum, d) => sum + d, 0) / there.length);
      }
    });
  }
  const [targets, superclasses] = kinds.map((columns) =>
    columns.map(({ id, own, other, drawn }): PairedDifference => {
      const [a, b] = [own.figures(), other.figures()];
      return { id, auroc: difference(a.auroc - b.auroc, drawn.auroc), auprc: difference(a.auprc - b.auprc, drawn.auprc) };
    }),
  );
  const macro = (k: number, found: readonly PairedDifference[]): PairedDifference | undefined => {
    if (found.length === 0) return undefined;
    const mean = (measure: 'auroc' | 'auprc') => found.reduce((sum, one) => sum + one[measure].difference, 0) / found.length;
    return { id: 'macro', auroc: difference(mean('auroc'), macros[k].auroc), auprc: difference(mean('auprc'), macros[k].auprc) };
  };
  return { targets: holm(targets), superclasses, macro: macro(0, targets), superclassMacro: macro(1, superclasses) };
}

const DEALS = 20;

/** Macro AUROC of the superclasses with their prompts dealt to the wrong ones: the mean over twenty deals in which none is right. */
export function shuffledPrompts(records: readonly ScoredRecord[], seed: number): number | null {
  const ids = labelColumns(records, 'superclasses').map(({ id }) => id);
  if (ids.length < 2) return null;
  const random = chance(seed);
  const found: number[] = [];
  while (found.length < DEALS) {
    const dealt = ids.map((id) => ({ id, at: random() })).sort((a, b) => a.at - b.at);
    if (dealt.some(({ id }, i) => id === ids[i])) continue;
    const wrong = records.map((record) => ({ ...record, scores: { ...record.scores, superclasses: new Map(ids.map((id, i) => [id, record.scores.superclasses.get(dealt[i].id)!])) } }));
    const { auroc } = macroOf(labelColumns(wrong, 'superclasses').map((column) => labelFigures(column, wrong, undefined)));
    if (auroc === null) return null;
    found.push(auroc);
  }
  return found.reduce((sum, auroc) => sum + auroc, 0) / DEALS;
}
