import { shareLower95, shareUpper95 } from './intervals.js';

/** How segments become one decision: a structural finding by their median, others by n of the last m. */
export interface Aggregation {
  readonly kind: 'episodic' | 'sustained' | 'structural';
  readonly n: number;
  readonly m: number;
}

/**
 * The highest threshold at which the policy would raise a finding with these probabilities in a row. A recording that is shorter
 * than the policy's window continues as it was.
 */
export function decisionScore({ kind, n, m }: Aggregation, probabilities: readonly number[]): number {
  const descending = (values: readonly number[]): number[] => [...values].sort((a, b) => b - a);
  if (kind === 'structural') {
    const sorted = descending(probabilities);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  }
  const lasting = Array.from({ length: Math.max(m, probabilities.length) }, (_, i) => probabilities[i % probabilities.length]);
  const windows = Array.from({ length: lasting.length - m + 1 }, (_, from) => descending(lasting.slice(from, from + m))[n - 1]);
  return Math.max(...windows);
}

/** One patient: what was so, and the decision score. */
export interface DecisionUnit {
  readonly isTrue: boolean;
  readonly score: number;
}

export interface Bounds {
  readonly value: number;
  readonly lower95: number;
  readonly upper95: number;
}

/** What a threshold does to these patients, and what follows for a place with another prevalence. */
export interface OperatingChoice {
  readonly threshold: number;
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
  readonly tn: number;
  readonly sensitivity: Bounds;
  readonly specificity: Bounds;
  readonly ppv: Bounds;
}

/** Positive predictive value by Bayes: of those reported, how many have it. */
export function ppvAt(sensitivity: number, specificity: number, prevalence: number): number {
  const right = sensitivity * prevalence;
  const wrong = (1 - specificity) * (1 - prevalence);
  return right + wrong === 0 ? 0 : right / (right + wrong);
}

function shareOf(hits: number, n: number): Bounds {
  return { value: n === 0 ? 0 : hits / n, lower95: shareLower95(hits, n), upper95: shareUpper95(hits, n) };
}

export function operatingChoice(units: readonly DecisionUnit[], threshold: number, prevalence: number): OperatingChoice {
  const count = (isTrue: boolean, isReported: boolean): number => units.filter((unit) => unit.isTrue === isTrue && unit.score >= threshold === isReported).length;
  const [tp, fn, fp, tn] = [count(true, true), count(true, false), count(false, true), count(false, false)];
  const [sensitivity, specificity] = [shareOf(tp, tp + fn), shareOf(tn, tn + fp)];
  const ppv = {
    value: ppvAt(sensitivity.value, specificity.value, prevalence),
    lower95: ppvAt(sensitivity.lower95, specificity.lower95, prevalence),
    upper95: ppvAt(sensitivity.upper95, specificity.upper95, prevalence),
  };
  return { threshold, tp, fn, fp, tn, sensitivity, specificity, ppv };
}

/** The lowest threshold that reaches a PPV at a prevalence: it finds the most. Undefined: none does, or a class is empty. */
export function chosenThreshold(units: readonly DecisionUnit[], ppv: number, prevalence: number): OperatingChoice | undefined {
  if (!units.some(({ isTrue }) => isTrue) || units.every(({ isTrue }) => isTrue)) return undefined;
  const thresholds = [...new Set(units.filter(({ isTrue }) => isTrue).map(({ score }) => score))].sort((a, b) => a - b);
  for (const threshold of thresholds) {
    const choice = operatingChoice(units, threshold, prevalence);
    if (choice.ppv.value >= ppv) return choice;
  }
  return undefined;
}
