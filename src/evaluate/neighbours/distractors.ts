import { isLimbLead, LEADS, limbWeights, type Physical, type PhysicalLead } from '../../ecg/index.js';

/** What is no ECG, or none as a heart makes it: a search among ECGs should find nothing like it. */
export interface Distractor {
  readonly name: string;
  /** A floor is chosen on it; else it is kept for the figures. */
  readonly choosesFloor: boolean;
  /** @param ecg I, II, V1 to V6 of a real tracing, mV @returns the same leads, as long */
  readonly make: (ecg: readonly Float32Array[], rateHz: number, random: () => number) => readonly Float32Array[];
}

/** Standard normal numbers (Box and Muller 1958). */
const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const between = (low: number, high: number, random: () => number): number => low + (high - low) * random();
/** Spread evenly over orders of magnitude: 30 µV to 0.5 mV. */
const amplitude = (random: () => number): number => Math.exp(between(Math.log(0.03), Math.log(0.5), random));

type Wave = (t: number) => number;
const sampled = (like: Float32Array, rateHz: number, wave: Wave): Float32Array => like.map((_, i) => wave(i / rateHz));

function scaledTo(row: Float32Array, sd: number): Float32Array {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const own = Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length) || 1;
  return row.map((x) => ((x - mean) * sd) / own);
}

/** A sum of decays from 0.02 to 2 s, near to 1/f; with an alpha rhythm of 8 to 12 Hz. */
function brainSource(like: Float32Array, rateHz: number, random: () => number): Float32Array {
  const states = [0.02, 0.06, 0.2, 0.6, 2].map((seconds) => ({ keep: Math.exp(-1 / (seconds * rateHz)), value: 0 }));
  const [alpha, width] = [between(8, 12, random), between(0.3, 2, random)];
  const turn = (2 * Math.PI * alpha) / rateHz;
  const ring = Math.exp(-4 / rateHz);
  let [x, y] = [0, 0];
  return scaledTo(like.map(() => {
    let sum = 0;
    for (const state of states) sum += state.value = state.keep * state.value + Math.sqrt(1 - state.keep ** 2) * normal(random);
    [x, y] = [ring * (x * Math.cos(turn) - y * Math.sin(turn)) + normal(random), ring * (x * Math.sin(turn) + y * Math.cos(turn))];
    return sum / 2 + width * Math.sqrt(1 - ring ** 2) * x;
  }), 1);
}

function eeg(ecg: readonly Float32Array[], rateHz: number, random: () => number): readonly Float32Array[] {
  const sources = [1, 2, 3].map(() => brainSource(ecg[0], rateHz, random));
  const size = amplitude(random);
  return ecg.map((row) => {
    const weights = sources.map(() => normal(random));
    return scaledTo(row.map((_, i) => sources.reduce((sum, source, k) => sum + weights[k] * source[i], 0)), size);
  });
}

/** Electrodes that hang: a voltage that wanders to and fro. */
function wandering(row: Float32Array, random: () => number): Float32Array {
  let at = 0;
  const hiss = between(0, 0.1, random);
  return scaledTo(row.map(() => (at += normal(random))), between(0.2, 3, random)).map((x) => x + hiss * normal(random));
}

/** The same pieces of all leads, in another order. */
function shuffled(ecg: readonly Float32Array[], seconds: number, rateHz: number, random: () => number): readonly Float32Array[] {
  const length = Math.round(seconds * rateHz);
  const order = Array.from({ length: Math.floor(ecg[0].length / length) }, (_, piece) => ({ piece, at: random() })).sort((a, b) => a.at - b.at);
  return ecg.map((row) => {
    const out = row.slice();
    order.forEach(({ piece }, k) => out.set(row.subarray(piece * length, (piece + 1) * length), k * length));
    return out;
  });
}

