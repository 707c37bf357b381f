/** AUROC and average precision of one ranking, as it is and under the weights of a bootstrap. */
export interface RankFigures {
  /** Mann and Whitney 1947, ties count half; NaN where a class is empty. */
  readonly auroc: number;
  /** Average precision: the step-wise sum over the ranking, ties taken together; NaN where a class is empty. */
  readonly auprc: number;
}

export interface CurvePoint {
  readonly threshold: number;
  /** Share of the positives at or above the threshold (sensitivity, recall). */
  readonly recall: number;
  /** Share of the negatives at or above it (1 − specificity). */
  readonly fallOut: number;
  readonly precision: number;
}

/** Scores sorted once, from the highest; then every reweighting is one pass. */
export class Ranking {
  private readonly order: Int32Array;
  private readonly positive: Uint8Array;
  /** 1 where the next in order has another score. */
  private readonly ends: Uint8Array;

  constructor(
    private readonly scores: ArrayLike<number>,
    positive: ArrayLike<boolean | number>,
  ) {
    const n = scores.length;
    this.order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
    this.positive = Uint8Array.from({ length: n }, (_, k) => (positive[this.order[k]] ? 1 : 0));
    this.ends = Uint8Array.from({ length: n }, (_, k) => (k + 1 === n || scores[this.order[k]] !== scores[this.order[k + 1]] ? 1 : 0));
  }

  /** `weights`: how often each score counts, by its place in what the ranking was made of; once each where undefined. */
  figures(weights?: ArrayLike<number>): RankFigures {
    let [tp, fp, tpBefore, fpBefore] = [0, 0, 0, 0];
    let [pairs, precisions] = [0, 0];
    for (let k = 0; k < this.order.length; k++) {
      const weight = weights === undefined ? 1 : weights[this.order[k]];
      if (this.positive[k] === 1) tp += weight;
      else fp += weight;
      if (this.ends[k] === 0) continue;
      const [newTp, newFp] = [tp - tpBefore, fp - fpBefore];
      pairs += newFp * (tpBefore + newTp / 2);
      if (newTp > 0) precisions += newTp * (tp / (tp + fp));
      [tpBefore, fpBefore] = [tp, fp];
    }
    return tp === 0 || fp === 0 ? { auroc: NaN, auprc: NaN } : { auroc: pairs / (tp * fp), auprc: precisions / tp };
  }

  /** The curve's points, at most about `most`, first and last among them. */
  curve(most = 200): readonly CurvePoint[] {
    const all: { threshold: number; tp: number; fp: number }[] = [];
    let [tp, fp] = [0, 0];
    for (let k = 0; k < this.order.length; k++) {
      if (this.positive[k] === 1) tp++;
      else fp++;
      if (this.ends[k] === 1) all.push({ threshold: this.scores[this.order[k]], tp, fp });
    }
    const stride = Math.max(1, Math.ceil(all.length / most));
    return all
      .filter((_, i) => i % stride === 0 || i === all.length - 1)
      .map((at) => ({ threshold: at.threshold, recall: at.tp / tp, fallOut: at.fp / fp, precision: at.tp / (at.tp + at.fp) }));
  }
}
