/** Segment + contract → the model's tensor, in the model's own order of steps. Pure. */
import type { Contract } from '../contract/index.js';
import { butterworth, filterCausal, filterZeroPhase, resample, resampler } from '../dsp/index.js';
import type { Physical, PhysicalLead } from '../ecg/index.js';

export type Conditioned =
  | { readonly ok: true; /** Elements of the contract's layout. */ readonly tensor: Float32Array }
  | { readonly ok: false; /** The lead that the contract will not do without. */ readonly missing: string };

/** What of a contract this engine cannot do yet, in words; empty: all of it. Asked when a model is loaded. */
export function unsupported(contract: Contract): string[] {
  const { input } = contract;
  const problems: string[] = [];
  for (const step of input.pipeline) if (apply(step) === undefined) problems.push(`input.pipeline: step '${step.step}' as it stands there`);
  if (input.missing !== 'refuse' && input.missing !== 'zero') problems.push(`input.missing: '${input.missing}'`);
  if (input.nan !== 'zero') problems.push(`input.nan: '${input.nan}'`);
  if (input.unit === 'counts' && input.microvoltsPerCount === undefined) problems.push(`input.unit: 'counts' without microvoltsPerCount`);
  return problems;
}

/** One physical segment of 10 s → the tensor that `contract.input` describes. */
export function condition(segment: Physical, contract: Contract): Conditioned {
  const { input } = contract;
  const tensor = new Float32Array(input.leads.length * input.samples);
  for (const [row, lead] of input.leads.entries()) {
    const source = segment.rows.find((r) => r.lead === lead && r.origin !== 'missing');
    if (source === undefined) {
      if (input.missing === 'refuse') return { ok: false, missing: lead };
      continue;
    }
    tensor.set(conditionLead(source, segment.rateHz, contract, row), row * input.samples);
  }
  return { ok: true, tensor: arranged(tensor, contract) };
}

function conditionLead(source: PhysicalLead, rateHz: number, contract: Contract, row: number): Float64Array {
  const factor = perMillivolt(contract);
  let signal: Float64Array = new Float64Array(source.mv.length);
  for (let i = 0; i < signal.length; i++) {
    const mv = source.mv[i];
    // A hole is zero: the one rule for NaN that is supported.
    signal[i] = mv === mv ? mv * factor : 0;
  }
  let rate = rateHz;
  for (const step of contract.input.pipeline) {
    signal = apply(step)!(signal, rate, row);
    if (step.step === 'resample') rate = step.rateHz;
  }
  return fitted(signal, contract.input.samples);
}

function perMillivolt({ input }: Contract): number {
  return input.unit === 'mV' ? 1 : input.unit === 'uV' ? 1000 : 1000 / input.microvoltsPerCount!;
}

type PipelineStep = Contract['input']['pipeline'][number];
type Kernel = (signal: Float64Array, rateHz: number, row: number) => Float64Array;

/** The kernel of a step; undefined where there is none. */
function apply(step: PipelineStep): Kernel | undefined {
  switch (step.step) {
    case 'resample':
      return step.method === 'polyphase' ? (signal, rateHz) => resample(resampler(rateHz, step.rateHz), signal) : undefined;
    case 'butterworth':
      return (signal, rateHz) => {
        const filter = butterworth(step.kind, step.order, step.cornersHz, rateHz);
        return step.phase === 'zero' ? filterZeroPhase(filter, signal) : filterCausal(filter, signal, signal[0]);
      };
    case 'clip':
      return (signal, _rate, row) => {
        const lower = each(step.lower, row) ?? -(step.limit ?? Infinity);
        const upper = each(step.upper, row) ?? step.limit ?? Infinity;
        for (let i = 0; i < signal.length; i++) signal[i] = Math.min(Math.max(signal[i], lower), upper);
        return signal;
      };
    case 'scale':
      return (signal, _rate, row) => signal.map((value) => (value - each(step.mean, row)!) / each(step.sd, row)!);
    case 'quantise':
      return (signal) => signal.map((value) => Math.round(value / step.stepSize) * step.stepSize);
    case 'zscore':
      return step.scope === 'lead' ? (signal) => standardised(signal, step.epsilon) : undefined;
    default:
      return undefined;
  }
}

function each(value: number | readonly number[] | undefined, row: number): number | undefined {
  return typeof value === 'object' ? value[row] : value;
}

function standardised(signal: Float64Array, epsilon: number): Float64Array {
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  const deviation = Math.sqrt(signal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / signal.length);
  return deviation + epsilon === 0 ? signal.map(() => 0) : signal.map((value) => (value - mean) / (deviation + epsilon));
}

/** A device whose rate is not a whole number gives a sample more or less. */
function fitted(signal: Float64Array, samples: number): Float64Array {
  if (signal.length === samples) return signal;
  const out = new Float64Array(samples);
  out.set(signal.subarray(0, samples));
  return out;
}

/** From lead-major to the contract's layout: NTC and N1TC lie time-major, NCT and flat lead-major. */
function arranged(tensor: Float32Array, { input }: Contract): Float32Array {
  const { layout, samples } = input;
  if (layout === 'NCT' || layout === 'flat') return tensor;
  const leads = input.leads.length;
  const out = new Float32Array(tensor.length);
  for (let lead = 0; lead < leads; lead++) for (let t = 0; t < samples; t++) out[t * leads + lead] = tensor[lead * samples + t];
  return out;
}