/** One wave in all leads, each of its own size. */
function everywhere(ecg: readonly Float32Array[], rateHz: number, random: () => number, wave: Wave): readonly Float32Array[] {
  return ecg.map((row) => {
    const size = between(0.1, 1, random);
    return sampled(row, rateHz, (t) => size * wave(t) + 0.005 * normal(random));
  });
}

const bump = (t: number, at: number): number => Math.exp(-(((t - at) / 0.12) ** 2));

export const DISTRACTORS: readonly Distractor[] = [
  { name: 'white noise', choosesFloor: true, make: (ecg, _, random) => { const size = amplitude(random); return ecg.map((row) => row.map(() => size * normal(random))); } },
  { name: 'flat', choosesFloor: true, make: (ecg, _, random) => { const size = between(0, 0.004, random); return ecg.map((row) => row.map(() => size * normal(random))); } },
  { name: 'leads off', choosesFloor: true, make: (ecg, _, random) => ecg.map((row) => wandering(row, random)) },
  { name: 'reversed in time', choosesFloor: true, make: (ecg) => ecg.map((row) => row.slice().reverse()) },
  { name: 'like an EEG', choosesFloor: true, make: eeg },
  { name: 'upside down', choosesFloor: false, make: (ecg) => ecg.map((row) => row.map((mv) => -mv)) },
  { name: 'shuffled by 0.5 s', choosesFloor: false, make: (ecg, rateHz, random) => shuffled(ecg, 0.5, rateHz, random) },
  { name: 'shuffled by 0.1 s', choosesFloor: false, make: (ecg, rateHz, random) => shuffled(ecg, 0.1, rateHz, random) },
  { name: 'hum', choosesFloor: false, make: (ecg, rateHz, random) => { const hz = between(8, 40, random); return everywhere(ecg, rateHz, random, (t) => Math.sin(2 * Math.PI * hz * t)); } },
  { name: 'square wave', choosesFloor: false, make: (ecg, rateHz, random) => { const hz = between(0.8, 3, random); return everywhere(ecg, rateHz, random, (t) => Math.sign(Math.sin(2 * Math.PI * hz * t))); } },
  { name: 'pulse wave', choosesFloor: false, make: (ecg, rateHz, random) => { const hz = between(0.9, 2, random); return everywhere(ecg, rateHz, random, (t) => bump((hz * t) % 1, 0.25) + 0.5 * bump((hz * t) % 1, 0.55)); } },
  { name: 'breathing', choosesFloor: false, make: (ecg, rateHz, random) => { const hz = between(0.2, 0.6, random); return everywhere(ecg, rateHz, random, (t) => Math.sin(2 * Math.PI * hz * t)); } },
];

const INDEPENDENT = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** A segment that is the distractor instead, in the leads that it has; a hole counts as zero, the other limb leads follow from I and II. */
export function distracted(mv: Physical, { make }: Distractor, random: () => number): Physical {
  const there = INDEPENDENT.flatMap((lead) => mv.rows.find((row) => row.lead === lead && row.origin !== 'missing') ?? []);
  if (there.length === 0) return mv;
  const made = new Map(make(there.map((row) => row.mv.map((x) => (x === x ? x : 0))), mv.rateHz, random).map((row, i) => [there[i].lead, row]));
  const [I, II] = [made.get('I'), made.get('II')];
  const rows = mv.rows.map(({ lead, ...row }): PhysicalLead => {
    const own = made.get(lead);
    if (own !== undefined) return { lead, origin: 'measured', mv: own, gaps: [] };
    if (I === undefined || II === undefined || !isLimbLead(lead) || !(LEADS as readonly string[]).includes(lead)) return { lead, ...row, origin: 'missing', mv: new Float32Array(mv.samples).fill(NaN) };
    const [ofI, ofII] = limbWeights(lead, ['I', 'II']);
    return { lead, origin: 'derived', mv: I.map((x, i) => ofI * x + ofII * II[i]), gaps: [] };
  });
  return { rateHz: mv.rateHz, samples: mv.samples, rows };
}
