import type { Contract, ContractTarget } from './schema.js';

/** A column of the logits that is read, and what it is about. */
export interface Column {
  readonly column: number;
  readonly target: ContractTarget;
}

/** The columns that stand for a target, in their order. */
export function columnsOf(contract: Contract): readonly Column[] {
  const targets = new Map(contract.targets.map((target) => [target.id, target]));
  return (contract.outputs.logits?.targets ?? []).flatMap((id, column) => {
    const target = id === null ? undefined : targets.get(id);
    return target === undefined ? [] : [{ column, target }];
  });
}

/** A tensor that goes in or comes out: its name and its shape for one segment (one crop), without the batch axis. */
export interface TensorOf {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Shape of one segment's tensor (of one crop, where a segment becomes several), without the batch axis. */
export function segmentShape(contract: Contract): readonly number[] {
  const { layout, samples } = contract.input;
  const leads = contract.input.leads.length;
  switch (layout) {
    case 'NCT':
      return [leads, samples];
    case 'NTC':
      return [samples, leads];
    case 'N1TC':
      return [1, samples, leads];
    case 'flat':
      return [leads * samples];
  }
}

/** Elements of that tensor. */
export function segmentElements(contract: Contract): number {
  return contract.input.leads.length * contract.input.samples;
}

/** Inputs beside the signal, in the order in which conditioning gives them; float32 on every wire. */
export function furtherInputs({ input }: Contract): readonly TensorOf[] {
  const { mask, tabular } = input;
  return [
    ...(mask === undefined ? [] : [{ name: mask.tensor, shape: [input.leads.length] }]),
    ...(tabular === undefined ? [] : [{ name: tabular.tensor, shape: [tabular.features.length] }]),
  ];
}

/** All that goes in: the signal, then the further inputs. */
export function inputsOf(contract: Contract): readonly TensorOf[] {
  return [{ name: contract.input.tensor, shape: segmentShape(contract) }, ...furtherInputs(contract)];
}

/** Elements of a shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** What is asked of the model for every segment: logits, embedding, or both; and, for few, the saliency where the model has one. */
export function scoresAsked({ outputs }: Contract, withSaliency = false): readonly TensorOf[] {
  const { logits, embedding, saliency } = outputs;
  const rows = logits?.targets.filter((id) => id !== null).length ?? 0;
  return [
    ...(logits === undefined ? [] : [{ name: logits.tensor, shape: [logits.targets.length] }]),
    ...(embedding === undefined ? [] : [{ name: embedding.tensor, shape: [embedding.size] }]),
    ...(saliency === undefined || !withSaliency ? [] : [{ name: saliency.tensor, shape: [rows, saliency.steps] }]),
  ];
}

/** All that comes out: the scores, and the saliency where the model has one. */
export function outputsOf(contract: Contract): readonly TensorOf[] {
  return scoresAsked(contract, true);
}
