import { streamKey, uniform } from './chance.js';
import type { Traits } from './profile.js';

const LOW_HZ: readonly [number, number] = [0.05, 0.15];
const LOW_LINES = 6;
const HIGH_LINES = 3;

interface Line {
  readonly hz: number;
  readonly phase: number;
  readonly s: number;
}

/** Breathing, as a sine: the same that moves the RR intervals, the amplitudes and the baseline. */
export function breath(traits: Traits, seed: number, atS: number): number {
  return Math.sin(2 * Math.PI * (traits.respirationHz * atS + uniform(streamKey(seed, 'breath'))));
}

/**
 * Deviation of the RR interval from its mean (s) at any time: lines around 0.1 Hz (Mayer waves) and around the
 * breathing rate. Closed form, so that it needs no state. Source: the spectrum of McSharry 2003.
 */
export function tachogramOf(traits: Traits, seed: number): (atS: number) => number {
  const key = streamKey(seed, 'tachogram');
  const lines: Line[] = [];
  const add = (hz: number, count: number, sdMs: number): void => {
    lines.push({ hz, phase: 2 * Math.PI * uniform(key, 100 + lines.length), s: (sdMs / 1000) * Math.sqrt(2 / count) });
  };
  for (let n = 0; n < LOW_LINES; n++) {
    add(LOW_HZ[0] + (LOW_HZ[1] - LOW_HZ[0]) * uniform(key, n), LOW_LINES, traits.lfMs);
  }
  for (let n = 0; n < HIGH_LINES; n++) add(traits.respirationHz * (0.94 + 0.06 * n), HIGH_LINES, traits.hfMs);
  return (atS) => {
    let sum = 0;
    for (const { hz, phase, s } of lines) sum += s * Math.sin(2 * Math.PI * hz * atS + phase);
    return sum;
  };
}
