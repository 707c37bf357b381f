import { butterworth, filterCausalRows, resampler, resampleWide } from '../../dsp/index.js';
import { isLimbLead, LEADS, limbWeights, type Physical, type PhysicalLead } from '../../ecg/index.js';
import { chance } from './chance.js';

/** A bedside monitor's own rate and band. */
export const MONITOR_RATE_HZ = 250;
export const MONITOR_BAND_HZ = [0.5, 40] as const;
const BAND_ORDER = 2;

/** What the bed has on: the limb leads, and of the chest leads these. */
export const MONITOR_LEAD_SETS = {
  '12 leads': ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  '7 leads with V1': ['V1'],
  '7 leads with V5': ['V5'],
  '2 leads': [],
} as const;
export type MonitorLeadSet = keyof typeof MONITOR_LEAD_SETS;
/** With two leads only these two are there; with the others all six limb leads. */
const TWO = ['I', 'II'];

/** Independent leads of a set, in the engine's order: what a contract's lead sets name. */
export function independentLeads(set: MonitorLeadSet): readonly string[] {
  return [...TWO, ...MONITOR_LEAD_SETS[set]];
}

/** Recorded noise: signals in mV at one rate. */
export interface RecordedNoise {
  readonly rateHz: number;
  readonly signals: readonly Float32Array[];
}

/** QRS amplitude over noise as PhysioNet's `nst` has it: 10·log10 of (peak to peak)² / 8 over the noise's power. */
export const NOISE_SNR_DB = 12;

/**
 * Limb electrodes on the torso (Mason and Likar 1966), as a model: only the arms' electrodes move. Lead I becomes smaller and the
 * axis turns right, as Papouchado et al. 1987 found; the chest leads move with the mean of the limbs. No published matrix stands
 * behind the numbers.
 */
export function onTorso(limb: { readonly I: Float64Array; readonly II: Float64Array }, chest: readonly Float64Array[]): void {
  const { I, II } = limb;
  for (let i = 0; i < I.length; i++) {
    const [one, two] = [I[i], II[i]];
    I[i] = 0.8 * one;
    II[i] = 1.05 * two - 0.1 * one;
    // RA moved by 0.1·I − 0.05·II, LA by −0.1·I − 0.05·II: a third of both is what the chest leads are measured against.
    for (const lead of chest) lead[i] += two / 30;
  }
}

/** The mean over seconds of the greatest less the least, squared, over 8: the power of the QRS complexes. */
function qrsPower(row: Float64Array, rateHz: number): number {
  const second = Math.round(rateHz);
  const heights: number[] = [];
  for (let from = 0; from + second <= row.length; from += second) {
    let [least, most] = [Infinity, -Infinity];
    for (let i = from; i < from + second; i++) {
      least = Math.min(least, row[i]);
      most = Math.max(most, row[i]);
    }
    heights.push(most - least);
  }
  heights.sort((a, b) => a - b);
  return (heights[heights.length >> 1] ?? 0) ** 2 / 8;
}

/** Adds a stretch of one of the noise's signals, from a place that `random` draws, scaled to the ratio. */
function addNoise(row: Float64Array, power: number, noise: readonly Float64Array[], random: () => number): void {
  const signal = noise[Math.floor(random() * noise.length)];
  const from = Math.floor(random() * (signal.length - row.length));
  let [sum, squares] = [0, 0];
  for (let i = 0; i < row.length; i++) {
    sum += signal[from + i];
    squares += signal[from + i] ** 2;
  }
  const mean = sum / row.length;
  const own = squares / row.length - mean ** 2;
  if (own <= 0) return;
  const scale = Math.sqrt(power / 10 ** (NOISE_SNR_DB / 10) / own);
  for (let i = 0; i < row.length; i++) row[i] += scale * (signal[from + i] - mean);
}

/** Noise at the monitor's rate, made once for all records. */
export function noiseForMonitor(noise: readonly RecordedNoise[]): readonly Float64Array[] {
  return noise.flatMap(({ rateHz, signals }) => resampleWide(resampler(rateHz, MONITOR_RATE_HZ), signals));
}

/**
 * A resting ECG as a monitor would show it: at 250 Hz, limb electrodes on the torso, recorded noise on every lead, 0.5 to 40 Hz
 * causally, and the leads of the set. All of I, II, V1 to V6 that the record has are used; a hole counts as zero.
 */
export function asMonitor(resting: Physical, set: MonitorLeadSet, noise: readonly Float64Array[], seed: number): Physical {
  const known = new Map(resting.rows.map((row) => [row.lead, row]));
  const names = [...TWO, ...MONITOR_LEAD_SETS['12 leads']].filter((lead) => known.get(lead) !== undefined && known.get(lead)!.origin !== 'missing');
  const filter = resampler(resting.rateHz, MONITOR_RATE_HZ);
  const rows = resampleWide(filter, names.map((lead) => known.get(lead)!.mv.map((mv) => (mv === mv ? mv : 0))));
  const samples = Math.round((resting.samples * MONITOR_RATE_HZ) / resting.rateHz);
  const at = new Map(names.map((lead, i) => [lead, rows[i]]));
  const [I, II] = TWO.map((lead) => at.get(lead));
  if (I !== undefined && II !== undefined) onTorso({ I, II }, names.slice(2).map((lead) => at.get(lead)!));
  const random = chance(seed);
  for (const row of rows) if (noise.length > 0) addNoise(row, qrsPower(row, MONITOR_RATE_HZ), noise, random);
  const [low, high] = MONITOR_BAND_HZ;
  const starts = rows.map((row) => row[0]);
  filterCausalRows(butterworth('highpass', BAND_ORDER, [low], MONITOR_RATE_HZ), rows, starts);
  filterCausalRows(butterworth('lowpass', BAND_ORDER, [high], MONITOR_RATE_HZ), rows, rows.map((row) => row[0]));
  const there = new Set<string>(independentLeads(set));
  return { rateHz: MONITOR_RATE_HZ, samples, rows: LEADS.map((lead): PhysicalLead => rowOf(lead, there, set, at, samples)) };
}

function rowOf(lead: string, there: ReadonlySet<string>, set: MonitorLeadSet, at: ReadonlyMap<string, Float64Array>, samples: number): PhysicalLead {
  const [I, II, own] = [at.get('I'), at.get('II'), at.get(lead)];
  if (there.has(lead) && own !== undefined) return { lead, origin: 'measured', mv: Float32Array.from(own.subarray(0, samples)), gaps: [] };
  if (set === '2 leads' || I === undefined || II === undefined || !isLimbLead(lead)) return { lead, origin: 'missing', mv: new Float32Array(samples).fill(NaN), gaps: [{ fromMs: 0, toMs: (samples / MONITOR_RATE_HZ) * 1000 }] };
  const [ofI, ofII] = limbWeights(lead, ['I', 'II']);
  return { lead, origin: 'derived', mv: Float32Array.from({ length: samples }, (_, i) => ofI * I[i] + ofII * II[i]), gaps: [] };
}
