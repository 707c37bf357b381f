import { cropStarts, type StepOf } from '../contract/index.js';
import { mapped, type Piece } from './piece.js';

/** One piece for each crop, zeros where the record has ended. */
export function cropped(piece: Piece, step: StepOf<'crop'>): Piece[] {
  return cropStarts(step, piece.rows[0].length).map((start) =>
    mapped(piece, (row) => {
      const out = new Float64Array(step.samples);
      out.set(row.subarray(start, start + step.samples));
      return out;
    }),
  );
}

/** Zeros up to the wanted length; a longer signal stays. */
export function padded(piece: Piece, { samples, side }: StepOf<'pad'>): Piece {
  const rest = samples - piece.rows[0].length;
  if (rest <= 0) return piece;
  return mapped(piece, (row) => {
    const out = new Float64Array(samples);
    out.set(row, side === 'end' ? 0 : side === 'start' ? rest : rest >> 1);
    return out;
  });
}

/** All leads end to end. */
export function flattened({ rows, rateHz }: Piece): Piece {
  const out = new Float64Array(rows.length * rows[0].length);
  rows.forEach((row, i) => out.set(row, i * row.length));
  return { rows: [out], masked: [false], rateHz };
}
