import type { Section } from './butterworth.js';
import { madeOnce } from './made-once.js';

const designed = madeOnce<string, readonly Section[]>();

/** The section of scipy.signal.iirnotch(frequency, q, fs): gain 0 at the frequency, −3 dB at a width of frequency / q. Made once. */
export function notch(frequencyHz: number, q: number, rateHz: number): readonly Section[] {
  return designed(`${frequencyHz} ${q} ${rateHz}`, () => [design(frequencyHz, q, rateHz)]);
}

function design(frequencyHz: number, q: number, rateHz: number): Section {
  const centre = (2 * Math.PI * frequencyHz) / rateHz;
  const gain = 1 / (1 + Math.tan(centre / q / 2));
  const middle = -2 * gain * Math.cos(centre);
  return [gain, middle, gain, middle, 2 * gain - 1];
}
