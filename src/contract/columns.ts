import type { Contract, ContractTarget } from './schema.js';

/** A column of the logits that is read, and what it is about. */
export interface Column {
  readonly column: number;
  readonly target: ContractTarget;
}

/** The columns that stand for a target, in their order. */
export function columnsOf(contract: Contract): readonly Column[] {
  const targets = new Map(contract.targets.map((target) => [target.id, target]));
  return contract.outputs.logits.targets.flatMap((id, column) => {
    const target = id === null ? undefined : targets.get(id);
    return target === undefined ? [] : [{ column, target }];
  });
}

/** Shape of one segment's tensor, without the batch axis. */
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

/** Elements of one segment's tensor. */
export function segmentElements(contract: Contract): number {
  return contract.input.leads.length * contract.input.samples;
}
