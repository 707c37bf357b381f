import { chance } from '../encoder/index.js';
import { type Point, squaredDistances } from '../representation/index.js';

/** Distances of each point to each, n × n. */
export function distancesOf(points: readonly Point[]): Float64Array {
  const all = squaredDistances(points);
  // In place: of 8,000 points it is half a gigabyte.
  for (let i = 0; i < all.length; i++) all[i] = Math.sqrt(all[i]);
  return all;
}

/** Mean over pairs of different points. */
export function within(distances: Float64Array, n: number, places: readonly number[]): number {
  let sum = 0;
  for (let a = 0; a < places.length; a++) for (let b = a + 1; b < places.length; b++) sum += distances[places[a] * n + places[b]];
  return sum / ((places.length * (places.length - 1)) / 2);
}

function across(distances: Float64Array, n: number, a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const i of a) for (const j of b) sum += distances[i * n + j];
  return sum / (a.length * b.length);
}

/**
 * Energy distance of two samples, 2·E|x − y| − E|x − x′| − E|y − y′| (Székely and Rizzo 2013), over pairs of different points: about 0 where both are of one distribution.
 * @param distances of n points @param a, b places among them, two or more each @param withinB where it is known: E|y − y′|
 */
export function energyDistance(distances: Float64Array, n: number, a: readonly number[], b: readonly number[], withinB = within(distances, n, b)): number {
  return 2 * across(distances, n, a, b) - within(distances, n, a) - withinB;
}

/** The same of every deal of one sample to a window and a rest, from the sums over the whole: pairs within the window alone are added up. */
function dealtEnergy(distances: Float64Array, n: number, sample: readonly number[]): (window: readonly number[]) => number {
  const sums = new Map(sample.map((i) => [i, sample.reduce((sum, j) => sum + distances[i * n + j], 0)]));
  const all = [...sums.values()].reduce((sum, value) => sum + value, 0) / 2;
  return (window) => {
    const [m, rest] = [window.length, sample.length - window.length];
    const inner = (within(distances, n, window) * m * (m - 1)) / 2;
    const cross = window.reduce((sum, i) => sum + sums.get(i)!, 0) - 2 * inner;
    return (2 * cross) / (m * rest) - (2 * inner) / (m * (m - 1)) - (2 * (all - inner - cross)) / (rest * (rest - 1));
  };
}

const DEALS = 200;
const ALARMS = 0.05;

/**
 * The distance that one window in twenty exceeds by chance: patients of a frozen reference are dealt to a window and a rest, again and again (a permutation test; segments of one patient are
 * alike, and stay together). Throws RangeError where the reference has less than two windows.
 * @param patients places of each patient's segments
 */
export function driftThreshold(distances: Float64Array, n: number, patients: readonly (readonly number[])[], window: number, seed: number): number {
  const reference = patients.flat();
  if (window < 2 || reference.length < 2 * window) throw new RangeError(`a window of ${window} needs a reference of ${2 * window} segments at least: there are ${reference.length}`);
  const random = chance(seed);
  const energy = dealtEnergy(distances, n, reference);
  const found = Array.from({ length: DEALS }, () => energy(shuffled(patients, random).flat().slice(0, window))).sort((a, b) => a - b);
  return found[Math.ceil((1 - ALARMS) * DEALS) - 1];
}

/** In an order drawn by chance (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
