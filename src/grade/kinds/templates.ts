/** A QRS complex as compared: 96 ms before to 112 ms after its middle, in steps of 8 ms. */
export const BEFORE = 12;
export const AFTER = 14;
export const LENGTH = BEFORE + AFTER + 1;
/** Forms of the QRS that are remembered of one patient. */
export const TEMPLATES_MAX = 4;
/** The leads of a template. */
export const LEADS_MAX = 8;

/** A beat is of a template's form from this correlation on, while their energies differ by at most this factor. */
const SAME_FORM = 0.9;
const SAME_ENERGY = 3;
/** A complex is looked for so many steps beside its middle. */
const LAG_MAX = 2;
/** A template is a running mean over about so many of its beats. */
const MEMORY_BEATS = 32;
/** A template's weight is its beats, each forgotten by so much with every further beat of any form. */
const FORGOTTEN = 0.995;
/** One whose beats come earlier than this share of the usual interval is of no sinus beat. */
export const ON_TIME = 0.85;
const EARLY_COUNTS = 0.3;

/** One form of a patient's QRS. Changed in place by the step that owns it. */
export interface Template {
  /** Rows of LENGTH steps, mV, without their mean. */
  readonly wave: Float32Array;
  weight: number;
  /** Running means over its beats: interval before against the usual one, QRS width (s), share with a P wave, T against QRS, bend. */
  early: number;
  width: number;
  p: number;
  t: number;
  bend: number;
}

/** What of a beat a template learns. */
export type Learnt = { readonly [K in 'early' | 'width' | 'p' | 't' | 'bend']: number | undefined };

export interface Compared {
  /** −1 to 1, over all leads. */
  readonly correlation: number;
  /** The same in the lead in which it is least. */
  readonly least: number;
  /** Log of the beat's energy over the template's. */
  readonly energy: number;
  /** Where the beat fits best, in steps. */
  readonly at: number;
}

/** A beat to be compared: the complexes around its middle, each made once. */
export interface Beat {
  readonly rows: readonly Float64Array[];
  readonly middle: number;
  readonly complexes: (Float32Array | undefined)[];
}

export const beatAt = (rows: readonly Float64Array[], middle: number): Beat => ({ rows, middle, complexes: new Array<undefined>(2 * LAG_MAX + 1) });

/** The rows with `at` in their middle, without their means; what lies beyond an end is as at the end. Not to be changed. */
export function complexAt({ rows, middle, complexes }: Beat, at: number): Float32Array {
  return (complexes[at - middle + LAG_MAX] ??= complexOf(rows, at));
}

function complexOf(rows: readonly Float64Array[], at: number): Float32Array {
  const wave = new Float32Array(rows.length * LENGTH);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    const from = r * LENGTH;
    let sum = 0;
    for (let i = 0, t = at - BEFORE; i < LENGTH; i++, t++) sum += wave[from + i] = row[t < 0 ? 0 : t < row.length ? t : row.length - 1];
    for (let i = 0; i < LENGTH; i++) wave[from + i] -= sum / LENGTH;
  }
  return wave;
}

/** Best of a few places beside the middle. */
export function compare({ wave }: Template, beat: Beat): Compared {
  const { rows, middle } = beat;
  const first = middle - LAG_MAX - BEFORE;
  // All rows are of one length.
  if (first >= 0 && first + 2 * LAG_MAX + LENGTH <= rows[0].length) productsInside(wave, rows, first);
  else for (let lag = -LAG_MAX; lag <= LAG_MAX; lag++) PRODUCTS[lag + LAG_MAX] = product(wave, rows, middle + lag);
  let best = -Infinity;
  let at = middle;
  for (let k = 0; k < PRODUCTS.length; k++) {
    if (!(PRODUCTS[k] > best)) continue;
    best = PRODUCTS[k];
    at = middle + k - LAG_MAX;
  }
  const complex = complexAt(beat, at);
  let own = 0;
  let other = 0;
  let least = 1;
  for (let r = 0; r < rows.length; r++) {
    let mine = 0;
    let its = 0;
    let both = 0;
    for (let w = r * LENGTH; w < (r + 1) * LENGTH; w++) {
      mine += wave[w] * wave[w];
      its += complex[w] * complex[w];
      both += wave[w] * complex[w];
    }
    own += mine;
    other += its;
    if (mine > 0 && its > 0) least = Math.min(least, both / Math.sqrt(mine * its));
  }
  const isShown = own > 0 && other > 0;
  return { correlation: isShown ? best / Math.sqrt(own * other) : 0, least: isShown ? least : 0, energy: isShown ? Math.log(other / own) : 0, at };
}

