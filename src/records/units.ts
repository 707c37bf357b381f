/** What one of a unit is in mV, and how sure that is. */
export type Voltage =
  | { readonly mv: number; readonly doubt?: string }
  /** Counts of a converter that nobody calibrated. */
  | { readonly mv: undefined; readonly uncalibrated: true };

const MV: Readonly<Record<string, number>> = { v: 1000, mv: 1, uv: 1e-3, nv: 1e-6 };
const PREFIXES: Readonly<Record<string, string>> = { micro: 'uv', milli: 'mv', nano: 'nv', '': 'v' };
/** ISO/IEEE 11073-10101, partition 4: numbers and names without what stands before them. */
const MDC: Readonly<Record<string, string>> = { 266400: 'v', 266418: 'mv', 266419: 'uv', 266420: 'nv' };
const COUNTS = /^(adu|adc|count|counts|lsb|bit|bits|digit|digits|raw|nu|au|arb|a\.u\.|unitless|1)$/;

/**
 * A unit as files spell it. `µ` may be U+00B5 or U+03BC, `u`, `mc`, or what is left of either where a text was read in another encoding.
 * Undefined: no voltage (mV/s, mmHg, Ohm).
 */
export function voltageOf(unit: string): Voltage | undefined {
  // NFKC makes one µ of the two.
  const plain = unit.normalize('NFKC').trim().toLowerCase().replace(/[\s_]+/g, '').replace(/^[[({](.*)[\])}]$/, '$1');
  if (plain === '') return { mv: 1, doubt: 'no unit: taken as mV' };
  if (COUNTS.test(plain)) return { mv: undefined, uncalibrated: true };
  const word = /^(?:mdcdim)?(micro|milli|nano|)volts?$/.exec(plain);
  const symbol = word ? PREFIXES[word[1]] : (MDC[plain] ?? plain.replace(/^(?:μ|mc)v$/, 'uv'));
  if (Object.hasOwn(MV, symbol)) return { mv: MV[symbol] };
  if (/^(?:[^\x20-\x7e]{1,4}|\?{1,3})v$/i.test(unit.trim())) return { mv: 1e-3, doubt: `unit ${unit} taken as µV` };
  return undefined;
}
