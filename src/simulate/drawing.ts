import type { Gaussian } from './template.js';

/** Leads of one block of samples, mV, in the order of INDEPENDENT. */
export interface Canvas {
  readonly firstSample: number;
  readonly rateHz: number;
  readonly leads: readonly Float64Array[];
}

/** Beyond so many SDs a wave is nothing. */
const REACH_SD = 4.5;

/** Adds a wave that begins at `onS` and spans `spanS`. */
export function drawWave(canvas: Canvas, wave: readonly Gaussian[], onS: number, spanS: number, scale: number): void {
  if (scale === 0) return;
  const { firstSample, rateHz, leads } = canvas;
  const size = leads[0].length;
  const [l0, l1, l2, l3, l4, l5, l6, l7] = leads;
  for (const { at, left, right, mv } of wave) {
    const peakS = onS + at * spanS;
    const leftS = left * spanS;
    const rightS = right * spanS;
    const from = Math.max(0, Math.ceil((peakS - REACH_SD * leftS) * rateHz) - firstSample);
    const to = Math.min(size - 1, Math.floor((peakS + REACH_SD * rightS) * rateHz) - firstSample);
    const [a0, a1, a2, a3, a4, a5, a6, a7] = mv;
    for (let n = from; n <= to; n++) {
      const awayS = (firstSample + n) / rateHz - peakS;
      const u = awayS / (awayS < 0 ? leftS : rightS);
      const g = scale * Math.exp(-0.5 * u * u);
      l0[n] += g * a0; l1[n] += g * a1; l2[n] += g * a2; l3[n] += g * a3;
      l4[n] += g * a4; l5[n] += g * a5; l6[n] += g * a6; l7[n] += g * a7;
    }
  }
}

/** What is left of a pacing pulse behind the device's low-pass, mV in INDEPENDENT. */
const PACE_MV = [0.35, -0.9, -0.6, -0.5, -0.3, 0.25, 0.4, 0.4];
const PACE_DECAY_S = 0.004;

/** Adds the pacing pulse of one beat. */
export function drawPace(canvas: Canvas, mark: number): void {
  const { firstSample, rateHz, leads } = canvas;
  const tail = Math.ceil((4 * PACE_DECAY_S) * rateHz);
  for (let n = Math.max(mark, firstSample); n <= mark + tail && n < firstSample + leads[0].length; n++) {
    const left = n === mark ? 1 : -0.12 * Math.exp(-(n - mark) / rateHz / PACE_DECAY_S);
    for (let lead = 0; lead < leads.length; lead++) leads[lead][n - firstSample] += PACE_MV[lead] * left;
  }
}
