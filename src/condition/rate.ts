import type { StepOf } from '../contract/index.js';
import { decimate, decimateChebyshev, resample, resampleFourier, resampleLinear, resampler } from '../dsp/index.js';
import { mapped, type Piece } from './piece.js';

/** To another rate. The length is that of the time before, whichever way a method rounds: zeros behind a sample too few. */
export function resampled(piece: Piece, step: StepOf<'resample'>): Piece {
  const { rateHz } = piece;
  if (rateHz === step.rateHz) return piece;
  const [{ length }] = piece.rows;
  const samples = Math.max(1, Math.round(length * (step.rateHz / rateHz)));
  if (step.method === 'fft') {
    const rows = resampleFourier(piece.rows, Math.max(1, Math.floor(length * (step.rateHz / rateHz) + 1e-6)));
    return { ...piece, rows: rows.map((row) => fitted(row, samples)), rateHz: step.rateHz };
  }
  const to = kernel(step.method, step.rateHz, rateHz);
  return { ...mapped(piece, (row) => fitted(to(row), samples)), rateHz: step.rateHz };
}

function kernel(method: Exclude<StepOf<'resample'>['method'], 'fft'>, rateHz: number, fromHz: number): (row: Float64Array) => Float64Array {
  switch (method) {
    case 'polyphase':
      return (row) => resample(resampler(fromHz, rateHz), row);
    case 'linear':
      return (row) => resampleLinear(row, fromHz, rateHz);
    case 'decimate':
      return (row) => decimate(row, fromHz, rateHz);
    case 'decimate-chebyshev':
      return (row) => decimateChebyshev(row, Math.round(fromHz / rateHz));
  }
}

/** Cut, or filled up with zeros at the end. */
export function fitted(signal: Float64Array, samples: number): Float64Array {
  if (signal.length === samples) return signal;
  const out = new Float64Array(samples);
  out.set(signal.subarray(0, samples));
  return out;
}
