import { SEGMENT_SECONDS } from '../ecg/index.js';
import { ofLead, type PipelineStep } from './pipeline.js';
import type { ContractProblem } from './problem.js';
import type { Contract } from './schema.js';

type Input = Contract['input'];

export function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

/** What is known of the signal on its way through the pipeline; undefined: what the device gives. */
interface Way {
  readonly rateHz?: number;
  /** Samples of a lead, or of all of them once flattened. */
  readonly length?: number;
  readonly cropped: boolean;
  readonly flat: boolean;
  readonly normalised: boolean;
}

/** The parts of `input` that must agree with each other, and its steps one after the other. */
export function checkInput(input: Input): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const problem = (code: string, where: string, what: string, hint: string) => void problems.push({ code, where, what, hint });
  for (const lead of repeated(input.leads)) problem('repeated-lead', 'input.leads', `${lead} is there twice`, 'name each lead once');
  if (input.wire === 'INT16' && input.wireScale === undefined) {
    problem('no-wire-scale', 'input.wireScale', 'INT16 on the wire needs a scale', 'the tensor value of one integer step, as in 0.001');
  }
  if (input.unit === 'counts' && input.microvoltsPerCount === undefined) {
    problem('no-count-size', 'input.microvoltsPerCount', 'the unit is counts of unknown size', 'say how many microvolts one count is');
  }
  if (input.unit !== 'counts' && input.microvoltsPerCount !== undefined) {
    problem('unused-count-size', 'input.microvoltsPerCount', `the unit is ${input.unit}, not counts`, 'leave it out, or set the unit to counts');
  }
  if ((input.missing === 'mask') !== (input.mask !== undefined)) {
    problem('mask-differs', 'input.mask', `missing is '${input.missing}'`, "a mask tensor goes with missing = 'mask', and only with it");
  }
  for (const name of repeated([input.tensor, input.mask?.tensor ?? [], input.tabular?.tensor ?? []].flat())) {
    problem('repeated-tensor', 'input', `two inputs are named ${name}`, 'each input has a name of its own');
  }
  for (const name of repeated(input.tabular?.features.map((feature) => feature.name) ?? [])) {
    problem('repeated-feature', 'input.tabular.features', `${name} is there twice`, 'keep one');
  }
  let way: Way = { cropped: false, flat: false, normalised: false };
  input.pipeline.forEach((step, i) => {
    const where = `input.pipeline[${i}]`;
    problems.push(...checkStep(step, where, way, input));
    way = after(step, way, input);
  });
  return [...problems, ...checkEnd(input, way)];
}

function checkEnd(input: Input, { rateHz, length, flat, normalised }: Way): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const { leads, samples, layout, unit } = input;
  if (rateHz !== undefined && rateHz !== input.rateHz) {
    problems.push({ code: 'rate-differs', where: 'input.rateHz', what: `the pipeline ends at ${rateHz} Hz, the input says ${input.rateHz}`, hint: 'make them the same' });
  } else if (length !== undefined && length !== samples * (flat ? leads.length : 1)) {
    problems.push({ code: 'length-differs', where: 'input.samples', what: `the pipeline makes ${length} samples of 10 s, the input says ${samples * (flat ? leads.length : 1)}`, hint: 'crop or pad to it, or correct the number' });
  }
  if (flat && layout !== 'flat') problems.push({ code: 'layout-differs', where: 'input.layout', what: `the pipeline flattens, the layout is ${layout}`, hint: 'set the layout to flat' });
  if (unit === 'scale-free' && !normalised) {
    problems.push({ code: 'not-scale-free', where: 'input.unit', what: 'no step of the pipeline makes the unit vanish', hint: 'add zscore or minmax, or name the unit' });
  }
  return problems;
}

