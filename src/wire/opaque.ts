import type { Opaque } from '../ecg/index.js';

/** The digits of a uint64 of the wire → what is the same for the same digits, and another for others. */
export function opaque(digits: string): Opaque {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}
