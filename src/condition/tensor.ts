import { type Contract, segmentElements } from '../contract/index.js';
import { within } from '../dsp/index.js';
import type { Piece } from './piece.js';
import { fitted } from './rate.js';

const FLOAT32_MAX = 3.4028234663852886e38;

/** The pieces as one tensor, crop after crop, each in the contract's layout; undefined where a number has no bound. */
export function tensorOf(pieces: readonly Piece[], contract: Contract): Float32Array | undefined {
  const { layout, samples, leads } = contract.input;
  const elements = segmentElements(contract);
  const tensor = new Float32Array(pieces.length * elements);
  const timeMajor = layout === 'NTC' || layout === 'N1TC';
  for (const [crop, piece] of pieces.entries()) {
    const into = tensor.subarray(crop * elements, (crop + 1) * elements);
    // One row where the pipeline has flattened them.
    const length = elements / piece.rows.length;
    for (const [index, row] of piece.rows.entries()) {
      // A masked lead went through filters and scalers as zeros, and may have come out as something else.
      if (piece.masked[index]) continue;
      if (!timeMajor) into.set(fitted(row, length), index * length);
      else for (let t = 0; t < Math.min(samples, row.length); t++) into[t * leads.length + index] = row[t];
    }
  }
  return within(tensor, FLOAT32_MAX) ? tensor : undefined;
}
