/** The terms of each phase of a polyphase filter, as both kinds of kernel run them. */

/**
 * out[q·up + first] = Σ c[t]·(x[q·down + a[t]] + x[q·down + b[t]]) over t < pairs, then Σ c[t]·x[q·down + a[t]] over the rest.
 * A symmetric phase is made of pairs: half the multiplications.
 */
export interface Phase {
  readonly first: number;
  readonly pairs: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Float64Array;
}

export interface Polyphase {
  readonly up: number;
  readonly down: number;
  /** `up` of them. */
  readonly phases: readonly Phase[];
  /** Samples that any term needs before x[q·down] (at least 0), and beyond it. */
  readonly before: number;
  readonly after: number;
}

/** A tap below this share of the largest is a zero of the sinc that rounding left over. */
const NOTHING = 1e-15;

/** The phase whose tap i stands on sample newest − i. `peak` is the largest tap of all phases. */
export function phaseOf(first: number, taps: ArrayLike<number>, newest: number, peak: number): Phase {
  const n = taps.length;
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => Math.abs(taps[i]) > NOTHING * peak);
  const symmetric = kept.every((i) => taps[i] === taps[n - 1 - i]);
  const paired = symmetric ? kept.filter((i) => 2 * i < n - 1) : [];
  const single = symmetric ? kept.filter((i) => 2 * i === n - 1) : kept;
  const terms = [...paired, ...single];
  return {
    first,
    pairs: paired.length,
    a: Int32Array.from(terms, (i) => newest - i),
    b: Int32Array.from(terms, (i) => newest - (n - 1 - i)),
    c: Float64Array.from(terms, (i) => taps[i]),
  };
}

export function polyphaseOf(up: number, down: number, phases: readonly Phase[]): Polyphase {
  let before = 0;
  let after = 0;
  for (const { a, b, pairs } of phases) {
    for (let t = 0; t < a.length; t++) {
      before = Math.max(before, -a[t], t < pairs ? -b[t] : 0);
      after = Math.max(after, a[t], t < pairs ? b[t] : 0);
    }
  }
  return { up, down, phases, before, after };
}

/** How many outputs of `length` a phase makes. */
export function outputsOf(phase: Phase, up: number, length: number): number {
  return phase.first < length ? Math.floor((length - 1 - phase.first) / up) + 1 : 0;
}
