import { INDEPENDENT } from '../ecg/index.js';
import { streamKey, uniform } from './chance.js';
import type { Canvas } from './drawing.js';
import { SimulationError } from './errors.js';
import { addElectrodes, electrodeNoise, ELECTRODES } from './noise.js';
import type { Rendered } from './patient.js';
import { draw, drawNoise, type Profile } from './profile.js';
import { levelsOf } from './spec.js';

/** Ten seconds of a person, of which hours are to be made. */
export interface ShortRecording {
  readonly name: string;
  readonly rateHz: number;
  /** mV: I, II, V1 … V6; all of one length, NaN where there is no sample. */
  readonly mv: readonly Float32Array[];
  /** R peaks, sample numbers, ascending. */
  readonly beats: readonly number[];
}

/** A recording repeated without end. Whatever the cuts and their order, the same sample has the same value. */
export interface ProlongedRecording {
  readonly seed: number;
  readonly rateHz: number;
  render(fromSample: number, count: number): Rendered;
}

/** What is repeated: samples [from, to), from before one beat to the same place before a later one. */
interface Loop {
  readonly from: number;
  readonly to: number;
}

/** The seam is sought so long before a beat, s: after the T wave of the last beat, before the P wave or within PR. */
const SEAM_BEFORE_S = [0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35] as const;
/** Both sides of the seam are blended over so long, s. */
const BLEND_S = 0.04;
/** Beats at the seam are compared from before their R peak to after it, s: two kinds of beats are no seam. */
const ALIKE_S = { before: 0.06, after: 0.3 } as const;
/** First and last beats among which the seam is sought. */
const CHOICES = 3;
const BEATS_MIN = 4;
/** Time runs faster and slower by this share, as RR intervals do when one breathes. */
const JITTER = 0.02;
/** Samples on either side that an interpolated one is made of (Lanczos). */
const TAPS = 4;
/** A place between two samples is taken to this part of their distance. */
const PHASES = 2048;
const BLOCK_SAMPLES = 512;

/**
 * A short recording as if it went on: the same beats again and again, joined where the beats before and after are alike, their intervals
 * jittered, with wander, muscle and mains added as the profile has them. What it shows does not change, and no more is true of it than of the recording.
 * @param noise 0: none, 1: as on a ward
 * @throws SimulationError `bad-spec`: too short, or a lead has no sample
 */
export function prolonged(recording: ShortRecording, seed: number, profile: Profile, noise = 1): ProlongedRecording {
  const { rateHz } = recording;
  const loop = loopOf(recording);
  const leads = recording.mv.map((mv) => seamless(mv, loop, Math.round(BLEND_S * rateHz)));
  const levels = { ...levelsOf(noise), motion: 0, leadOff: 0 };
  const traits = drawNoise(profile, seed);
  const breathHz = draw(profile.healthy.respirationHz, streamKey(seed, 'breath'));
  const key = streamKey(seed, 'jitter');
  const waves = [breathHz, 0.1, 0.013].map((hz, k) => ({ w: 2 * Math.PI * hz, phase: 2 * Math.PI * uniform(key, k), depth: JITTER / (3 * 2 * Math.PI * hz) }));
  /** Place in the recording's own time, in samples from the loop's start. */
  const placeOf = (sample: number): number => {
    const atS = sample / rateHz;
    return (atS + waves.reduce((sum, { w, phase, depth }) => sum + depth * Math.sin(w * atS + phase), 0)) * rateHz;
  };
  const blockAt = (index: number): readonly Float64Array[] => {
    const firstSample = index * BLOCK_SAMPLES;
    const canvas: Canvas = { firstSample, rateHz, leads: INDEPENDENT.map(() => new Float64Array(BLOCK_SAMPLES)) };
    for (let n = 0; n < BLOCK_SAMPLES; n++) {
      const place = placeOf(firstSample + n);
      const weights = WEIGHTS[Math.floor((place - Math.floor(place)) * PHASES)];
      canvas.leads.forEach((lead, k) => { lead[n] = interpolated(leads[k], Math.floor(place), weights); });
    }
    if (noise > 0) addElectrodes(canvas, ELECTRODES.map((name) => electrodeNoise(canvas, name, traits, levels, breathHz, seed)));
    return canvas.leads;
  };
  return { seed, rateHz, render: (fromSample, count) => rendered(blockAt, fromSample, count) };
}

