import { logisticProbe } from './probe.js';

/** How far probabilities can be taken at their word. */
export interface CalibrationFigures {
  /** Mean squared difference of probability and truth (Brier 1950). */
  readonly brier: number;
  /** Expected calibration error over ten bins of equal width (Naeini et al. 2015). */
  readonly ece: number;
  /** Slope of a logistic regression of the truth on the logit of the probability (Cox 1958): 1 is right, under 1 too sure. */
  readonly slope: number;
  readonly bins: readonly CalibrationBin[];
}

export interface CalibrationBin {
  readonly n: number;
  /** Means within the bin. */
  readonly probability: number;
  readonly observed: number;
}

const BINS = 10;
/** Of the regression behind the slope. */
const NO_PENALTY = 1e9;
const SLOPE_MAX = 100;

export function calibrationFigures(probabilities: readonly number[], positive: readonly boolean[]): CalibrationFigures {
  const n = probabilities.length;
  const sums = Array.from({ length: BINS }, () => ({ n: 0, probability: 0, observed: 0 }));
  let brier = 0;
  probabilities.forEach((p, i) => {
    const bin = sums[Math.min(BINS - 1, Math.floor(p * BINS))];
    bin.n++;
    bin.probability += p;
    bin.observed += positive[i] ? 1 : 0;
    brier += (p - (positive[i] ? 1 : 0)) ** 2;
  });
  const ece = sums.reduce((sum, bin) => sum + Math.abs(bin.probability - bin.observed), 0) / n;
  const bins = sums.filter((bin) => bin.n > 0).map((bin) => ({ n: bin.n, probability: bin.probability / bin.n, observed: bin.observed / bin.n }));
  return { brier: brier / n, ece, slope: slopeOf(probabilities, positive), bins };
}

/** NaN where one class is empty, or where the classes lie so far apart that no slope is steep enough. */
function slopeOf(probabilities: readonly number[], positive: readonly boolean[]): number {
  const logits = probabilities.map((p) => Float64Array.of(Math.log(Math.max(p, 1e-12) / Math.max(1 - p, 1e-12))));
  const { score } = logisticProbe(logits, positive, NO_PENALTY);
  const slope = score([1]) - score([0]);
  return Math.abs(slope) < SLOPE_MAX ? slope : NaN;
}

/** Of those reported by `probability ≥ threshold`; undefined where there is nothing to count. */
export interface OperatingPoint {
  readonly sensitivity?: number;
  readonly specificity?: number;
  readonly ppv?: number;
  readonly f1?: number;
}

export function operatingPoint(probabilities: readonly number[], positive: readonly boolean[], threshold: number): OperatingPoint {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  probabilities.forEach((p, i) => {
    if (p >= threshold) positive[i] ? tp++ : fp++;
    else positive[i] ? fn++ : tn++;
  });
  const share = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  return { sensitivity: share(tp, tp + fn), specificity: share(tn, tn + fp), ppv: share(tp, tp + fp), f1: share(2 * tp, 2 * tp + fp + fn) };
}
