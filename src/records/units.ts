import { voltageNamed, VOLTAGES } from '../ecg/index.js';

/** What one of a unit is in mV, and how sure that is. */
export type Voltage =
  | { readonly mv: number; readonly doubt?: string }
  /** Counts of a converter that nobody calibrated. */
  | { readonly mv: undefined; readonly uncalibrated: true };

const COUNTS = /^(adu|adc|count|counts|lsb|bit|bits|digit|digits|raw|nu|au|arb|a\.u\.|unitless|1)$/;

/**
 * A unit as files spell it. `µ` may be U+00B5 or U+03BC, `u`, `mc`, or what is left of either where a text was read in another encoding.
 * Undefined: no voltage (mV/s, mmHg, Ohm).
 */
export function voltageOf(unit: string): Voltage | undefined {
  const plain = unit.trim().toLowerCase().replace(/[\s_]+/g, '').replace(/^[[({](.*)[\])}]$/, '$1');
  if (plain === '') return { mv: 1, doubt: 'no unit: taken as mV' };
  if (COUNTS.test(plain)) return { mv: undefined, uncalibrated: true };
  const known = voltageNamed(unit);
  if (known !== undefined) return { mv: VOLTAGES[known] };
  if (/^(?:[^\x20-\x7e]{1,4}|\?{1,3})v$/i.test(unit.trim())) return { mv: 1e-3, doubt: `unit ${unit} taken as µV` };
  return undefined;
}