/** Of the last comparison, one a place. */
const PRODUCTS = new Float64Array(2 * LAG_MAX + 1);

/** All places in one pass, each in the order of `product`: five, as LAG_MAX has it. */
function productsInside(wave: Float32Array, rows: readonly Float64Array[], first: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    for (let i = first, w = r * LENGTH; w < (r + 1) * LENGTH; i++, w++) {
      const value = wave[w];
      a += value * row[i];
      b += value * row[i + 1];
      c += value * row[i + 2];
      d += value * row[i + 3];
      e += value * row[i + 4];
    }
  }
  PRODUCTS[0] = a;
  PRODUCTS[1] = b;
  PRODUCTS[2] = c;
  PRODUCTS[3] = d;
  PRODUCTS[4] = e;
}

/** The template has no mean, so that the rows need none taken off. */
function product(wave: Float32Array, rows: readonly Float64Array[], at: number): number {
  let sum = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    let from = at - BEFORE;
    if (from < 0) from = 0;
    else if (from > row.length - LENGTH) from = row.length - LENGTH;
    for (let i = 0, w = r * LENGTH; i < LENGTH; i++, w++) sum += wave[w] * row[from + i];
  }
  return sum;
}

export const isSameForm = ({ correlation, energy }: Compared): boolean => correlation >= SAME_FORM && Math.abs(energy) <= Math.log(SAME_ENERGY);

/** The form of the patient's own beats: the one that comes most, and comes on time. Undefined: none is known. */
export function dominantOf(templates: readonly Template[]): Template | undefined {
  const score = ({ weight, early }: Template) => weight * (early >= ON_TIME ? 1 : EARLY_COUNTS);
  return templates.reduce<Template | undefined>((best, one) => (best === undefined || score(one) > score(best) ? one : best), undefined);
}

/** One more beat of this form; a form that is not known yet takes the place of the rarest but the dominant one. */
export function learn(templates: Template[], known: Template | undefined, wave: Float32Array, learnt: Learnt): Template {
  for (const one of templates) one.weight *= FORGOTTEN;
  if (known === undefined) {
    const made: Template = { wave: wave.slice(), weight: 1, early: learnt.early ?? 1, width: learnt.width ?? 0.1, p: learnt.p ?? 0, t: learnt.t ?? 0, bend: learnt.bend ?? 0 };
    if (templates.length >= TEMPLATES_MAX) {
      const dominant = dominantOf(templates);
      const rarest = templates.reduce((least, one) => (one !== dominant && (least === dominant || one.weight < least.weight) ? one : least), templates[0]);
      templates.splice(templates.indexOf(rarest), 1);
    }
    templates.push(made);
    return made;
  }
  known.weight++;
  const share = Math.max(1 / known.weight, 1 / MEMORY_BEATS);
  const own = known.wave;
  for (let i = 0; i < wave.length; i++) own[i] += share * (wave[i] - own[i]);
  const nearer = (mean: number, one: number | undefined): number => mean + share * ((one ?? mean) - mean);
  known.early = nearer(known.early, learnt.early);
  known.width = nearer(known.width, learnt.width);
  known.p = nearer(known.p, learnt.p);
  known.t = nearer(known.t, learnt.t);
  known.bend = nearer(known.bend, learnt.bend);
  return known;
}
