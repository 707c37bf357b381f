/** Drift: the energy distance by hand, its threshold by permutation, and simulated windows that have drifted and that have not. Invariants: I154 */
import { expect, test } from 'vitest';
import { chance, distancesOf, driftFigures, type DriftRecord, driftThreshold, energyDistance } from '../../src/evaluate/index.js';

const cloud = (n: number, seed: number, shift = 0): Float64Array[] => {
  const random = chance(seed);
  return Array.from({ length: n }, () => Float64Array.from({ length: 4 }, () => random() + shift));
};
/** Patients of one segment each. */
const alone = (from: number, to: number): number[][] => range(from, to).map((i) => [i]);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test('the energy distance by hand', () => {
  // x: 0 and 2; y: 3 and 7. Across 3, 7, 1, 5; within 2 and 4.
  expect(energyDistance(distancesOf([[0], [2], [3], [7]]), 4, [0, 1], [2, 3])).toBe(2 * 4 - 2 - 4);
});

test('it is about 0 of one distribution, and grows with the difference', () => {
  const at = (shift: number) => energyDistance(distancesOf([...cloud(200, 1), ...cloud(200, 2, shift)]), 400, range(0, 200), range(200, 400));
  expect(Math.abs(at(0))).toBeLessThan(0.01);
  expect(at(0.2)).toBeGreaterThan(0.03);
  expect(at(0.4)).toBeGreaterThan(2 * at(0.2));
});

test('the threshold is of the energy distances of deals: of a reference of four and a window of two, the greatest of the three that there are', () => {
  const distances = distancesOf([[0], [2], [3], [7]]);
  const deals = [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]].map(([a, b]) => energyDistance(distances, 4, a, b));
  expect(driftThreshold(distances, 4, [[0], [1], [2], [3]], 2, 1)).toBeCloseTo(Math.max(...deals), 12);
});

test('the threshold is the same in every run; one window in twenty of the same kind exceeds it, and a shifted one does', () => {
  const distances = distancesOf([...cloud(300, 3), ...cloud(50, 4, 0.2)]);
  const threshold = driftThreshold(distances, 350, alone(0, 300), 50, 1);
  expect(driftThreshold(distances, 350, alone(0, 300), 50, 1)).toBe(threshold);
  expect(energyDistance(distances, 350, range(300, 350), range(0, 300))).toBeGreaterThan(threshold);
  const deals = range(0, 60).map((k) => {
    const all = distancesOf([...cloud(300, 3), ...cloud(50, 100 + k)]);
    return energyDistance(all, 350, range(300, 350), range(0, 300)) > threshold;
  });
  expect(deals.filter(Boolean).length).toBeLessThanOrEqual(8);
  expect(() => driftThreshold(distances, 350, alone(0, 99), 50, 1)).toThrow(/needs a reference of 100 segments/);
});

test('simulated windows: few alarms where nothing changed, nearly all noticed where the abnormal lie apart, none where they do not', { timeout: 60_000 }, () => {
  const records = (shift: number): DriftRecord[] => [...cloud(300, 5), ...cloud(300, 6, shift)].map((embedding, i) => ({ patient: `p${i}`, embedding, isAbnormal: i >= 300 }));
  const apart = driftFigures(records(0.6), 80, 1.6, 1);
  expect(apart).toMatchObject({ windows: 300, abnormal: 0.5, abnormalThen: 0.8 });
  expect(apart.falseAlarms).toBeLessThan(0.1);
  expect(apart.power).toBeGreaterThan(0.9);
  expect(driftFigures(records(0), 80, 1.6, 1).power).toBeLessThan(0.2);
  expect(() => driftFigures(records(0).slice(0, 100), 80, 1.3, 1)).toThrow(/0% are abnormal/);
  expect(() => driftFigures(records(0).slice(250, 350), 40, 1.3, 1)).toThrow(RangeError);
});
