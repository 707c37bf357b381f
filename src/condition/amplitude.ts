import { ofLead, type StepOf } from '../contract/index.js';
import { clip, normalise } from '../dsp/index.js';
import type { Piece } from './piece.js';

/** Sample by sample, with numbers that the contract gives. In place. */
export function adjusted(piece: Piece, step: StepOf<'gain'> | StepOf<'clip'> | StepOf<'quantise'> | StepOf<'scale'>): Piece {
  for (const [index, row] of piece.rows.entries()) {
    switch (step.step) {
      case 'gain':
        for (let i = 0; i < row.length; i++) row[i] *= step.factor;
        break;
      case 'clip': {
        const { limit = Infinity } = step;
        clip(row, ofLead(step.lower, index) ?? -limit, ofLead(step.upper, index) ?? limit);
        break;
      }
      case 'quantise': {
        const round = step.rounding === 'truncate' ? Math.trunc : nearest;
        for (let i = 0; i < row.length; i++) row[i] = round(row[i] / step.stepSize) * step.stepSize;
        break;
      }
      case 'scale':
        normalise(row, ofLead(step.mean, index)!, ofLead(step.sd, index)!);
        break;
    }
  }
  return piece;
}

/** Ties to even, as numpy's rint. */
function nearest(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