/** The stretch whose end goes on as its beginning did. */
function loopOf({ name, rateHz, mv, beats }: ShortRecording): Loop {
  const refuse = (what: string, hint: string): never => { throw new SimulationError('bad-spec', what, name, hint); };
  if (mv.length !== INDEPENDENT.length) refuse(`${mv.length} leads`, 'I, II, V1 … V6 are needed');
  if (mv.some((lead) => lead.some(Number.isNaN))) refuse('samples are missing', 'only a recording without gaps can be repeated');
  const sample = (s: number) => Math.round(s * rateHz);
  const [before, after] = [sample(SEAM_BEFORE_S.at(-1)! + BLEND_S), sample(ALIKE_S.after)];
  const whole = beats.filter((beat) => beat >= before && beat + after < mv[0].length);
  if (whole.length < BEATS_MIN) refuse(`${whole.length} whole beats`, `at least ${BEATS_MIN} are needed to repeat it`);
  const pairs = whole.slice(0, CHOICES).flatMap((first) => whole.slice(-CHOICES).flatMap((last) => (last <= first ? [] : [{ first, last, apart: apart(mv, first, last, -sample(ALIKE_S.before), after) }])));
  const { first, last } = least(pairs, ({ apart }) => apart);
  const seams = SEAM_BEFORE_S.map((s) => ({ from: first - sample(s), to: last - sample(s) }));
  return least(seams, ({ from, to }) => apart(mv, from, to, -sample(BLEND_S), 0));
}

/** Mean square of the difference between two places of all leads, each without its own mean. */
function apart(mv: readonly Float32Array[], a: number, b: number, from: number, to: number): number {
  return mv.reduce((sum, lead) => {
    const differences = Array.from(lead.subarray(a + from, a + to), (value, i) => value - lead[b + from + i]);
    const mean = differences.reduce((total, value) => total + value, 0) / differences.length;
    return sum + differences.reduce((total, value) => total + (value - mean) ** 2, 0) / differences.length;
  }, 0);
}

function least<T>(items: readonly T[], of: (item: T) => number): T {
  return items.reduce((best, item) => (of(item) < of(best) ? item : best));
}

/** One turn of a lead: its drift is taken off, and its end passes into what came before its beginning. */
function seamless(mv: Float32Array, { from, to }: Loop, blend: number): Float64Array {
  const size = to - from;
  const meanAt = (at: number) => mv.subarray(at - blend, at).reduce((sum, value) => sum + value, 0) / blend;
  const drift = meanAt(to) - meanAt(from);
  const level = (n: number) => mv[from + n] - (drift * n) / size;
  return Float64Array.from({ length: size }, (_, n) => {
    const share = Math.max(0, (n - (size - blend)) / blend);
    return share === 0 ? level(n) : (1 - share) * level(n) + share * level(n - size);
  });
}

/** Weights of the samples around a place, by how far it is behind the one before it (Lanczos window). */
const WEIGHTS = Array.from({ length: PHASES }, (_, phase) => {
  const weights = Float64Array.from({ length: 2 * TAPS }, (_tap, i) => {
    const x = Math.PI * (phase / PHASES - (i + 1 - TAPS));
    return x === 0 ? 1 : (TAPS * Math.sin(x) * Math.sin(x / TAPS)) / (x * x);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
});

/** Value between samples of a turn, which goes on as it began. */
function interpolated(turn: Float64Array, before: number, weights: Float64Array): number {
  const size = turn.length;
  let at = (((before + 1 - TAPS) % size) + size) % size;
  let sum = 0;
  for (const weight of weights) {
    sum += weight * turn[at];
    at = at + 1 === size ? 0 : at + 1;
  }
  return sum;
}

function rendered(blockAt: (index: number) => readonly Float64Array[], fromSample: number, count: number): Rendered {
  const [i, ii, ...chest] = INDEPENDENT.map(() => new Float32Array(count));
  for (let index = Math.floor(fromSample / BLOCK_SAMPLES); index * BLOCK_SAMPLES < fromSample + count; index++) {
    const start = index * BLOCK_SAMPLES;
    const [from, to] = [Math.max(fromSample, start), Math.min(fromSample + count, start + BLOCK_SAMPLES)];
    blockAt(index).forEach((lead, k) => [i, ii, ...chest][k].set(lead.subarray(from - start, to - start), from - fromSample));
  }
  const limb = [i.map((a, n) => ii[n] - a), i.map((a, n) => -(a + ii[n]) / 2), i.map((a, n) => a - ii[n] / 2), ii.map((b, n) => b - i[n] / 2)];
  return { firstSample: fromSample, mv: [i, ii, ...limb, ...chest], leadsOff: [], paceMarks: [] };
}
