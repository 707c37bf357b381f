import type { Measurements } from '../ecg/index.js';

/** Largest of a float on the wire; the encoder throws at more. */
const FLOAT_MAX = 3.4e38;
export const UINT32_MAX = 2 ** 32 - 1;

/** The number, where it is one. */
export const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

/** Is every number in it one that the wire, and a state that is kept as JSON, can carry? */
export function isCarried<Of extends object>(of: Of): boolean {
  for (const name in of) if (typeof of[name] === 'number' && !(Math.abs(of[name]) <= FLOAT_MAX)) return false;
  return true;
}

/** Without what is no number: it could not be measured. */
export function soundMeasurements({ beats, voltages, st, ...numbers }: Measurements): Measurements {
  const known: { -readonly [Name in keyof typeof numbers]: number } = {};
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[]) if (Number.isFinite(numbers[name])) known[name] = numbers[name];
  return { ...known, beats, voltages: voltages.filter(isCarried), st: st.filter(isCarried) };
}
