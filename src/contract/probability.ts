import { columnsOf, type Column } from './columns.js';
import type { Calibration, Contract, Merge } from './schema.js';

/** A target of the catalogue with its calibrated probability. */
export interface TargetProbability {
  readonly id: string;
  readonly probability: number;
}

/** What a column says of one segment. */
export interface ColumnScore {
  readonly logit: number;
  /** After the contract's activation. */
  readonly activated: number;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function isotonic(curve: { readonly logits: readonly number[]; readonly probabilities: readonly number[] }, logit: number): number {
  const { logits, probabilities } = curve;
  const above = logits.findIndex((x) => x > logit);
  if (above === 0) return probabilities[0];
  if (above < 0) return probabilities[probabilities.length - 1];
  const share = (logit - logits[above - 1]) / (logits[above] - logits[above - 1]);
  return probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1]);
}

/** The logit that has this probability; held away from 0 and 1, where it would be infinite. */
function logitOf(p: number): number {
  const inside = Math.min(Math.max(p, 1e-12), 1 - 1e-12);
  return Math.log(inside / (1 - inside));
}

/** Probability of a target. Calibration stands on the logit itself; only without one does the activation speak. */
export function calibrated(calibration: Calibration, { logit, activated }: ColumnScore): number {
  switch (calibration.method) {
    case 'platt':
      return sigmoid(calibration.a * logit + calibration.b);
    case 'isotonic':
      return isotonic(calibration, logit);
    case 'none':
      return activated;
  }
}

type Activation = NonNullable<Contract['outputs']['logits']>['activation'];

function activate(activation: Activation, logits: ArrayLike<number>, from: number, to: number): (column: number) => number {
  switch (activation) {
    case 'sigmoid':
      return (column) => sigmoid(logits[from + column]);
    case 'none':
      return (column) => logits[from + column];
    case 'softmax': {
      let top = -Infinity;
      for (let i = from; i < to; i++) top = Math.max(top, logits[i]);
      let sum = 0;
      for (let i = from; i < to; i++) sum += Math.exp(logits[i] - top);
      return (column) => Math.exp(logits[from + column] - top) / sum;
    }
  }
}

function merged(rule: Merge, values: readonly number[]): number {
  switch (rule) {
    case 'max':
      return Math.max(...values);
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'first':
      return values[0];
  }
}

/**
 * What each column says of one segment, from its logits: one a column, in column order, crop after crop. Crops are merged after
 * the activation; the logit is then that of what was merged. Throws RangeError where the logits are not whole crops.
 */
export function columnScores(contract: Contract, logits: ArrayLike<number>): (column: number) => ColumnScore {
  const { activation, targets, merge } = contract.outputs.logits ?? { activation: 'none', targets: [] };
  const crops = logits.length / targets.length;
  if (targets.length === 0 || !Number.isInteger(crops) || crops === 0) throw new RangeError(`${logits.length} logits for ${targets.length} columns`);
  const activated = Array.from({ length: crops }, (_, crop) => activate(activation, logits, crop * targets.length, (crop + 1) * targets.length));
  if (crops === 1) return (column) => ({ logit: logits[column], activated: activated[0](column) });
  return (column) => {
    const value = merged((typeof merge === 'string' ? merge : merge?.[column]) ?? 'first', activated.map((of) => of(column)));
    return { logit: activation === 'none' ? value : logitOf(value), activated: value };
  };
}

const COLUMNS = new WeakMap<Contract, readonly Column[]>();

/** Probabilities of the contract's targets from one segment's logits (see `columnScores`). */
export function probabilities(contract: Contract, logits: ArrayLike<number>): readonly TargetProbability[] {
  let columns = COLUMNS.get(contract);
  if (columns === undefined) COLUMNS.set(contract, (columns = columnsOf(contract)));
  const of = columnScores(contract, logits);
  return columns.map(({ column, target }) => ({ id: target.id, probability: calibrated(target.calibration, of(column)) }));
}

/** Mean of a model's embeddings of one segment or several, crop after crop each; of unit length where the contract's are. Undefined: it has none. */
export function meanEmbedding(contract: Contract, each: readonly (ArrayLike<number> | undefined)[]): Float32Array | undefined {
  const { embedding } = contract.outputs;
  if (embedding === undefined) return undefined;
  const mean = new Float32Array(embedding.size);
  let rows = 0;
  for (const values of each) {
    if (values === undefined) return undefined;
    rows += values.length / embedding.size;
    for (let i = 0; i < values.length; i++) mean[i % embedding.size] += values[i];
  }
  const length = embedding.unitLength === true ? Math.hypot(...mean) || 1 : rows;
  return mean.map((value) => value / length);
}
