import { cutText, isForeignNumber, NO_SAMPLE_INT32 } from '../ecg/index.js';
import { nanovolts, NANOVOLTS_PER_MV } from './counts.js';
import { RecordError, type RecordWarning } from './errors.js';
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

/** Of a lead's values so many may be no numbers: beyond it they are in another notation, of which it would be a guess to keep the rest. */
const STRANGE_MAX = 0.1;

/** Values that are no numbers are missing, and reported. @throws RecordError `bad-header` where they are too many */
export function reportStrange(strange: readonly string[], values: number, label: string, where: string, warnings: RecordWarning[]): void {
  if (strange.length === 0) return;
  const withDigits = strange.filter((word) => /\d/.test(word));
  const foreign = withDigits.find(isForeignNumber);
  if (foreign !== undefined || withDigits.length > Math.max(1, STRANGE_MAX * values) || (withDigits.length > 0 && withDigits.length === values)) throw new RecordError('bad-header', `${label}: ${withDigits.length} of ${values} values are no numbers, as ${cutText(foreign ?? withDigits[0], 32)}`, where, 'samples are decimal numbers, with a point unless a layout states another');
  warnings.push({ code: 'text', what: `${label}: ${strange.length} values are no numbers, taken as missing`, where });
}

/** Numbers that spaces separate. @param missing words that mean no sample @throws RecordError `bad-header` */
export function numbersIn(text: string, missing: readonly string[], label: string, where: string, warnings: RecordWarning[]): Float64Array {
  const strange: string[] = [];
  const words = text.trim().split(/\s+/);
  const values = Float64Array.from(words, (word) => {
    const value = word === '' || missing.includes(word) ? NaN : Number(word);
    if (Number.isFinite(value)) return value;
    if (word !== '' && !missing.includes(word)) strange.push(word);
    return NaN;
  });
  reportStrange(strange, values.length, label, where, warnings);
  return values;
}
