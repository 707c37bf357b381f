import { butterworth, filterZeroPhaseRows, resampler, resampleRows } from '../../dsp/index.js';

/** The network's own rate: 8 ms a step; edges are found between the steps. */
export const NETWORK_HZ = 125;
/** What the leads' common RMS becomes in whole numbers. */
const RMS_UNIT = 512;
/** 32 times the RMS: no heart goes there. */
const INPUT_MAX = 16383;
const WANDER_HZ = 0.5;
const SHORTEST_S = 0.5;

const highpass = butterworth('highpass', 2, [WANDER_HZ], NETWORK_HZ);

/** Leads at 125 Hz without wander, mV; one row a lead. */
export interface Prepared {
  readonly rows: readonly Float64Array[];
  /** Steps to samples of the signal that it was. */
  readonly samplesPerStep: number;
}

/** @param leads rows of one length, mV at `rateHz`; NaN where there is no sample. Undefined where they are too short to tell a beat. */
export function prepare(leads: readonly Float32Array[], rateHz: number): Prepared | undefined {
  if (leads.length === 0 || leads[0].length < SHORTEST_S * rateHz) return undefined;
  const slow = resampleRows(resampler(rateHz, NETWORK_HZ), leads.map(levelled));
  return { rows: filterZeroPhaseRows(highpass, slow.map((row) => Float64Array.from(row))), samplesPerStep: rateHz / NETWORK_HZ };
}

/** As the network was taught to see them: all against their common RMS, in whole numbers. Undefined where nothing moves. */
export function whole({ rows }: Prepared): Int16Array[] | undefined {
  let power = 0;
  for (const row of rows) for (let i = 0; i < row.length; i++) power += row[i] * row[i];
  const rms = Math.sqrt(power / (rows.length * rows[0].length));
  return rms > 0 && rms < Infinity ? rows.map((row) => quantised(row, RMS_UNIT / rms)) : undefined;
}

/** Without holes, and around zero, because the resampler takes what lies beyond the edges for zero. */
function levelled(mv: Float32Array): Float32Array {
  const out = bridged(mv);
  let sum = 0;
  for (let i = 0; i < out.length; i++) sum += out[i];
  const mean = sum / out.length;
  for (let i = 0; i < out.length; i++) out[i] -= mean;
  return out;
}

/** Holes are bridged by a straight line: for detection only, never for what is encoded. */
function bridged(mv: Float32Array): Float32Array {
  const out = mv.slice();
  let last = -1;
  for (let i = 0; i < out.length; i++) {
    // Neither NaN nor infinite.
    if (out[i] - out[i] !== 0) continue;
    if (i - last > 1) {
      const from = last < 0 ? out[i] : out[last];
      for (let j = last + 1; j < i; j++) out[j] = from + ((out[i] - from) * (j - last)) / (i - last);
    }
    last = i;
  }
  out.fill(last < 0 ? 0 : out[last], last + 1);
  return out;
}

function quantised(row: Float64Array, factor: number): Int16Array {
  const out = new Int16Array(row.length);
  for (let i = 0; i < row.length; i++) {
    const value = Math.round(row[i] * factor);
    out[i] = value > INPUT_MAX ? INPUT_MAX : value < -INPUT_MAX ? -INPUT_MAX : value;
  }
  return out;
}
