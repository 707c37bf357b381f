import { butterworth, filterZeroPhaseRows, madeOnce, resample, resampler, resampleRows, within } from '../../dsp/index.js';
import { FROM_I_II, LIMB_LEADS, MILLIVOLTS_MAX } from '../../ecg/index.js';

/** The network's own rate: 8 ms a step; edges are found between the steps. */
export const NETWORK_HZ = 125;
/** What the leads' common RMS becomes in whole numbers. */
const RMS_UNIT = 512;
/** 32 times the RMS: no heart goes there. */
const INPUT_MAX = 16383;
const WANDER_HZ = 0.5;
const SHORTEST_S = 0.5;
const LEADS_MAX = 12;
/** Those that I and II make. */
const MADE = LIMB_LEADS.filter((lead) => lead !== 'I' && lead !== 'II');

const highpass = butterworth('highpass', 2, [WANDER_HZ], NETWORK_HZ);

export interface NamedLead {
  readonly lead: string;
  /** NaN where there is no sample. */
  readonly mv: Float32Array;
}

/** Leads at 125 Hz without wander, mV; one row a lead. */
export interface Prepared {
  readonly rows: readonly Float64Array[];
  /** Names of the first rows, which were not made from others. */
  readonly leads: readonly string[];
  /** Steps to samples of the signal that it was. */
  readonly samplesPerStep: number;
}

/**
 * Leads of one length at `rateHz`, made ready for both detectors. Where I and II are there the other limb leads are made from them afterwards,
 * at an eighth of the cost. Undefined where they are too short to show a beat.
 */
export function prepare(leads: readonly NamedLead[], rateHz: number): Prepared | undefined {
  if (leads.length === 0 || leads[0].mv.length < SHORTEST_S * rateHz) return undefined;
  const hasLimb = ['I', 'II'].every((name) => leads.some(({ lead }) => lead === name));
  const own = (hasLimb ? leads.filter(({ lead }) => !(MADE as readonly string[]).includes(lead)) : leads).slice(0, LEADS_MAX);
  const filter = resampler(rateHz, NETWORK_HZ);
  const slow = resampleRows(filter, own.map(({ mv }) => (within(mv, MILLIVOLTS_MAX) ? mv : bridged(mv))));
  const unit = onesOf(rateHz, leads[0].mv.length);
  const rows = filterZeroPhaseRows(highpass, slow.map((row) => levelled(row, unit))).slice();
  if (hasLimb) {
    const [one, two] = ['I', 'II'].map((name) => rows[own.findIndex(({ lead }) => lead === name)]);
    for (const lead of MADE) {
      const [a, b] = FROM_I_II[lead];
      rows.push(sum(a, one, b, two));
    }
  }
  return { rows, leads: own.map(({ lead }) => lead), samplesPerStep: rateHz / NETWORK_HZ };
}

/** A loop: a closure over each value costs an object for its result. */
function sum(a: number, one: Float64Array, b: number, two: Float64Array): Float64Array {
  const out = new Float64Array(one.length);
  for (let i = 0; i < out.length; i++) out[i] = a * one[i] + b * two[i];
  return out;
}

/** As the network was taught to see them: all against their common RMS, in whole numbers. Undefined where nothing moves. */
export function whole(rows: readonly Float64Array[]): Int16Array[] | undefined {
  let power = 0;
  for (const row of rows) for (let i = 0; i < row.length; i++) power += row[i] * row[i];
  const rms = Math.sqrt(power / (rows.length * rows[0].length));
  return rms > 0 && rms < Infinity ? rows.map((row) => quantised(row, RMS_UNIT / rms)) : undefined;
}

const ones = madeOnce<string, Float32Array>();

/** What the resampler makes of a constant 1: less than 1 towards the ends, because it takes what lies beyond them for zero. */
function onesOf(rateHz: number, samples: number): Float32Array {
  return ones(`${rateHz} ${samples}`, () => resample(resampler(rateHz, NETWORK_HZ), new Float32Array(samples).fill(1)));
}

/** As if the lead had been around zero before it was resampled. */
function levelled(row: Float32Array, ones: Float32Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i];
  const level = sum / row.length;
  const out = new Float64Array(row.length);
  for (let i = 0; i < row.length; i++) out[i] = row[i] - level * ones[i];
  return out;
}

/** Holes are bridged by a straight line: for detection only, never for what is encoded. */
function bridged(mv: Float32Array): Float32Array {
  const out = mv.slice();
  let last = -1;
  for (let i = 0; i < out.length; i++) {
    if (!(Math.abs(out[i]) <= MILLIVOLTS_MAX)) continue;
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
    const value = row[i] * factor;
    out[i] = value > INPUT_MAX ? INPUT_MAX : value < -INPUT_MAX ? -INPUT_MAX : ((value + INPUT_MAX + 0.5) | 0) - INPUT_MAX;
  }
  return out;
}
