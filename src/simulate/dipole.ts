import type { INDEPENDENT } from '../ecg/index.js';

export type IndependentLead = (typeof INDEPENDENT)[number];

/** Heart vector in mV: x to the left, y down, z to the back. */
export type Vector = readonly [x: number, y: number, z: number];

/** Forward Dower matrix (Dower, Machado, Osborne 1980), rows in the order of INDEPENDENT. */
const DOWER: readonly Vector[] = [
  [0.632, -0.235, 0.059], [0.235, 1.066, -0.132],
  [-0.515, 0.157, -0.917], [0.044, 0.164, -1.387], [0.882, 0.098, -1.277],
  [1.213, 0.127, -0.601], [1.125, 0.127, -0.086], [0.831, 0.076, 0.23],
];

/** mV in each of INDEPENDENT. */
export function project([x, y, z]: Vector): Float64Array {
  return Float64Array.from(DOWER, ([a, b, c]) => a * x + b * y + c * z);
}

/** Turned in the frontal plane, clockwise as seen from the front (positive towards the feet). */
export function turned([x, y, z]: Vector, degrees: number): Vector {
  const angle = (degrees * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle), z];
}

/** Frontal axis in degrees from lead I and aVF, of values in the order of INDEPENDENT. */
export function frontalAxis(leads: ArrayLike<number>): number {
  const [i, ii] = [leads[0], leads[1]];
  return (Math.atan2((ii - i / 2) * (2 / Math.sqrt(3)), i) * 180) / Math.PI;
}
