import type { Physical } from '../ecg/index.js';

/** Paper: 25 mm a second, 10 mm a millivolt (AHA/ACCF/HRS 2007, part I). */
export const MM_PER_S = 25;
export const MM_PER_MV = 10;
/** Three rows of four leads, 2.5 s each, and lead II all along below them. */
const ROWS = [['I', 'aVR', 'V1', 'V4'], ['II', 'aVL', 'V2', 'V5'], ['III', 'aVF', 'V3', 'V6']] as const;
const RHYTHM = 'II';
const COLUMN_S = 2.5;
const COLUMNS = 4;
/** Height of a row, and what a curve may take of its neighbours', mm. */
const ROW_MM = 25;
const REACH_MM = 24;
const LEFT_MM = 8;

/** A stretch of a lead on paper. */
export interface Trace {
  readonly lead: string;
  /** Where its name stands, mm. */
  readonly label: readonly [x: number, y: number];
  /** Runs of samples without a gap, mm from the upper left corner. */
  readonly runs: readonly (readonly (readonly [x: number, y: number])[])[];
}

/** A 12-lead strip, true to scale in mm. */
export interface Strip {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly traces: readonly Trace[];
  /** The calibration pulse: 1 mV, 0.2 s. */
  readonly pulse: readonly (readonly [x: number, y: number])[];
}

/** Where the leads of a segment come to lie; those that are missing have no trace. A curve that leaves its reach is cut off there. */
export function stripOf({ rateHz, samples, rows }: Physical): Strip {
  const lanes = ROWS.length + 1;
  const middle = (lane: number): number => (lane + 0.5) * ROW_MM;
  const trace = (lead: string, lane: number, column: number, seconds: number): readonly Trace[] => {
    const row = rows.find((one) => one.lead === lead && one.origin !== 'missing');
    if (row === undefined) return [];
    const [from, to] = [Math.round(column * COLUMN_S * rateHz), Math.min(samples, Math.round((column * COLUMN_S + seconds) * rateHz))];
    const runs: (readonly [number, number])[][] = [[]];
    const level = medianOf(row.mv.subarray(from, to));
    for (let i = from; i < to; i++) {
      const mv = row.mv[i] - level;
      if (!Number.isFinite(mv)) {
        if (runs[runs.length - 1].length > 0) runs.push([]);
        continue;
      }
      runs[runs.length - 1].push([LEFT_MM + (i / rateHz) * MM_PER_S, middle(lane) - Math.max(-REACH_MM, Math.min(REACH_MM, mv * MM_PER_MV))]);
    }
    return [{ lead, label: [LEFT_MM + column * COLUMN_S * MM_PER_S + 1, lane * ROW_MM + 4], runs: runs.filter((run) => run.length > 1) }];
  };
  const base = middle(0) + MM_PER_MV / 2;
  return {
    widthMm: LEFT_MM + COLUMNS * COLUMN_S * MM_PER_S + 2,
    heightMm: lanes * ROW_MM,
    traces: [...ROWS.flatMap((leads, lane) => leads.flatMap((lead, column) => trace(lead, lane, column, COLUMN_S))), ...trace(RHYTHM, lanes - 1, 0, COLUMNS * COLUMN_S)],
    pulse: [[1, base], [1.5, base], [1.5, base - MM_PER_MV], [1.5 + 0.2 * MM_PER_S, base - MM_PER_MV], [1.5 + 0.2 * MM_PER_S, base], [7.5, base]],
  };
}

/** Of the samples that are there; 0 where none is. */
function medianOf(values: Float32Array): number {
  const there = values.filter(Number.isFinite).sort();
  return there.length === 0 ? 0 : there[there.length >> 1];
}
