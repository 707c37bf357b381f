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

/** The beat in the middle of `at` of each row, without its means; what lies beyond an end is as at the end. */
export function complexAt(rows: readonly Float64Array[], at: number): Float32Array {
  const wave = new Float32Array(rows.length * LENGTH);
  rows.forEach((row, r) => {
    let sum = 0;
    for (let i = 0, t = at - BEFORE; i < LENGTH; i++, t++) sum += wave[r * LENGTH + i] = row[t < 0 ? 0 : t < row.length ? t : row.length - 1];
    for (let i = 0; i < LENGTH; i++) wave[r * LENGTH + i] -= sum / LENGTH;
  });
  return wave;
}

/** Best of a few places beside the middle. */
export function compare({ wave }: Template, rows: readonly Float64Array[], middle: number): Compared {
  let [best, at] = [-Infinity, middle];
  for (let lag = -LAG_MAX; lag <= LAG_MAX; lag++) {
    const dot = product(wave, rows, middle + lag);
    if (dot > best) [best, at] = [dot, middle + lag];
  }
  const beat = complexAt(rows, at);
  let [own, other, least] = [0, 0, 1];
  for (let r = 0; r < rows.length; r++) {
    let [mine, its, both] = [0, 0, 0];
    for (let w = r * LENGTH; w < (r + 1) * LENGTH; w++) {
      mine += wave[w] * wave[w];
      its += beat[w] * beat[w];
      both += wave[w] * beat[w];
    }
    own += mine;
    other += its;
    if (mine > 0 && its > 0) least = Math.min(least, both / Math.sqrt(mine * its));
  }
  const isShown = own > 0 && other > 0;
  return { correlation: isShown ? best / Math.sqrt(own * other) : 0, least: isShown ? least : 0, energy: isShown ? Math.log(other / own) : 0, at };
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
export function learn(templates: Template[], known: Template | undefined, rows: readonly Float64Array[], at: number, learnt: Learnt): Template {
  const wave = complexAt(rows, at);
  for (const one of templates) one.weight *= FORGOTTEN;
  if (known === undefined) {
    const made: Template = { wave, weight: 1, early: learnt.early ?? 1, width: learnt.width ?? 0.1, p: learnt.p ?? 0, t: learnt.t ?? 0, bend: learnt.bend ?? 0 };
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
  for (let i = 0; i < wave.length; i++) known.wave[i] += share * (wave[i] - known.wave[i]);
  for (const key of ['early', 'width', 'p', 't', 'bend'] as const) known[key] += share * ((learnt[key] ?? known[key]) - known[key]);
  return known;
}
