/** A running median of probabilities in bounded space: counts in 100 equal bins; exact to half a bin, 0.005. */
export interface MedianSketch {
  readonly bins: Readonly<Record<number, number>>;
  readonly count: number;
}

const BINS = 100;

export const EMPTY_SKETCH: MedianSketch = { bins: {}, count: 0 };

export function withValue(sketch: MedianSketch, probability: number): MedianSketch {
  const bin = Math.min(Math.floor(probability * BINS), BINS - 1);
  return { bins: { ...sketch.bins, [bin]: (sketch.bins[bin] ?? 0) + 1 }, count: sketch.count + 1 };
}

export function medianOf(sketch: MedianSketch): number {
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += sketch.bins[bin] ?? 0;
    if (below * 2 >= sketch.count) return (bin + 0.5) / BINS;
  }
  return 0;
}
