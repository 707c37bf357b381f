import { columnsOf, type Column } from './columns.js';
import type { Calibration, Contract } from './schema.js';

/** A target of the catalogue with its calibrated probability. */
export interface TargetProbability {
  readonly id: string;
  readonly probability: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function isotonic(curve: { readonly logits: readonly number[]; readonly probabilities: readonly number[] }, logit: number): number {
  const { logits, probabilities } = curve;
  const above = logits.findIndex((x) => x > logit);
  if (above === 0) return probabilities[0];
  if (above < 0) return probabilities[probabilities.length - 1];
  const share = (logit - logits[above - 1]) / (logits[above] - logits[above - 1]);
  return probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1]);
}

/** Calibration stands on the logit itself; only without one does the activation speak. */
function probability(calibration: Calibration, logit: number, activated: () => number): number {
  switch (calibration.method) {
    case 'platt':
      return sigmoid(calibration.a * logit + calibration.b);
    case 'isotonic':
      return isotonic(calibration, logit);
    case 'none':
      return activated();
  }
}

function activate(activation: Contract['outputs']['logits']['activation'], logits: ArrayLike<number>): (column: number) => number {
  switch (activation) {
    case 'sigmoid':
      return (column) => sigmoid(logits[column]);
    case 'none':
      return (column) => logits[column];
    case 'softmax': {
      const top = Math.max(...Array.from(logits));
      let sum = 0;
      for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - top);
      return (column) => Math.exp(logits[column] - top) / sum;
    }
  }
}

const COLUMNS = new WeakMap<Contract, readonly Column[]>();

/** Probabilities of the contract's targets from one segment's logits (one a column, in column order). */
export function probabilities(contract: Contract, logits: ArrayLike<number>): readonly TargetProbability[] {
  const { activation, targets } = contract.outputs.logits;
  if (logits.length !== targets.length) throw new RangeError(`${logits.length} logits for ${targets.length} columns`);
  let columns = COLUMNS.get(contract);
  if (columns === undefined) COLUMNS.set(contract, (columns = columnsOf(contract)));
  const activated = activate(activation, logits);
  return columns.map(({ column, target }) => ({
    id: target.id,
    probability: probability(target.calibration, logits[column], () => activated(column)),
  }));
}
