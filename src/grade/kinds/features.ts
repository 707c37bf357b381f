import type { Complex } from './beats.js';
import type { Memory } from './state.js';
import { type Compared, isSameForm, type Template } from './templates.js';

/** The evidence for a beat's kind. */
export interface Numbers {
  /** Log of the interval before it against the usual one between the patient's own beats; 0: not known. */
  readonly prematurity: number;
  /** … against the last intervals' mean. */
  readonly local: number;
  /** … of the interval after it against the usual one; 0: not known yet. */
  readonly pause: number;
  /** Log of the interval after it against the one before; 0: not known yet. */
  readonly turn: number;
  /** Variation of the last intervals: mean absolute difference against their mean. */
  readonly irregularity: number;
  /** With the dominant beat over all leads: −1 to 1. */
  readonly correlation: number;
  /** The same in the lead in which it is least. */
  readonly least: number;
  /** Log of its energy over the dominant beat's. */
  readonly energy: number;
  /** QRS width in seconds, and against the dominant beat's. */
  readonly width: number;
  readonly widening: number;
  /** Bend against the dominant beat's: below 0 it is smoother. */
  readonly bend: number;
  /** P wave before it (0 or 1), and the share of the dominant beats that have one. */
  readonly p: number;
  readonly usualP: number;
  /** T against QRS, and how much less than in the dominant beat. */
  readonly t: number;
  readonly tChange: number;
  /** Of the known form it has: correlation, log of the interval its beats come after, log of its weight against the dominant's, its width against the dominant's; zeros where it has none. */
  readonly form: number;
  readonly formEarly: number;
  readonly formWeight: number;
  readonly formWidening: number;
  /** The share of its beats that have a P wave. */
  readonly formP: number;
}

interface Measured {
  readonly interval?: number;
  readonly next?: number;
  readonly usual?: number;
  readonly recent: readonly number[];
  readonly complex: Complex;
}

const WIDTH_S = 0.1;

export function features({ interval, next, usual, recent, complex }: Measured, dominant: Template | undefined, compared: ReadonlyMap<Template, Compared>, memory: Memory): Numbers {
  const mean = recent.length > 0 ? recent.reduce((sum, one) => sum + one, 0) / recent.length : undefined;
  const typical = usual ?? memory.usual;
  const own = dominant && compared.get(dominant)!;
  const ratio = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined || !(b > 0) ? 0 : clipped(Math.log(a / b), 1.2));
  let form: Template | undefined;
  for (const [template, one] of compared) if (isSameForm(one) && (form === undefined || one.correlation > compared.get(form)!.correlation)) form = template;
  const width = complex.width ?? dominant?.width ?? WIDTH_S;
  const dominantWidth = dominant?.width ?? WIDTH_S;
  const t = complex.t ?? dominant?.t ?? 0;
  return {
    prematurity: ratio(interval, typical),
    local: ratio(interval, mean),
    pause: ratio(next, typical),
    turn: ratio(next, interval),
    irregularity: mean === undefined || recent.length < 3 ? 0 : recent.slice(1).reduce((sum, one, i) => sum + Math.abs(one - recent[i]), 0) / (recent.length - 1) / mean,
    correlation: own?.correlation ?? 1,
    least: own?.least ?? 1,
    energy: clipped(own?.energy ?? 0, 3),
    width,
    widening: ratio(width, dominantWidth),
    bend: ratio(complex.bend, dominant?.bend),
    p: complex.hasP ? 1 : 0,
    usualP: dominant?.p ?? 0,
    t,
    tChange: t - (dominant?.t ?? t),
    form: form === undefined ? 0 : compared.get(form)!.correlation,
    formEarly: form === undefined ? 0 : clipped(Math.log(Math.max(form.early, 0.2)), 1.2),
    formWeight: form === undefined || dominant === undefined ? 0 : clipped(Math.log(form.weight / dominant.weight), 6),
    formWidening: form === undefined ? 0 : ratio(form.width, dominantWidth),
    formP: form?.p ?? 0,
  };
}

const clipped = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
