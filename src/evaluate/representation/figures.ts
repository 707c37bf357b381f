import { chance, type LabelKind, type RecordLabels, scaled, scalerOf } from '../encoder/index.js';
import { alignment, nearestPoints, type Point, type Purity, purityOf, squaredDistances, uniformity } from './geometry.js';
import { type Carriers, carriersOf, halvesOf, linearShap, type ProbePoint, probesByLabels, probeWeights } from './probes.js';

/** A record with what an encoder makes of it. */
export interface Embedded {
  readonly patient: string;
  readonly labels: RecordLabels;
  readonly embedding: Point;
}

/** What the space of one encoder is like. */
export interface SpaceFigures {
  readonly purity: Readonly<Record<string, Purity>>;
  /** Of pairs of one patient, and of pairs with the same statements; null: there is none. */
  readonly alignment: { readonly patients: number | null; readonly statements: number | null; readonly pairs: { readonly patients: number; readonly statements: number } };
  readonly uniformity: number;
  readonly probes: readonly ProbePoint[];
}

export interface LabelCarriers extends Carriers {
  readonly label: string;
}

const NEIGHBOURS = 10;
const PAIRS_MAX = 20_000;
const POSITIVES_MIN = 10;
const SEED = 1;
/** Distances of each to each are held: 128 MB of them. */
export const RECORDS_MAX = 4000;

/** Labels that are known of every record and that ten at least have, and ten have not. */
function columnsOf(records: readonly Embedded[], kind: LabelKind): ReadonlyMap<string, readonly boolean[]> {
  const ids = [...new Set(records.flatMap(({ labels }) => [...labels[kind].keys()]))];
  return new Map(ids.flatMap((id) => {
    const has = records.map(({ labels }) => labels[kind].get(id));
    const positives = has.filter((is) => is === true).length;
    return has.includes(undefined) || positives < POSITIVES_MIN || has.length - positives < POSITIVES_MIN ? [] : [[id, has.map((is) => is === true)] as const];
  }));
}

/** Pairs of records that share a key, drawn by chance where there are too many. */
function pairsOf(keys: readonly string[]): readonly (readonly [number, number])[] {
  const groups = new Map<string, number[]>();
  keys.forEach((key, i) => {
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const large = [...groups.values()].filter((group) => group.length > 1);
  const total = large.reduce((sum, group) => sum + (group.length * (group.length - 1)) / 2, 0);
  const keep = Math.min(1, PAIRS_MAX / total);
  const random = chance(SEED);
  return large.flatMap((group) => group.flatMap((i, a) => group.slice(a + 1).flatMap((j) => (random() < keep ? [[i, j] as const] : []))));
}

export function spaceFigures(records: readonly Embedded[]): SpaceFigures {
  const points = records.map(({ embedding }) => embedding);
  const distances = squaredDistances(points);
  const neighbours = nearestPoints(distances, points.length, Math.min(NEIGHBOURS, points.length - 1));
  const groups = [...columnsOf(records, 'superclasses'), ...columnsOf(records, 'targets')];
  const byPatient = pairsOf(records.map(({ patient }) => patient));
  const byStatements = pairsOf(records.map(({ labels }) => [...labels.statements].flatMap(([id, is]) => (is ? [id] : [])).join(' ')));
  return {
    purity: Object.fromEntries(groups.flatMap(([id, has]) => {
      const purity = purityOf(neighbours, has);
      return purity === undefined ? [] : [[id, purity]];
    })),
    alignment: { patients: alignment(points, byPatient) ?? null, statements: alignment(points, byStatements) ?? null, pairs: { patients: byPatient.length, statements: byStatements.length } },
    uniformity: uniformity(distances, points.length),
    probes: probesByLabels(points, [...columnsOf(records, 'superclasses').values()], halvesOf(records.map(({ patient }) => patient), SEED)),
  };
}

/** By a probe on all records: of statements where there are any, else of superclasses. */
export function carriersIn(records: readonly Embedded[]): readonly LabelCarriers[] {
  const points = records.map(({ embedding }) => embedding);
  const rows = scaled(points, scalerOf(points));
  const statements = columnsOf(records, 'statements');
  return [...(statements.size > 0 ? statements : columnsOf(records, 'superclasses'))].map(([label, has]) => ({ label, ...carriersOf(linearShap(probeWeights(rows, has), rows)) }));
}
