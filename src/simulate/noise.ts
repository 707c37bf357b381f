import { roughNormal, streamKey, uniform } from './chance.js';
import type { Canvas } from './drawing.js';
import type { NoiseTrait } from './profile.js';

/** Noise arises at the electrodes, and reaches the leads through them. */
export const ELECTRODES = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type Electrode = (typeof ELECTRODES)[number];

/** Multiples of the patient's own noise. */
export interface NoiseLevels {
  readonly wander: number;
  readonly emg: number;
  readonly mains: number;
  readonly motion: number;
  readonly leadOff: number;
  readonly adc: number;
}
export type NoiseTraits = Readonly<Record<NoiseTrait, number>>;

/** Adds sinusoids to `out` by rotation from the block's start, which is exact enough and has one sine a block. */
function addSine(out: Float64Array, canvas: Canvas, hz: number, phase: number, mv: number): void {
  const w = (2 * Math.PI * hz) / canvas.rateHz;
  // The whole turns are taken off first: a phase after days is still exact.
  const turns = (canvas.firstSample * hz) / canvas.rateHz;
  const start = 2 * Math.PI * (turns - Math.floor(turns)) + phase;
  let [s, c] = [mv * Math.sin(start), mv * Math.cos(start)];
  const [ds, dc] = [Math.sin(w), Math.cos(w)];
  for (let n = 0; n < out.length; n++) {
    out[n] += s;
    [s, c] = [s * dc + c * ds, c * dc - s * ds];
  }
}

const WANDER_LINES = 4;

function addWander(out: Float64Array, canvas: Canvas, key: number, breathHz: number, mv: number): void {
  for (let line = 0; line < WANDER_LINES; line++) {
    const hz = line === 0 ? breathHz : 0.05 + 0.3 * uniform(key, line);
    addSine(out, canvas, hz, 2 * Math.PI * uniform(key, 10 + line), mv * (0.3 + 0.7 * uniform(key, 20 + line)));
  }
}

/** Mains with its third and fifth harmonic, as far as the rate carries them. */
function addMains(out: Float64Array, canvas: Canvas, key: number, mainsHz: number, mv: number): void {
  const shares = [1, 0, 0.2, 0, 0.08];
  shares.forEach((share, index) => {
    const hz = mainsHz * (index + 1);
    if (share > 0 && hz < 0.45 * canvas.rateHz) addSine(out, canvas, hz, 2 * Math.PI * uniform(key, index), mv * share * (0.4 + uniform(key, 9)));
  });
}

const EMG_TAPS = [1, 0.5, 0, -0.5, -1] as const;
/** SD of white noise behind the taps. */
const EMG_GAIN = Math.sqrt(2.5);

/** Muscle: white noise through a short band-pass (peak near an eighth of the rate), swelling and fading; and the converter's. */
function addEmg(out: Float64Array, canvas: Canvas, key: number, emgMv: number, adcMv: number): void {
  const swell = new Float64Array(out.length);
  addSine(swell, canvas, 0.04 + 0.1 * uniform(key, 2 ** 40), 6 * uniform(key, 2 ** 40 + 1), 0.5);
  let [x1, x2, x3, x4] = [1, 2, 3, 4].map((back) => roughNormal(key, canvas.firstSample - back));
  for (let n = 0; n < out.length; n++) {
    const x = roughNormal(key, canvas.firstSample + n);
    out[n] += (emgMv / EMG_GAIN) * (1 + swell[n]) * (x + EMG_TAPS[1] * x1 + EMG_TAPS[3] * x3 - x4) + adcMv * x2;
    [x1, x2, x3, x4] = [x, x1, x2, x3];
  }
}

/** Noise of one electrode over a block, mV; motion and loose electrodes are in `episodes.ts`. */
export function electrodeNoise(
  canvas: Canvas, electrode: Electrode, traits: NoiseTraits, levels: NoiseLevels, breathHz: number, seed: number,
): Float64Array {
  const key = streamKey(seed, `electrode ${electrode}`);
  const out = new Float64Array(canvas.leads[0].length);
  if (levels.wander > 0) addWander(out, canvas, key, breathHz, levels.wander * traits.wanderMv);
  if (levels.mains > 0) addMains(out, canvas, key, traits.mainsHz, levels.mains * traits.mainsMv);
  if (levels.emg > 0 || levels.adc > 0) addEmg(out, canvas, key, levels.emg * traits.emgMv, levels.adc * traits.adcMv);
  return out;
}

/** I = LA − RA, II = LL − RA, V = C − (RA + LA + LL) / 3. */
export function addElectrodes(canvas: Canvas, [ra, la, ll, ...chest]: readonly Float64Array[]): void {
  const [i, ii, ...v] = canvas.leads;
  for (let n = 0; n < ra.length; n++) {
    i[n] += la[n] - ra[n];
    ii[n] += ll[n] - ra[n];
    const centre = (ra[n] + la[n] + ll[n]) / 3;
    for (let lead = 0; lead < v.length; lead++) v[lead][n] += chest[lead][n] - centre;
  }
}
