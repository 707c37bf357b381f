import type { PhysicalLead } from '../../ecg/index.js';

/** What must be zero. Einthoven 1912: I + III − II; Goldberger 1942: aVR + aVL + aVF. */
const EINTHOVEN: readonly (readonly [string, number])[] = [['I', 1], ['III', 1], ['II', -1]];
const GOLDBERGER: readonly (readonly [string, number])[] = [['aVR', 1], ['aVL', 1], ['aVF', 1]];
/** Every so many samples one is looked at: an integrity check needs no more. */
const STRIDE = 8;
/** Rounding to 5 µV, twice, is below; an exchanged, scaled or shifted lead far above. */
const RESIDUAL_MAX_MV = 0.05;
/** … or above this share of the leads' own size, where that is large. */
const RESIDUAL_SHARE = 0.1;

/** Do measured limb leads contradict each other? */
export function isContradicted(rows: readonly PhysicalLead[]): boolean {
  return [EINTHOVEN, GOLDBERGER].some((terms) => {
    const found = residual(rows, terms);
    return found !== undefined && found.rms > Math.max(RESIDUAL_MAX_MV, RESIDUAL_SHARE * found.size);
  });
}

/** rms in mV of the sum, and of the first lead; each lead's own mean is taken off first, for amplifiers have offsets. Undefined: not all three are measured. */
function residual(rows: readonly PhysicalLead[], terms: typeof EINTHOVEN): { readonly rms: number; readonly size: number } | undefined {
  const leads = terms.map(([lead]) => rows.find((row) => row.lead === lead && row.origin === 'measured'));
  if (leads.some((lead) => lead === undefined)) return undefined;
  const [a, b, c] = leads.map((lead) => lead!.mv);
  const [, , [, sign]] = terms;
  let n = 0;
  let sum = 0;
  let squares = 0;
  let own = 0;
  let ownSquares = 0;
  // The first sample is taken off before anything is squared: offsets are large.
  const first = firstWhole(a, b, c);
  for (let i = first; i < a.length; i += STRIDE) {
    const x = a[i] - a[first];
    const rest = x + (b[i] - b[first]) + sign * (c[i] - c[first]);
    if (rest - rest !== 0) continue;
    n++;
    sum += rest;
    squares += rest * rest;
    own += x;
    ownSquares += x * x;
  }
  if (n === 0) return undefined;
  const deviation = (total: number, square: number) => Math.sqrt(Math.max(0, square / n - (total / n) ** 2));
  return { rms: deviation(sum, squares), size: deviation(own, ownSquares) };
}

function firstWhole(a: Float32Array, b: Float32Array, c: Float32Array): number {
  let i = 0;
  while (i < a.length && a[i] + b[i] + c[i] - (a[i] + b[i] + c[i]) !== 0) i++;
  return i;
}
