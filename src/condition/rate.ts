import type { StepOf } from '../contract/index.js';
import { decimate, decimateChebyshev, resampleFourier, resampleLinear, resampler, resampleRows, resampleWide } from '../dsp/index.js';
import type { Leads } from './leads.js';
import type { Piece } from './piece.js';

/** mV of the device, at another rate and times `factor`: the first resampling is of float32, and the pipeline of float64. */
export function fromDevice({ rows, masked }: Leads, fromHz: number, toHz: number, factor: number): Piece {
  const samples = samplesAt(rows[0].length, fromHz, toHz);
  return { rows: resampleWide(resampler(fromHz, toHz), rows, factor).map((row) => fitted(row, samples)), masked, rateHz: toHz };
}

/** To another rate. The length is that of the time before, whichever way a method rounds: zeros behind a sample too few. */
export function resampled(piece: Piece, { method, rateHz }: StepOf<'resample'>): Piece {
  if (piece.rateHz === rateHz) return piece;
  const samples = samplesAt(piece.rows[0].length, piece.rateHz, rateHz);
  return { ...piece, rows: rowsAt(piece, method, rateHz).map((row) => fitted(row, samples)), rateHz };
}

function rowsAt({ rows, rateHz: fromHz }: Piece, method: StepOf<'resample'>['method'], toHz: number): readonly Float64Array[] {
  switch (method) {
    case 'polyphase':
      return resampleRows(resampler(fromHz, toHz), rows);
    case 'fft':
      return resampleFourier(rows, Math.max(1, Math.floor(rows[0].length * (toHz / fromHz) + 1e-6)));
    case 'linear':
      return rows.map((row) => resampleLinear(row, fromHz, toHz));
    case 'decimate':
      return rows.map((row) => decimate(row, fromHz, toHz));
    case 'decimate-chebyshev':
      return rows.map((row) => decimateChebyshev(row, Math.round(fromHz / toHz)));
  }
}

function samplesAt(samples: number, fromHz: number, toHz: number): number {
  return Math.max(1, Math.round(samples * (toHz / fromHz)));
}

/** Cut, or filled up with zeros at the end. */
export function fitted(signal: Float64Array, samples: number): Float64Array {
  if (signal.length === samples) return signal;
  const out = new Float64Array(samples);
  out.set(signal.subarray(0, samples));
  return out;
}
