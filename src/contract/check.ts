import type { ContractProblem } from './problem.js';
import type { Contract } from './schema.js';

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

function checkInput(input: Contract['input']): ContractProblem[] {
  const problems: ContractProblem[] = [];
  for (const lead of repeated(input.leads)) {
    problems.push({ code: 'repeated-lead', where: 'input.leads', what: `${lead} is there twice`, hint: 'name each lead once' });
  }
  if (input.wire === 'INT16' && input.wireScale === undefined) {
    problems.push({ code: 'no-wire-scale', where: 'input.wireScale', what: 'INT16 on the wire needs a scale', hint: 'the tensor value of one integer step, as in 0.001' });
  }
  if (input.unit === 'counts' && input.microvoltsPerCount === undefined) {
    problems.push({ code: 'no-count-size', where: 'input.microvoltsPerCount', what: 'the unit is counts of unknown size', hint: 'say how many microvolts one count is' });
  }
  let rateHz: number | undefined;
  input.pipeline.forEach((step, i) => {
    const where = `input.pipeline[${i}]`;
    if (step.step === 'resample') rateHz = step.rateHz;
    if (step.step === 'butterworth') {
      if (step.cornersHz.length !== (step.kind === 'bandpass' ? 2 : 1)) {
        problems.push({ code: 'bad-corners', where: `${where}.cornersHz`, what: `${step.cornersHz.length} corner(s) for a ${step.kind}`, hint: 'two for a bandpass, one for the others' });
      } else if (step.kind === 'bandpass' && !(step.cornersHz[0] < step.cornersHz[1])) {
        problems.push({ code: 'bad-corners', where: `${where}.cornersHz`, what: 'the corners do not rise', hint: 'lower corner first' });
      }
      if (rateHz !== undefined && step.cornersHz.some((corner) => corner >= rateHz! / 2)) {
        problems.push({ code: 'bad-corners', where: `${where}.cornersHz`, what: `a corner is not below half of ${rateHz} Hz`, hint: 'filter before resampling, or lower it' });
      }
    }
    if (step.step === 'clip' && (step.limit === undefined) === (step.lower === undefined && step.upper === undefined)) {
      problems.push({ code: 'bad-clip', where, what: 'clip takes either limit, or lower and upper', hint: 'give one of the two' });
    }
  });
  if (rateHz !== undefined && rateHz !== input.rateHz) {
    problems.push({ code: 'rate-differs', where: 'input.rateHz', what: `the pipeline ends at ${rateHz} Hz, the input says ${input.rateHz}`, hint: 'make them the same' });
  }
  return problems;
}

function checkTargets(contract: Contract): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const columns = contract.outputs.logits.targets.filter((id) => id !== null);
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

/** What the shape alone cannot say: that the parts of a contract agree with each other. */
export function checkContract(contract: Contract): readonly ContractProblem[] {
  return [...checkInput(contract.input), ...checkTargets(contract)];
}
