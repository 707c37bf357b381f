import type { StepOf } from '../contract/index.js';
import { moments, normalise } from '../dsp/index.js';
import type { Piece } from './piece.js';

/** What varies less than this, in whatever unit, is constant: dividing by it would show rounding errors as a signal. */
const CONSTANT_MAX = 1e-9;

/** By statistics of the signal itself, in place: of each lead, or of all leads together. Masked leads count in none. */
export function normalised(piece: Piece, step: StepOf<'zscore'> | StepOf<'minmax'>): Piece {
  const counted = piece.rows.filter((_, index) => !piece.masked[index]);
  for (const group of step.scope === 'lead' ? counted.map((row) => [row]) : [counted]) {
    if (step.step === 'zscore') standardise(group, step);
    else stretch(group, step);
  }
  return piece;
}

function standardise(rows: readonly Float64Array[], { epsilon, ddof = 0 }: StepOf<'zscore'>): void {
  const of = rows.map(moments);
  const mean = of.reduce((sum, row) => sum + row.mean, 0) / of.length;
  // Within the rows and between them; all are of one length.
  const variance = of.reduce((sum, row) => sum + row.variance + (row.mean - mean) ** 2, 0) / of.length;
  const count = rows.length * (rows[0]?.length ?? 0);
  const sd = Math.sqrt((variance * count) / Math.max(1, count - ddof));
  for (const row of rows) {
    if (sd <= CONSTANT_MAX) row.fill(0);
    else normalise(row, mean, sd + epsilon);
  }
}

function stretch(rows: readonly Float64Array[], { lower, upper, epsilon }: StepOf<'minmax'>): void {
  const of = rows.map(moments);
  const least = Math.min(...of.map(({ min }) => min));
  const most = Math.max(...of.map(({ max }) => max));
  const unit = (most - least + epsilon) / (upper - lower);
  for (const row of rows) {
    if (most - least <= CONSTANT_MAX) row.fill(lower);
    else normalise(row, least - lower * unit, unit);
  }
}
