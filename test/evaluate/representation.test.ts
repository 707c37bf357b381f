/** The geometry of embeddings, by hand and by properties: what numpy would give for the formulas as they are published. Invariants: I152 */
import { describe, expect, test } from 'vitest';
import { mapOf } from '../../src/adapters/umap.js';
import {
  alignment, carriersIn, carriersOf, chance, type Embedded, halvesOf, linearCka, linearShap, logisticProbe, nearestPoints, probesByLabels, probeWeights, purityOf, type RecordLabels, spaceFigures, squaredDistances, uniformity,
} from '../../src/evaluate/index.js';

function cloud(n: number, width: number, seed: number): Float64Array[] {
  const random = chance(seed);
  return Array.from({ length: n }, () => Float64Array.from({ length: width }, () => random() + random() - 1));
}

test('distances and neighbours by hand; no point is its own neighbour, of equals the earlier stands first', () => {
  const points = [[0, 0], [3, 4], [0, 1], [1, 0]];
  const distances = squaredDistances(points);
  expect([...distances.subarray(0, 4)]).toEqual([0, 25, 1, 1]);
  expect(nearestPoints(distances, 4, 2)).toEqual([[2, 3], [2, 3], [0, 3], [0, 2]]);
});

test('purity by hand, with what chance would give', () => {
  const neighbours = [[1, 2], [0, 2], [0, 3], [2, 0]];
  // Records 0 and 1 have it: half of the neighbours of each.
  expect(purityOf(neighbours, [true, true, false, false])).toEqual({ n: 2, purity: 0.5, chance: 1 / 3 });
  expect([purityOf(neighbours, [true, false, false, false]), purityOf(neighbours, [true, true, true, true])]).toEqual([undefined, undefined]);
});

test('alignment and uniformity by hand', () => {
  const points = [[1, 0], [0, 1], [-1, 0]];
  expect(alignment(points, [[0, 1], [0, 2]])).toBe(3);
  expect(alignment(points, [])).toBeUndefined();
  // Squared distances 2, 4, 2.
  expect(uniformity(squaredDistances(points), 3)).toBeCloseTo(Math.log((2 * Math.exp(-4) + Math.exp(-8)) / 3), 12);
});

describe('linear CKA', () => {
  test('is 1 for the same space turned, shifted and scaled, and near 0 for another', () => {
    const points = cloud(400, 3, 1);
    const turned = points.map(([x, y, z]) => [5 + 2 * (0.6 * x - 0.8 * y), 2 * (0.8 * x + 0.6 * y), 2 * z]);
    expect(linearCka(points, turned)).toBeCloseTo(1, 10);
    expect(linearCka(points, cloud(400, 3, 2))).toBeLessThan(0.1);
  });

  test('by hand: tr(XXᵀYYᵀ) over the norms', () => {
    // Centred: x = (−1, 0, 1), y = (−1, 2, −1), whose product is 0; and with itself.
    expect(linearCka([[0], [1], [2]], [[0], [3], [0]])).toBe(0);
    // x = (−1, 0, 1), y = (−4, −1, 5)/3: (xᵀy)² / (xᵀx · yᵀy) = 9 / (2 · 14/3).
    expect(linearCka([[0], [1], [2]], [[0], [1], [3]])).toBeCloseTo(9 / (2 * (14 / 3)), 12);
  });
});

describe('SHAP of a linear model', () => {
  const rows = cloud(60, 4, 3);
  const has = rows.map((row) => row[2] + 0.1 * row[0] > 0);

  test('sums to each score less the mean score, and its weights are the probe’s', () => {
    const weights = probeWeights(rows, has);
    const { score } = logisticProbe(rows, has);
    const scores = rows.map((row) => score(row));
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    linearShap(weights, rows).forEach((values, i) => expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(scores[i] - mean, 8));
  });

  test('says which dimension carries the label', () => {
    const { dimensions, half } = carriersOf(linearShap(probeWeights(rows, has), rows));
    expect(dimensions[0].dimension).toBe(2);
    expect(half).toBe(1);
    expect(carriersOf([Float64Array.of(3, -1), Float64Array.of(-3, 1)]).dimensions).toEqual([{ dimension: 0, share: 0.75 }, { dimension: 1, share: 0.25 }]);
  });
});

describe('probes by number of labels', () => {
  const points = cloud(600, 6, 4);
  const has = points.map((row) => row[1] > 0);
  const halves = halvesOf(points.map((_, i) => `p${i >> 1}`), 1);

  test('no patient is on both sides', () => {
    const sides = new Map<number, Set<string>>();
    for (const [side, places] of Object.entries(halves)) for (const i of places) sides.set(i >> 1, (sides.get(i >> 1) ?? new Set()).add(side));
    expect([...sides.values()].every(({ size }) => size === 1)).toBe(true);
    expect(halves.train.length + halves.test.length).toBe(600);
  });

  test('more labels teach more, a label that is noise teaches nothing, and a count that there are no records for is left out', () => {
    const [ten, hundred, ...more] = probesByLabels(points, [has], halves);
    expect([ten.labels, hundred.labels, more]).toEqual([10, 100, []]);
    expect(hundred.auroc).toBeGreaterThan(ten.auroc);
    expect(hundred.auroc).toBeGreaterThan(0.95);
    expect(hundred.least).toBeLessThanOrEqual(hundred.auroc);
    const random = chance(9);
    expect(probesByLabels(points, [points.map(() => random() < 0.5)], halves)[1].auroc).toBeLessThan(0.65);
  });
});

test('figures of a space in which labels lie apart, and of one in which they do not', () => {
  const random = chance(6);
  const records = cloud(200, 5, 5).map((point, i): Embedded & { embedding: Float64Array } => {
    const is = i % 4 === 0;
    const known = (id: string): ReadonlyMap<string, boolean> => new Map([[id, is]]);
    const labels: RecordLabels = { targets: new Map(), superclasses: known('MI'), statements: known('IMI') };
    return { patient: `p${i >> 1}`, labels, embedding: point.map((value, k) => (k === 0 && is ? value + 6 : value)) };
  });
  const apart = spaceFigures(records);
  expect(apart.purity['MI']).toMatchObject({ n: 50, purity: 1 });
  expect(apart.alignment.pairs).toEqual({ patients: 100, statements: (50 * 49) / 2 });
  expect(apart.alignment.statements!).toBeLessThan(apart.alignment.patients!);
  expect(carriersIn(records)).toMatchObject([{ label: 'IMI', dimensions: [{ dimension: 0 }, {}, {}, {}, {}] }]);
  const mixed = spaceFigures(records.map((record) => ({ ...record, embedding: record.embedding.map(() => random()) })));
  expect(mixed.purity['MI'].purity).toBeLessThan(0.4);
});

test('the map is the same in every run, and keeps far clouds apart', { timeout: 60_000 }, () => {
  const points = [...cloud(40, 4, 7), ...cloud(40, 4, 8).map((point) => point.map((value) => value + 30))];
  const map = mapOf(points, chance(1));
  expect(mapOf(points, chance(1))).toEqual(map);
  expect(mapOf(points, chance(2))).not.toEqual(map);
  const centre = (from: number) => [0, 1].map((axis) => map.slice(from, from + 40).reduce((sum, at) => sum + at[axis], 0) / 40);
  const [a, b] = [centre(0), centre(40)];
  const spread = Math.max(...map.slice(0, 40).map((at) => Math.hypot(at[0] - a[0], at[1] - a[1])));
  expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeGreaterThan(spread);
});
