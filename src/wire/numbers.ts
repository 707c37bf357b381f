import type { Measurements } from '../ecg/index.js';

/** Largest of a float on the wire; the encoder throws at more. */
const FLOAT_MAX = 3.4e38;
export const UINT32_MAX = 2 ** 32 - 1;

/** The number, where it is one. */
export const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

/** Is every number in it one that the wire, and a state that is kept as JSON, can carry? */
export const isCarried = (numbers: object): boolean => Object.values(numbers).every((value) => typeof value !== 'number' || Math.abs(value) <= FLOAT_MAX);

/** Without what is no number: it could not be measured. */
export function soundMeasurements({ beats, voltages, st, ...numbers }: Measurements): Measurements {
  const known = Object.entries(numbers).filter(([, value]) => Number.isFinite(value));
  return { ...Object.fromEntries(known), beats, voltages: voltages.filter(isCarried), st: st.filter(isCarried) };
}
