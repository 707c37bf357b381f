/** Linear probes: logistic regression with an L2 penalty on frozen features, as floors and for the scarcity curve. */
export interface Probe {
  /** Log-odds. */
  score(features: ArrayLike<number>): number;
}

/** Means and standard deviations of the columns; a column that never changes is divided by 1. */
export interface Scaler {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
}

export function scalerOf(rows: readonly ArrayLike<number>[]): Scaler {
  const width = rows[0].length;
  const [mean, sd] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows) for (let k = 0; k < width; k++) mean[k] += row[k] / rows.length;
  for (const row of rows) for (let k = 0; k < width; k++) sd[k] += (row[k] - mean[k]) ** 2 / rows.length;
  for (let k = 0; k < width; k++) sd[k] = Math.sqrt(sd[k]) || 1;
  return { mean, sd };
}

export function scaled(rows: readonly ArrayLike<number>[], { mean, sd }: Scaler): Float64Array[] {
  return rows.map((row) => Float64Array.from(mean, (_, k) => (row[k] - mean[k]) / sd[k]));
}

const STEPS_MAX = 30;
const TOLERANCE = 1e-8;

/**
 * Logistic regression as scikit-learn has it: ½·|w|² + C·Σ log-loss, the intercept free of the penalty; by Newton's method.
 * @param rows scaled features
 */
export function logisticProbe(rows: readonly Float64Array[], positive: readonly boolean[], c = 1): Probe {
  const width = rows[0].length + 1;
  const w = new Float64Array(width);
  const logOdds = (row: ArrayLike<number>): number => {
    let sum = w[width - 1];
    for (let k = 0; k < width - 1; k++) sum += w[k] * row[k];
    return sum;
  };
  for (let step = 0; step < STEPS_MAX; step++) {
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    rows.forEach((row, i) => {
      const p = 1 / (1 + Math.exp(-logOdds(row)));
      const [error, weight] = [c * ((positive[i] ? 1 : 0) - p), c * p * (1 - p)];
      for (let k = 0; k < width; k++) {
        const x = k === width - 1 ? 1 : row[k];
        gradient[k] += error * x;
        const own = hessian[k];
        const wx = weight * x;
        for (let m = 0; m <= k; m++) own[m] += wx * (m === width - 1 ? 1 : row[m]);
      }
    });
    for (let k = 0; k < width - 1; k++) {
      gradient[k] -= w[k];
      hessian[k][k] += 1;
    }
    hessian[width - 1][width - 1] += 1e-9;
    const move = solved(hessian, gradient);
    let largest = 0;
    for (let k = 0; k < width; k++) {
      w[k] += move[k];
      largest = Math.max(largest, Math.abs(move[k]));
    }
    if (largest < TOLERANCE) break;
  }
  return { score: logOdds };
}

/** Cholesky, on the lower triangle of a positive definite matrix, which is overwritten. */
function solved(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= a[i][k] * a[j][k];
      a[i][j] = i === j ? Math.sqrt(sum) : sum / a[j][j];
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= a[i][k] * x[k];
    x[i] /= a[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= a[k][i] * x[k];
    x[i] /= a[i][i];
  }
  return x;
}
