/** What lies beyond the ends: zeros (scipy.signal.medfilt), or the signal mirrored, its end sample twice (scipy.ndimage's reflect). */
export type MedianEdges = 'zero' | 'reflect';

/**
 * Running median over `width` samples (odd), in n log(width): each block of `width` samples is sorted once and kept as a list;
 * a window lies in two blocks, loses the oldest sample of the one and gets the next of the other (Suomela 2014, Median Filtering is
 * Equivalent to Sorting).
 */
export function runningMedian(input: Float64Array, width: number, edges: MedianEdges): Float64Array {
  const n = input.length;
  const half = (width - 1) / 2;
  const blocks = Math.ceil((n + width - 1) / width);
  const padded = new Float64Array(blocks * width);
  padded.set(input, half);
  if (edges === 'reflect') {
    for (let i = 0; i < half; i++) {
      padded[half - 1 - i] = input[mirrored(-1 - i, n)];
      padded[half + n + i] = input[mirrored(n + i, n)];
    }
  }
  const out = new Float64Array(n);
  let newer = new Block(padded.subarray(0, width));
  let older = newer;
  out[0] = newer.peek();
  for (let at = 1, block = 1; at < n; block++) {
    older = newer;
    newer = new Block(padded.subarray(block * width, (block + 1) * width));
    newer.empty();
    for (let i = 0; i < width && at < n; i++, at++) {
      older.drop(i);
      newer.restore(i);
      if (older.below + newer.below < half) {
        if (older.peek() <= newer.peek()) older.advance();
        else newer.advance();
      }
      out[at] = Math.min(older.peek(), newer.peek());
    }
  }
  return out;
}

function mirrored(i: number, n: number): number {
  const turn = ((i % (2 * n)) + 2 * n) % (2 * n);
  return turn < n ? turn : 2 * n - 1 - turn;
}

/** The samples of one block in rising order, as a list from which they can be dropped and to which they can be put back in turn. */
class Block {
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** Stands before the first and after the last. */
  private readonly end: number;
  /** The first sample of the list that is not below the median. */
  private at: number;
  /** Samples of the list before it. */
  below: number;

  constructor(private readonly values: Float64Array) {
    const width = values.length;
    this.end = width;
    this.next = new Int32Array(width + 1);
    this.previous = new Int32Array(width + 1);
    const order = rising(values);
    let last = this.end;
    for (const i of order) {
      this.next[last] = i;
      this.previous[i] = last;
      last = i;
    }
    this.next[last] = this.end;
    this.previous[this.end] = last;
    this.below = (width - 1) / 2;
    this.at = order[this.below];
  }

  /** Drops all, the last first, so that `restore` finds each one's neighbours as they were. */
  empty(): void {
    const { next, previous } = this;
    for (let i = this.end - 1; i >= 0; i--) {
      next[previous[i]] = next[i];
      previous[next[i]] = previous[i];
    }
    this.at = this.end;
    this.below = 0;
  }

  drop(i: number): void {
    const { next, previous } = this;
    next[previous[i]] = next[i];
    previous[next[i]] = previous[i];
    if (this.isBelow(i)) {
      this.below--;
      return;
    }
    if (this.at === i) this.at = next[i];
    if (this.below === 0) return;
    this.at = previous[this.at];
    this.below--;
  }

  restore(i: number): void {
    this.next[this.previous[i]] = i;
    this.previous[this.next[i]] = i;
    if (this.isBelow(i)) this.at = this.previous[this.at];
  }

  advance(): void {
    this.at = this.next[this.at];
    this.below++;
  }

  peek(): number {
    return this.at === this.end ? Infinity : this.values[this.at];
  }

  /** Equal values count in the order of their samples. */
  private isBelow(i: number): boolean {
    const { at, values } = this;
    return at === this.end || values[i] < values[at] || (values[i] === values[at] && i < at);
  }
}

/** Numbers of the values in rising order, equal ones in their own: merged from runs of one on. */
function rising(values: Float64Array): Int32Array {
  const n = values.length;
  let from = Int32Array.from({ length: n }, (_, i) => i);
  let to = new Int32Array(n);
  for (let run = 1; run < n; run *= 2) {
    for (let start = 0; start < n; start += 2 * run) {
      const middle = Math.min(start + run, n);
      const stop = Math.min(start + 2 * run, n);
      let [a, b] = [start, middle];
      for (let k = start; k < stop; k++) to[k] = a < middle && (b >= stop || values[from[a]] <= values[from[b]]) ? from[a++] : from[b++];
    }
    [from, to] = [to, from];
  }
  return from;
}
