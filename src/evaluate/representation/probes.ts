import { chance, logisticProbe, Ranking, scaled, scalerOf } from '../encoder/index.js';
import type { Point } from './geometry.js';

/** Labelled records that a probe is taught. */
const LABELS = [10, 100, 1000] as const;
const DRAWS = 5;
/** Fewer on either side measure nothing. */
const TESTED_MIN = 5;

/** Records with the embedding, in two halves of the patients: probes are taught on one and measured on the other. */
export interface Halves {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Patients drawn to two halves. */
export function halvesOf(patients: readonly string[], seed: number): Halves {
  const random = chance(seed);
  const drawn = new Map([...new Set(patients)].map((patient) => [patient, random() < 0.5]));
  const places = patients.map((_, i) => i);
  return { train: places.filter((i) => drawn.get(patients[i])), test: places.filter((i) => !drawn.get(patients[i])) };
}

/** Macro AUROC over the labels, mean, least and most of five draws. */
export interface ProbePoint {
  readonly labels: number;
  readonly auroc: number;
  readonly least: number;
  readonly most: number;
}

/** Half of the labels that teach are positives, as far as there are any; a count that there are no records for is left out. */
export function probesByLabels(points: readonly Point[], columns: readonly (readonly boolean[])[], { train, test }: Halves): readonly ProbePoint[] {
  const scaler = scalerOf(train.map((i) => points[i]));
  const rows = scaled(points, scaler);
  return LABELS.filter((labels) => labels <= train.length).flatMap((labels) => {
    const draws = Array.from({ length: DRAWS }, (_, seed) => macro(rows, columns, train, test, labels, seed)).filter((auroc) => auroc !== undefined);
    return draws.length === 0 ? [] : [{ labels, auroc: draws.reduce((sum, value) => sum + value, 0) / draws.length, least: Math.min(...draws), most: Math.max(...draws) }];
  });
}

function macro(rows: readonly Float64Array[], columns: readonly (readonly boolean[])[], train: readonly number[], test: readonly number[], labels: number, seed: number): number | undefined {
  const found = columns.flatMap((has, column) => {
    const random = chance(1 + seed + 100 * column);
    const order = train.map((i) => ({ i, at: random() })).sort((a, b) => a.at - b.at).map(({ i }) => i);
    const [positive, negative] = [true, false].map((is) => order.filter((i) => has[i] === is));
    const positives = Math.min(positive.length, Math.max(labels >> 1, labels - negative.length));
    const taught = [...positive.slice(0, positives), ...negative.slice(0, labels - positives)];
    const tested = test.filter((i) => has[i]).length;
    if (positives === 0 || positives === taught.length || tested < TESTED_MIN || test.length - tested < TESTED_MIN) return [];
    const probe = logisticProbe(taught.map((i) => rows[i]), taught.map((i) => has[i]));
    return [new Ranking(test.map((i) => probe.score(rows[i])), test.map((i) => has[i])).figures().auroc];
  });
  return found.length === 0 ? undefined : found.reduce((sum, auroc) => sum + auroc, 0) / found.length;
}

/** What carries a label in a linear probe on the embedding. */
export interface Carriers {
  /** Dimensions with the greatest mean |SHAP value|, and their share of all dimensions' sum. */
  readonly dimensions: readonly { readonly dimension: number; readonly share: number }[];
  /** How many dimensions carry half of it. */
  readonly half: number;
}

const SHOWN = 5;

/** Exact SHAP values of a linear model whose features are taken as independent (Lundberg and Lee 2017): w·(x − mean), row × dimension, in log-odds. They sum to the row's score less the mean score. */
export function linearShap(weights: ArrayLike<number>, rows: readonly Point[]): readonly Float64Array[] {
  const mean = Float64Array.from(weights, (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
  return rows.map((row) => mean.map((value, k) => weights[k] * (row[k] - value)));
}

export function carriersOf(shap: readonly Float64Array[]): Carriers {
  const sizes = Array.from(shap[0], (_, k) => shap.reduce((sum, row) => sum + Math.abs(row[k]), 0));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const ranked = sizes.map((size, dimension) => ({ dimension, share: size / all })).sort((a, b) => b.share - a.share);
  let [sum, half] = [0, 0];
  while (half < ranked.length && sum < 0.5) sum += ranked[half++].share;
  return { dimensions: ranked.slice(0, SHOWN), half };
}

/** The weights of a probe, by what it says of the unit vectors. */
export function probeWeights(rows: readonly Float64Array[], has: readonly boolean[]): Float64Array {
  const { score } = logisticProbe(rows, has);
  const zero = new Float64Array(rows[0].length);
  const base = score(zero);
  return zero.map((_, k) => score(zero.map((__, m) => (m === k ? 1 : 0))) - base);
}
