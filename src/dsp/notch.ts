import type { Section } from './butterworth.js';

const designed = new Map<string, readonly Section[]>();

/** The section of scipy.signal.iirnotch(frequency, q, fs): gain 0 at the frequency, −3 dB at a width of frequency / q. Made once. */
export function notch(frequencyHz: number, q: number, rateHz: number): readonly Section[] {
  const key = `${frequencyHz} ${q} ${rateHz}`;
  let made = designed.get(key);
  if (made === undefined) designed.set(key, (made = [design(frequencyHz, q, rateHz)]));
  return made;
}

function design(frequencyHz: number, q: number, rateHz: number): Section {
  const centre = (2 * Math.PI * frequencyHz) / rateHz;
  const gain = 1 / (1 + Math.tan(centre / q / 2));
  const middle = -2 * gain * Math.cos(centre);
  return [gain, middle, gain, middle, 2 * gain - 1];
}
