/** Butterworth filters as second-order sections: designed by bilinear transform, run causally or forwards and back. */
import { kernels } from './chosen.js';
import { madeOnce } from './made-once.js';
import type { Section } from './sections.js';

export type { Section } from './sections.js';

export type ButterworthKind = 'highpass' | 'lowpass' | 'bandpass';

interface Complex {
  readonly re: number;
  readonly im: number;
}
const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const sub = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const mul = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const div = (a: Complex, b: Complex): Complex => {
  const d = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / d, im: (a.im * b.re - a.re * b.im) / d };
};
const scale = (a: Complex, k: number): Complex => ({ re: a.re * k, im: a.im * k });
const root = (a: Complex): Complex => {
  const r = Math.hypot(a.re, a.im);
  const re = Math.sqrt((r + a.re) / 2);
  return { re, im: Math.sign(a.im || 1) * Math.sqrt((r - a.re) / 2) };
};

const designed = madeOnce<string, readonly Section[]>();

/**
 * The filter of scipy.signal.butter(order, corners, kind, fs), as sections. A band-pass has twice the order. Corners in Hz,
 * below half the rate. Made once.
 */
export function butterworth(kind: ButterworthKind, order: number, cornersHz: readonly number[], rateHz: number): readonly Section[] {
  return designed(`${kind} ${order} ${cornersHz.join()} ${rateHz}`, () => design(kind, order, cornersHz, rateHz));
}

function design(kind: ButterworthKind, order: number, cornersHz: readonly number[], rateHz: number): readonly Section[] {
  const warped = cornersHz.map((corner) => 2 * rateHz * Math.tan((Math.PI * corner) / rateHz));
  const poles: Complex[] = [];
  for (let k = 0; k < order; k++) {
    const angle = (Math.PI * (2 * k + order + 1)) / (2 * order);
    const unit = { re: Math.cos(angle), im: Math.sin(angle) };
    if (kind === 'lowpass') poles.push(scale(unit, warped[0]));
    else if (kind === 'highpass') poles.push(div({ re: warped[0], im: 0 }, unit));
    else {
      const half = scale(unit, (warped[1] - warped[0]) / 2);
      const apart = root(sub(mul(half, half), { re: warped[0] * warped[1], im: 0 }));
      poles.push(add(half, apart), sub(half, apart));
    }
  }
  const digital = poles.map((pole) => div(add({ re: 2 * rateHz, im: 0 }, pole), sub({ re: 2 * rateHz, im: 0 }, pole)));
  return sections(digital, kind, cornersHz, rateHz);
}

/** Pairs conjugate poles, puts the zeros where the kind wants them, and scales to unity in the pass band. */
function sections(poles: readonly Complex[], kind: ButterworthKind, cornersHz: readonly number[], rateHz: number): Section[] {
  const upper = poles.filter((pole) => pole.im > 1e-12);
  const real = poles.filter((pole) => Math.abs(pole.im) <= 1e-12).sort((a, b) => a.re - b.re);
  const denominators: [number, number][] = upper.map((pole) => [-2 * pole.re, pole.re ** 2 + pole.im ** 2]);
  for (let i = 0; i < real.length; i += 2) {
    const [p, q] = [real[i].re, real[i + 1]?.re];
    denominators.push(q === undefined ? [-p, 0] : [-(p + q), p * q]);
  }
  const single = kind !== 'bandpass' && poles.length % 2 === 1;
  const made = denominators.map(([a1, a2], i): [number, number, number, number, number] => {
    if (kind === 'bandpass') return [1, 0, -1, a1, a2];
    const sign = kind === 'lowpass' ? 1 : -1;
    return single && i === denominators.length - 1 ? [1, sign, 0, a1, a2] : [1, 2 * sign, 1, a1, a2];
  });
  const pass = kind === 'lowpass' ? 0 : kind === 'highpass' ? Math.PI : centre(cornersHz, rateHz);
  const gain = made.reduce((product, section) => product * magnitude(section, pass), 1) ** (1 / made.length);
  return made.map(([b0, b1, b2, a1, a2]) => [b0 / gain, b1 / gain, b2 / gain, a1, a2]);
}

/** Where a Butterworth band-pass has gain 1: the geometric mean of the warped corners. */
function centre(cornersHz: readonly number[], rateHz: number): number {
  const [low, high] = cornersHz.map((corner) => Math.tan((Math.PI * corner) / rateHz));
  return 2 * Math.atan(Math.sqrt(low * high));
}

function magnitude([b0, b1, b2, a1, a2]: Section, w: number): number {
  const z1 = { re: Math.cos(w), im: -Math.sin(w) };
  const z2 = mul(z1, z1);
  const numerator = add({ re: b0, im: 0 }, add(scale(z1, b1), scale(z2, b2)));
  const denominator = add({ re: 1, im: 0 }, add(scale(z1, a1), scale(z2, a2)));
  return Math.hypot(numerator.re, numerator.im) / Math.hypot(denominator.re, denominator.im);
}

/**
 * Runs the sections over `signal` in place, causally, from the state of an endless input of `start` (0: from rest; the first
 * sample: scipy.signal.sosfilt from sosfilt_zi times it).
 */
export function filterCausal(filter: readonly Section[], signal: Float64Array, start: number): Float64Array {
  kernels.causal(filter, [signal], [start]);
  return signal;
}

/** The same over several signals of one length, each from its own start. Four take hardly longer than one. */
export function filterCausalRows(filter: readonly Section[], rows: readonly Float64Array[], starts: readonly number[]): void {
  kernels.causal(filter, rows, starts);
}

/** Forwards and back, without delay: scipy.signal.sosfiltfilt with its default odd padding. */
export function filterZeroPhase(filter: readonly Section[], input: Float64Array): Float64Array {
  return filterZeroPhaseRows(filter, [input])[0];
}

/** The same over several signals of one length; `into` may be the rows themselves. Four take hardly longer than one. */
export function filterZeroPhaseRows(filter: readonly Section[], rows: readonly Float64Array[], into: readonly Float64Array[] = rows.map((row) => new Float64Array(row.length))): readonly Float64Array[] {
  const atOrigin = filter.filter(([, , b2]) => b2 === 0).length;
  const polesAtOrigin = filter.filter(([, , , , a2]) => a2 === 0).length;
  const pad = 3 * (2 * filter.length + 1 - Math.min(atOrigin, polesAtOrigin));
  const samples = rows[0]?.length ?? 0;
  if (samples > 0) kernels.zeroPhase(filter, rows, Math.min(pad, samples - 1), into);
  return into;
}
