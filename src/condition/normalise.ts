import type { StepOf } from '../contract/index.js';
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
  const count = rows.reduce((sum, row) => sum + row.length, 0);
  let mean = 0;
  for (const row of rows) for (let i = 0; i < row.length; i++) mean += row[i];
  mean /= count;
  let squares = 0;
  for (const row of rows) for (let i = 0; i < row.length; i++) squares += (row[i] - mean) ** 2;
  const sd = Math.sqrt(squares / Math.max(1, count - ddof));
  const factor = sd <= CONSTANT_MAX ? 0 : 1 / (sd + epsilon);
  for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = (row[i] - mean) * factor;
}

function stretch(rows: readonly Float64Array[], { lower, upper, epsilon }: StepOf<'minmax'>): void {
  let [least, most] = [Infinity, -Infinity];
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      if (row[i] < least) least = row[i];
      if (row[i] > most) most = row[i];
    }
  }
  const factor = most - least <= CONSTANT_MAX ? 0 : (upper - lower) / (most - least + epsilon);
  for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = lower + (row[i] - least) * factor;
}
