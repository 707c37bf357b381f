import type { StepOf } from '../contract/index.js';
import { butterworth, filterCausalRows, filterZeroPhaseRows, firCausal, firDelayed, firwin, firZeroPhase, notch, runningMedian, type Section } from '../dsp/index.js';
import { mapped, type Piece, type Refusal, refusal } from './piece.js';

type FilterStep = StepOf<'butterworth'> | StepOf<'notch'> | StepOf<'fir'> | StepOf<'median-baseline'>;

/** Each lead alone. Refused where a corner is not below half of the rate: such a filter cannot be built. */
export function filtered(piece: Piece, step: FilterStep): Piece | Refusal {
  const { rateHz } = piece;
  if ('cornersHz' in step && step.cornersHz.some((corner) => corner >= rateHz / 2)) return refusal('rate-too-low', step.step);
  switch (step.step) {
    case 'butterworth': {
      const sections = butterworth(step.kind, step.order, step.cornersHz, rateHz);
      return recursive(piece, sections, step.phase);
    }
    case 'notch': {
      if (step.frequencyHz >= rateHz / 2) return piece;
      const sections = notch(step.frequencyHz, step.q, rateHz);
      return recursive(piece, sections, step.phase);
    }
    case 'fir': {
      const taps = firwin(step.kind, odd(Math.floor(step.lengthS * rateHz + 1e-6)), step.cornersHz, rateHz);
      const run = step.phase === 'zero' ? firZeroPhase : step.phase === 'delay' ? firDelayed : firCausal;
      return mapped(piece, (row) => run(taps, row));
    }
    case 'median-baseline': {
      const widths = step.windowsS.map((seconds) => odd(Math.round(seconds * rateHz)));
      for (const row of piece.rows) {
        const baseline = widths.reduce((signal, width) => runningMedian(signal, width, step.edges), row);
        for (let i = 0; i < row.length; i++) row[i] -= baseline[i];
      }
      return piece;
    }
  }
}

function recursive(piece: Piece, sections: readonly Section[], phase: 'zero' | 'causal'): Piece {
  if (phase === 'zero') filterZeroPhaseRows(sections, piece.rows, piece.rows);
  else filterCausalRows(sections, piece.rows, piece.rows.map((row) => row[0]));
  return piece;
}

function odd(count: number): number {
  return count % 2 === 0 ? count + 1 : count;
}
