/** Segment + contract → the model's tensors, in the model's own order of steps. Pure. */
import type { Contract } from '../contract/index.js';
import type { Physical } from '../ecg/index.js';
import { leadsOf } from './leads.js';
import { type Refusal, refusal } from './piece.js';
import { throughPipeline } from './pipeline.js';
import { type Known, tabularOf } from './tabular.js';
import { tensorOf } from './tensor.js';

export { refusalText, type Refusal, type RefusalCode } from './piece.js';
export type { Known } from './tabular.js';

export type Conditioned =
  | {
      readonly ok: true;
      /** Elements of the contract's layout, crop after crop; every one is finite. */
      readonly tensor: Float32Array;
      /** The inputs beside it, as `furtherInputs` names them; the same for every crop. */
      readonly further: readonly Float32Array[];
    }
  | Refusal;

/**
 * One physical segment of 10 s → the tensors that `contract.input` describes. Whatever the samples are (NaN, infinite, none at
 * all), the outcome is finite numbers or a refusal.
 */
export function condition(segment: Physical, contract: Contract, known: Known = {}): Conditioned {
  const { input } = contract;
  const leads = leadsOf(segment, contract);
  if ('ok' in leads) return leads;
  const further: Float32Array[] = [];
  if (input.mask !== undefined) further.push(Float32Array.from(leads.masked, (masked) => (masked ? 0 : 1)));
  if (input.tabular !== undefined) {
    const features = tabularOf(input.tabular.features, known);
    if ('ok' in features) return features;
    further.push(features);
  }
  const pieces = throughPipeline(leads, segment.rateHz, input);
  if ('ok' in pieces) return pieces;
  const tensor = tensorOf(pieces, contract);
  return tensor === undefined ? refusal('not-finite', 'the pipeline') : { ok: true, tensor, further };
}
