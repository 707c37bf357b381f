/** A record in the space of an embedding. */
export type Point = ArrayLike<number>;

function squaredDistance(a: Point, b: Point): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** Squared distances of each point to each, n × n. */
export function squaredDistances(points: readonly Point[]): Float64Array {
  const n = points.length;
  const all = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) all[i * n + j] = all[j * n + i] = squaredDistance(points[i], points[j]);
  return all;
}

/** Places of the k points nearest to each but itself, the nearest first; of equals the earlier one. */
export function nearestPoints(distances: Float64Array, n: number, k: number): readonly (readonly number[])[] {
  return Array.from({ length: n }, (_, i) => {
    const best: number[] = [];
    const of = (j: number) => distances[i * n + j];
    for (let j = 0; j < n; j++) {
      if (j === i || (best.length === k && of(j) >= of(best[k - 1]))) continue;
      let place = best.length;
      while (place > 0 && of(j) < of(best[place - 1])) place--;
      best.splice(place, 0, j);
      if (best.length > k) best.pop();
    }
    return best;
  });
}

/** How pure the neighbourhood of the records with a label is. */
export interface Purity {
  /** Records that have it. */
  readonly n: number;
  /** Mean share of their neighbours that have it too. */
  readonly purity: number;
  /** What neighbours by chance would have: its share of the other records. */
  readonly chance: number;
}

/** Undefined where fewer than two records have the label, or all. */
export function purityOf(neighbours: readonly (readonly number[])[], has: readonly boolean[]): Purity | undefined {
  const own = has.flatMap((is, i) => (is ? [i] : []));
  if (own.length < 2 || own.length === has.length) return undefined;
  const shares = own.map((i) => neighbours[i].filter((j) => has[j]).length / neighbours[i].length);
  return { n: own.length, purity: shares.reduce((sum, share) => sum + share, 0) / own.length, chance: (own.length - 1) / (has.length - 1) };
}

/** Mean squared distance of pairs that belong together (Wang and Isola 2020, α = 2): 0 is best. Undefined without a pair. */
export function alignment(points: readonly Point[], pairs: readonly (readonly [number, number])[]): number | undefined {
  return pairs.length === 0 ? undefined : pairs.reduce((sum, [i, j]) => sum + squaredDistance(points[i], points[j]), 0) / pairs.length;
}

/** Logarithm of the mean of exp(−2·squared distance) over all pairs (Wang and Isola 2020, t = 2): the lower, the more evenly the points are spread. */
export function uniformity(distances: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) sum += Math.exp(-2 * distances[i * n + j]);
  return Math.log(sum / ((n * (n - 1)) / 2));
}

function centred(points: readonly Point[]): Float64Array[] {
  const mean = Float64Array.from({ length: points[0].length }, (_, k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);
  return points.map((point) => mean.map((value, k) => point[k] - value));
}

/** Squared Frobenius norm of aᵀb. */
function crossNorm(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  const [p, q] = [a[0].length, b[0].length];
  const product = new Float64Array(p * q);
  a.forEach((row, i) => {
    for (let k = 0; k < p; k++) for (let m = 0; m < q; m++) product[k * q + m] += row[k] * b[i][m];
  });
  return product.reduce((sum, value) => sum + value ** 2, 0);
}

/** Linear centred kernel alignment of two embeddings of the same records (Kornblith et al. 2019): 1, the same up to turning and scale. NaN where one of them never changes. */
export function linearCka(a: readonly Point[], b: readonly Point[]): number {
  const [x, y] = [centred(a), centred(b)];
  return crossNorm(x, y) / Math.sqrt(crossNorm(x, x) * crossNorm(y, y));
}
