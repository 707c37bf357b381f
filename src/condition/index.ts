/** Segment + contract → the model's tensor, in the model's own order of steps. Pure. */
import type { Contract } from '../contract/index.js';
import { butterworth, clip, filterCausalRows, filterZeroPhaseRows, moments, normalise, resampler, resampleRows, resampleWide, widen, within } from '../dsp/index.js';
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
  const sources: PhysicalLead[] = [];
  const at: number[] = [];
  for (const [row, lead] of input.leads.entries()) {
    const source = segment.rows.find((r) => r.lead === lead && r.origin !== 'missing');
    if (source === undefined && input.missing === 'refuse') return { ok: false, missing: lead };
    if (source === undefined) continue;
    sources.push(source);
    at.push(row);
  }
  const signals = throughPipeline(sources, segment.rateHz, contract, at);
  for (const [i, signal] of signals.entries()) tensor.set(signal.subarray(0, input.samples), at[i] * input.samples);
  return { ok: true, tensor: arranged(tensor, contract) };
}

/** Finite in float32, whatever a filter makes of it. */
const SAMPLE_MAX_MV = 1e6;

/** `at`: which of the contract's leads each source is. */
function throughPipeline(sources: readonly PhysicalLead[], rateHz: number, contract: Contract, at: readonly number[]): readonly Float64Array[] {
  const [first, ...others] = contract.input.pipeline;
  const factor = perMillivolt(contract);
  // A hole is zero: the one rule for NaN that is supported.
  const signals = sources.map(({ mv }) => (within(mv, SAMPLE_MAX_MV) ? mv : mv.map((value) => (value === value ? value : 0))));
  let rate = rateHz;
  const early = first?.step === 'resample';
  let rows: readonly Float64Array[] = early ? resampleWide(resampler(rate, (rate = first.rateHz)), signals, factor) : signals.map((signal) => widen(signal, factor));
  for (const step of early ? others : contract.input.pipeline) {
    rows = apply(step)!(rows, rate, at);
    if (step.step === 'resample') rate = step.rateHz;
  }
  return rows;
}

function perMillivolt({ input }: Contract): number {
  return input.unit === 'mV' ? 1 : input.unit === 'uV' ? 1000 : 1000 / input.microvoltsPerCount!;
}

type PipelineStep = Contract['input']['pipeline'][number];
/** May write into the rows that it is given. */
type Kernel = (rows: readonly Float64Array[], rateHz: number, at: readonly number[]) => readonly Float64Array[];

/** The kernel of a step; undefined where there is none. */
function apply(step: PipelineStep): Kernel | undefined {
  switch (step.step) {
    case 'resample':
      return step.method === 'polyphase' ? (rows, rateHz) => resampleRows(resampler(rateHz, step.rateHz), rows) : undefined;
    case 'butterworth':
      return (rows, rateHz) => {
        const filter = butterworth(step.kind, step.order, step.cornersHz, rateHz);
        if (step.phase === 'zero') return filterZeroPhaseRows(filter, rows, rows);
        filterCausalRows(
          filter,
          rows,
          rows.map((row) => row[0]),
        );
        return rows;
      };
    case 'clip':
      return (rows, _rate, at) => rows.map((row, i) => clip(row, each(step.lower, at[i]) ?? -(step.limit ?? Infinity), each(step.upper, at[i]) ?? step.limit ?? Infinity));
    case 'scale':
      return (rows, _rate, at) => rows.map((row, i) => normalise(row, each(step.mean, at[i])!, each(step.sd, at[i])!));
    case 'quantise':
      return (rows) => rows.map((row) => row.map((value) => Math.round(value / step.stepSize) * step.stepSize));
    case 'zscore':
      return step.scope === 'lead' ? (rows) => rows.map((row) => standardised(row, step.epsilon)) : undefined;
    default:
      return undefined;
  }
}

function each(value: number | readonly number[] | undefined, row: number): number | undefined {
  return typeof value === 'object' ? value[row] : value;
}

function standardised(row: Float64Array, epsilon: number): Float64Array {
  const { mean, variance } = moments(row);
  const deviation = Math.sqrt(variance);
  return deviation + epsilon === 0 ? row.fill(0) : normalise(row, mean, deviation + epsilon);
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
