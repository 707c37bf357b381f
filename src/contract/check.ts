import { checkInput, repeated } from './check-input.js';
import { cropsOf } from './crops.js';
import type { ContractProblem } from './problem.js';
import type { Contract } from './schema.js';

function checkModel({ sha256, opset, weights, variants }: Contract['model']): ContractProblem[] {
  const problems: ContractProblem[] = [];
  if (sha256 === undefined && weights === undefined) {
    problems.push({ code: 'no-weights', where: 'model', what: 'neither the hash of a file nor where one comes from', hint: 'give sha256 (and opset), or say under weights where the weights are' });
  }
  if (sha256 === undefined && variants !== undefined) problems.push({ code: 'no-weights', where: 'model.variants', what: 'variants of a model without a file', hint: 'give sha256, or drop the variants' });
  if (sha256 !== undefined && opset === undefined) problems.push({ code: 'no-opset', where: 'model.opset', what: 'the file has an opset that the contract does not state', hint: 'the number that the export used, as in 17' });
  return problems;
}

function checkLogits(contract: Contract): ContractProblem[] {
  const { logits, embedding } = contract.outputs;
  if (logits === undefined) {
    return embedding === undefined ? [{ code: 'no-output', where: 'outputs', what: 'nothing comes out of the model', hint: 'name logits, an embedding, or both' }] : [];
  }
  const problems: ContractProblem[] = [];
  const problem = (code: string, at: string, what: string, hint: string) => void problems.push({ code, where: `outputs.logits.${at}`, what, hint });
  const columns = logits.targets.length;
  if (logits.labels !== undefined && logits.labels.length !== columns) problem('label-count', 'labels', `${logits.labels.length} labels for ${columns} columns`, 'one a column');
  for (const column of logits.needPrevious ?? []) {
    if (column >= columns) problem('no-column', 'needPrevious', `there is no column ${column}`, `columns are numbered 0 to ${columns - 1}`);
    else if (logits.targets[column] !== null) problem('masked-target', 'needPrevious', `${logits.targets[column]} compares with an earlier tracing, and a segment has none`, 'set its column to null');
  }
  const crops = cropsOf(contract);
  if (crops > 1 && logits.merge === undefined) problem('no-merge', 'merge', `a segment becomes ${crops} crops`, 'say how their answers are merged: max, mean or first');
  if (crops === 1 && logits.merge !== undefined) problem('unused-merge', 'merge', 'a segment is one crop', 'leave it out');
  if (typeof logits.merge === 'object' && logits.merge.length !== columns) problem('merge-count', 'merge', `${logits.merge.length} rules for ${columns} columns`, 'one for all, or one a column');
  return problems;
}

function checkTargets(contract: Contract): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const columns = (contract.outputs.logits?.targets ?? []).filter((id) => id !== null);
  const ids = contract.targets.map((target) => target.id);
  for (const id of repeated(columns)) {
    problems.push({ code: 'repeated-column', where: 'outputs.logits.targets', what: `${id} has two columns`, hint: 'set one of them to null' });
  }
  for (const id of repeated(ids)) problems.push({ code: 'repeated-target', where: 'targets', what: `${id} is there twice`, hint: 'keep one' });
  for (const id of columns.filter((column) => !ids.includes(column))) {
    problems.push({ code: 'undescribed-column', where: 'outputs.logits.targets', what: `${id} has a column but no entry in targets`, hint: 'describe it in targets, or set the column to null' });
  }
  contract.targets.forEach((target, i) => {
    if (!columns.includes(target.id)) {
      problems.push({ code: 'no-column', where: `targets[${i}].id`, what: `${target.id} has no column in the logits`, hint: 'name it in outputs.logits.targets, or drop it' });
    }
    if (target.calibration.method === 'isotonic') {
      const { logits, probabilities } = target.calibration;
      const rising = (values: readonly number[], strictly: boolean): boolean => values.every((value, k) => k === 0 || (strictly ? value > values[k - 1] : value >= values[k - 1]));
      if (logits.length !== probabilities.length || !rising(logits, true) || !rising(probabilities, false)) {
        problems.push({ code: 'bad-isotonic', where: `targets[${i}].calibration`, what: 'the points are not a rising curve', hint: 'as many logits as probabilities, logits rising, probabilities never falling' });
      }
    }
    for (const name of ['auroc', 'auprc'] as const) {
      const figure = target.evidence[name];
      if (figure !== undefined && !(figure.lower95 <= figure.value && figure.value <= figure.upper95)) {
        problems.push({ code: 'bad-interval', where: `targets[${i}].evidence.${name}`, what: 'the value lies outside its interval', hint: 'lower95 ≤ value ≤ upper95' });
      }
    }
  });
  return problems;
}

function checkSaliency({ logits, saliency }: Contract['outputs']): ContractProblem[] {
  if (saliency === undefined || logits !== undefined) return [];
  return [{ code: 'no-logits', where: 'outputs.saliency', what: 'a saliency of no target', hint: 'its rows are the columns of outputs.logits that stand for a target' }];
}

/** What the shape alone cannot say: that the parts of a contract agree with each other. */
export function checkContract(contract: Contract): readonly ContractProblem[] {
  return [...checkModel(contract.model), ...checkInput(contract.input), ...checkLogits(contract), ...checkSaliency(contract.outputs), ...checkTargets(contract)];
}
