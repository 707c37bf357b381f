import { cropStarts, type StepOf } from '../contract/index.js';
import { mapped, type Piece } from './piece.js';

/** One piece for each crop, zeros where the record has ended. */
export function cropped(piece: Piece, step: StepOf<'crop'>): Piece[] {
  return cropStarts(step, piece.samples.length / piece.rows).map((start) =>
    mapped(piece, (row) => {
      const out = new Float64Array(step.samples);
      out.set(row.subarray(start, start + step.samples));
      return out;
    }),
  );
}

/** Zeros up to the wanted length; a longer signal stays. */
export function padded(piece: Piece, { samples, side }: StepOf<'pad'>): Piece {
  const rest = samples - piece.samples.length / piece.rows;
  if (rest <= 0) return piece;
  return mapped(piece, (row) => {
    const out = new Float64Array(samples);
    out.set(row, side === 'end' ? 0 : side === 'start' ? rest : rest >> 1);
    return out;
  });
}

/** All leads end to end. */
export function flattened({ samples, rateHz }: Piece): Piece {
  return { samples, rows: 1, masked: [false], rateHz };
}
