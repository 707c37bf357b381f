import type { Contract, PipelineStep } from '../contract/index.js';
import { adjusted } from './amplitude.js';
import { cropped, flattened, padded } from './cut.js';
import { filtered } from './filter.js';
import { type Leads, perMillivolt } from './leads.js';
import { normalised } from './normalise.js';
import type { Piece, Refusal } from './piece.js';
import { fromDevice, resampled } from './rate.js';

/** All steps, one after the other, over a record that may become several crops on the way. */
export function throughPipeline(leads: Leads, rateHz: number, input: Contract['input']): readonly Piece[] | Refusal {
  const [first, ...others] = input.pipeline;
  const early = first?.step === 'resample' && first.method === 'polyphase';
  let pieces = [fromDevice(leads, rateHz, early ? first.rateHz : rateHz, perMillivolt(input))];
  for (const step of early ? others : input.pipeline) {
    const next: Piece[] = [];
    for (const piece of pieces) {
      const made = applied(piece, step);
      if ('ok' in made) return made;
      if (Array.isArray(made)) next.push(...made);
      else next.push(made);
    }
    pieces = next;
  }
  return pieces;
}

function applied(piece: Piece, step: PipelineStep): Piece | Piece[] | Refusal {
  switch (step.step) {
    case 'resample':
      return resampled(piece, step);
    case 'butterworth':
    case 'notch':
    case 'fir':
    case 'median-baseline':
      return filtered(piece, step);
    case 'gain':
    case 'clip':
    case 'quantise':
    case 'scale':
      return adjusted(piece, step);
    case 'zscore':
    case 'minmax':
      return normalised(piece, step);
    case 'crop':
      return cropped(piece, step);
    case 'pad':
      return padded(piece, step);
    case 'flatten':
      return flattened(piece);
  }
}