function checkStep(step: PipelineStep, where: string, way: Way, input: Input): ContractProblem[] {
  const problems: ContractProblem[] = [];
  const problem = (code: string, at: string, what: string, hint: string) => void problems.push({ code, where: at === '' ? where : `${where}.${at}`, what, hint });
  const perLead = (at: string, value: number | readonly number[] | undefined) => {
    if (typeof value !== 'object') return;
    if (value.length !== input.leads.length) problem('per-lead-count', at, `${value.length} values for ${input.leads.length} leads`, 'one number for all, or one a lead in the order of input.leads');
    if (way.flat) problem('after-flatten', at, 'the leads are one signal here', 'move it before flatten, or give one number');
  };
  switch (step.step) {
    case 'resample':
      if (step.method !== 'decimate-chebyshev') break;
      if (way.rateHz === undefined || !Number.isInteger(way.rateHz / step.rateHz)) {
        problem('no-whole-ratio', 'method', `${way.rateHz ?? 'any'} Hz to ${step.rateHz} Hz is no whole ratio`, 'resample to a multiple of the rate first');
      }
      break;
    case 'butterworth':
    case 'fir': {
      const [low, high] = step.cornersHz;
      if (step.cornersHz.length !== (step.kind === 'bandpass' ? 2 : 1)) problem('bad-corners', 'cornersHz', `${step.cornersHz.length} corner(s) for a ${step.kind}`, 'two for a bandpass, one for the others');
      else if (step.kind === 'bandpass' && !(low < high)) problem('bad-corners', 'cornersHz', 'the corners do not rise', 'lower corner first');
      if (way.rateHz !== undefined && step.cornersHz.some((corner) => corner >= way.rateHz! / 2)) {
        problem('bad-corners', 'cornersHz', `a corner is not below half of ${way.rateHz} Hz`, 'filter before resampling, or lower it');
      }
      break;
    }
    case 'notch':
      if (way.rateHz !== undefined && step.frequencyHz >= way.rateHz / 2) problem('bad-corners', 'frequencyHz', `it is not below half of ${way.rateHz} Hz`, 'put the notch before the resampling');
      break;
    case 'clip': {
      const { limit, lower, upper } = step;
      if ((limit === undefined) === (lower === undefined && upper === undefined)) problem('bad-clip', '', 'clip takes either limit, or lower and upper', 'give one of the two');
      perLead('lower', lower);
      perLead('upper', upper);
      const crossed = input.leads.findIndex((_, lead) => (ofLead(lower, lead) ?? -Infinity) > (ofLead(upper, lead) ?? Infinity));
      if (crossed >= 0) problem('bad-clip', '', `lower is above upper in ${input.leads[crossed]}`, 'exchange them');
      break;
    }
    case 'scale':
      perLead('mean', step.mean);
      perLead('sd', step.sd);
      if ([step.sd].flat().some((sd) => sd === 0)) problem('bad-scale', 'sd', 'a standard deviation is 0', 'what is constant in training carries no information: drop the lead, or use 1');
      break;
    case 'minmax':
    case 'zscore':
      if (step.step === 'minmax' && step.lower >= step.upper) problem('bad-range', '', `${step.lower} to ${step.upper} is no range`, 'lower below upper');
      if (step.scope === 'crop' && !way.cropped) problem('bad-scope', 'scope', 'nothing is cropped before it', "scope 'record', or move it behind the crop");
      if (step.scope === 'record' && way.cropped) problem('bad-scope', 'scope', 'the record is cropped before it', "scope 'crop', or move it before the crop");
      break;
    case 'crop':
      if (way.rateHz === undefined) problem('unknown-length', '', 'samples are counted before any resampling', 'resample first: devices differ in their rates');
      if (way.cropped) problem('second-crop', '', 'the record is cropped already', 'one crop step');
      if (way.flat) problem('after-flatten', '', 'the leads are one signal here', 'crop before flatten');
      if (step.starts !== undefined && (step.strideSamples ?? step.tail) !== undefined) problem('bad-crop', '', 'starts together with a stride or a tail', 'give one of the two');
      break;
    case 'pad':
      if (way.rateHz === undefined) problem('unknown-length', '', 'samples are counted before any resampling', 'resample first: devices differ in their rates');
      else if (way.length !== undefined && step.samples < way.length) problem('short-pad', 'samples', `the signal has ${way.length} samples already`, 'crop before, or pad to more');
      break;
    case 'flatten':
      if (way.flat) problem('second-flatten', '', 'the leads are one signal already', 'leave it out');
      if (input.missing === 'mask') problem('flat-mask', '', 'a masked lead is lost in one signal', "missing = 'zero', or no flatten");
      break;
    case 'median-baseline':
    case 'gain':
    case 'quantise':
      break;
  }
  return problems;
}

function after(step: PipelineStep, way: Way, { leads }: Input): Way {
  switch (step.step) {
    case 'resample': {
      const { rateHz } = step;
      const length = way.rateHz === undefined ? SEGMENT_SECONDS * rateHz : way.length! * (rateHz / way.rateHz);
      return { ...way, rateHz, length: Math.round(length) };
    }
    case 'crop':
      return { ...way, length: step.samples, cropped: true };
    case 'pad':
      return { ...way, length: step.samples };
    case 'flatten':
      return { ...way, flat: true, length: way.length === undefined ? undefined : way.length * leads.length };
    case 'zscore':
    case 'minmax':
      return { ...way, normalised: true };
    default:
      return way;
  }
}
