import { streamKey, uniform } from './chance.js';
import { project } from './dipole.js';
import type { Canvas } from './drawing.js';
import type { Traits } from './profile.js';

/** Two sources of slightly different rate: one before V1, one seen by the inferior leads. V1 of the first is 1. */
const SOURCES = [
  { mv: project([-0.25, 0.1, -0.93]), rate: 1 },
  { mv: project([0.05, 0.5, 0.1]), rate: 0.86 },
];

/** Adds fibrillatory waves of 4 to 9 Hz whose rate and size wander; `illAt` is their share at a time. */
export function drawFibrillation(canvas: Canvas, traits: Traits, seed: number, illAt: (atS: number) => number): void {
  const key = streamKey(seed, 'f waves');
  const { firstSample, rateHz, leads } = canvas;
  SOURCES.forEach(({ mv, rate }, source) => {
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => 2 * Math.PI * uniform(key, 4 * source + n));
    for (let n = 0; n < leads[0].length; n++) {
      const t = (firstSample + n) / rateHz;
      const ill = illAt(t);
      if (ill === 0) continue;
      const turn = 2 * Math.PI * traits.fWaveHz * rate * t + 1.6 * Math.sin(2 * Math.PI * 0.31 * t + a) + 0.9 * Math.sin(2 * Math.PI * 0.83 * t + b);
      const size = ill * traits.fWaveMv * (1 + 0.4 * Math.sin(2 * Math.PI * 0.23 * t + c));
      const f = size * (Math.sin(turn) + 0.3 * Math.sin(2 * turn + d));
      for (let lead = 0; lead < leads.length; lead++) leads[lead][n] += f * mv[lead];
    }
  });
}
