import { AFTER, BEFORE } from './templates.js';

/** A P wave begins within this before the QRS (s). */
const P_BEFORE_S = [0.06, 0.32] as const;
/** T is looked for in this time after the QRS's middle (s). */
const T_S = [0.16, 0.36] as const;
/** A beat's QRS has its middle within this of the beat (s). */
const QRS_REACH_S = 0.12;

/** A wave, in steps. */
export interface StepWave {
  readonly wave: 'P' | 'QRS' | 'T';
  readonly onset: number;
  readonly offset: number;
}

/** One beat by itself: what its leads and its waves show. */
export interface Complex {
  /** Seconds; undefined: no edges were found. */
  readonly width?: number;
  readonly hasP: boolean;
  /** −1 (T against QRS in all leads) to 1. */
  readonly t?: number;
  /** How sharply it bends: mean absolute difference against mean absolute value, 1/step. */
  readonly bend: number;
}

export function complexOf(rows: readonly Float64Array[], waves: readonly StepWave[], at: number, stepHz: number): Complex {
  const qrs = nearest(waves, at, QRS_REACH_S * stepHz);
  const hasP = hasPBefore(waves, qrs?.onset ?? at - 0.05 * stepHz, stepHz);
  return { ...(qrs !== undefined && { width: (qrs.offset - qrs.onset) / stepHz }), hasP, t: tAgainstQrs(rows, at, stepHz), bend: bendOf(rows, at) };
}

function nearest(waves: readonly StepWave[], at: number, reach: number): StepWave | undefined {
  let best: StepWave | undefined;
  let away = Infinity;
  for (let i = 0; i < waves.length; i++) {
    const one = waves[i];
    if (one.wave !== 'QRS') continue;
    const distance = Math.abs((one.onset + one.offset) / 2 - at);
    if (distance <= reach && distance < away) [best, away] = [one, distance];
  }
  return best;
}

function hasPBefore(waves: readonly StepWave[], onset: number, stepHz: number): boolean {
  const [least, most] = P_BEFORE_S;
  for (let i = 0; i < waves.length; i++) {
    const one = waves[i];
    if (one.wave === 'P' && one.offset <= onset + 1 && onset - one.onset >= least * stepHz && onset - one.onset <= most * stepHz) return true;
  }
  return false;
}

/** The leads' net QRS against their T, as directions. Undefined where the T wave is not there to be seen. */
function tAgainstQrs(rows: readonly Float64Array[], at: number, stepHz: number): number | undefined {
  const from = at + Math.round(T_S[0] * stepHz);
  const to = at + Math.round(T_S[1] * stepHz);
  if (at < BEFORE || to > rows[0].length) return undefined;
  let [both, ofQrs, ofT] = [0, 0, 0];
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    let before = 0;
    let qrs = 0;
    let t = 0;
    for (let i = at - BEFORE; i < at - BEFORE + 3; i++) before += row[i] / 3;
    for (let i = at - BEFORE + 3; i <= at + 9; i++) qrs += row[i] - before;
    for (let i = from; i < to; i++) t += (row[i] - before) / (to - from);
    both += qrs * t;
    ofQrs += qrs * qrs;
    ofT += t * t;
  }
  return ofQrs > 0 && ofT > 0 ? both / Math.sqrt(ofQrs * ofT) : 0;
}

function bendOf(rows: readonly Float64Array[], at: number): number {
  let [change, size] = [0, 0];
  const [from, to] = [Math.max(at - BEFORE, 1), Math.min(at + AFTER, rows[0].length - 1)];
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    let mean = 0;
    for (let i = from; i <= to; i++) mean += row[i] / (to - from + 1);
    for (let i = from; i <= to; i++) {
      change += Math.abs(row[i] - row[i - 1]);
      size += Math.abs(row[i] - mean);
    }
  }
  return size > 0 ? change / size : 0;
}
