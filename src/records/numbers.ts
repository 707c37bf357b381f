import { NO_SAMPLE_INT32 } from '../ecg/index.js';
import { nanovolts, NANOVOLTS_PER_MV } from './counts.js';
import type { FileSignal } from './record.js';

/**
 * Numbers in text as counts. Whole numbers stay counts of the scale that the file states; with decimals they become whole nanovolts, or,
 * in a unit that says nothing of mV, are rounded and marked so.
 * @param values NaN: no sample
 * @param scale of a value, in the unit whose one is `mvPerUnit`; `origin` is that of a value of 0
 */
export function signalOf(values: Float64Array, scale: number, origin: number, unit: string, mvPerUnit: number | undefined): Pick<FileSignal, 'unit' | 'gain' | 'offset' | 'counts' | 'altered'> {
  const areWhole = values.every((value) => Number.isNaN(value) || (Number.isInteger(value) && Math.abs(value) <= 2_147_483_647));
  if ((areWhole && scale !== 0) || mvPerUnit === undefined) {
    const counts = Int32Array.from(values, (value) => (Number.isNaN(value) ? NO_SAMPLE_INT32 : Math.round(value)));
    return { unit, gain: 1 / scale, offset: 0 - origin / scale, counts, altered: areWhole ? undefined : 'rounded' };
  }
  return { altered: 'rescaled', unit, gain: NANOVOLTS_PER_MV * mvPerUnit, offset: 0, counts: nanovolts(values.map((value) => value * scale + origin), mvPerUnit) };
}

/** Numbers that spaces separate; anything else is no sample. */
export function numbersIn(text: string): Float64Array {
  return Float64Array.from(text.trim().split(/\s+/), (word) => (word === '' ? NaN : Number(word)));
}
