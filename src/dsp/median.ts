/** What lies beyond the ends: zeros (scipy.signal.medfilt), or the signal mirrored, its end sample twice (scipy.ndimage's reflect). */
export type MedianEdges = 'zero' | 'reflect';

/**
 * Running median over `width` samples (odd), in n log(width): each block of `width` samples is sorted once and kept as a list;
 * a window spans two blocks, loses the oldest sample of the one and gets the next of the other (Suomela 2014, Median Filtering is
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

/** Numbers of the values in rising order, equal ones in their own: runs that rise or fall by themselves, merged two by two. */
function rising(values: Float64Array): Int32Array {
  const n = values.length;
  let from = new Int32Array(n);
  let to = new Int32Array(n);
  /** Where each run ends. */
  let ends: number[] = [];
  for (let start = 0; start < n; ) {
    let stop = start + 1;
    const falls = stop < n && values[stop] < values[start];
    if (falls) while (stop < n && values[stop] < values[stop - 1]) stop++;
    else while (stop < n && values[stop] >= values[stop - 1]) stop++;
    for (let i = start; i < stop; i++) from[i] = falls ? start + stop - 1 - i : i;
    ends.push((start = stop));
  }
  while (ends.length > 1) {
    const joined: number[] = [];
    let start = 0;
    for (let run = 0; run < ends.length; run += 2) {
      const stop = ends[Math.min(run + 1, ends.length - 1)];
      merge(values, from, to, start, ends[run], stop);
      joined.push((start = stop));
    }
    [from, to, ends] = [to, from, joined];
  }
  return from;
}

/** Two runs in order, [start, middle) and [middle, stop), into one. */
function merge(values: Float64Array, from: Int32Array, to: Int32Array, start: number, middle: number, stop: number): void {
  let a = start;
  let b = middle;
  let k = start;
  while (a < middle && b < stop) to[k++] = values[from[b]] < values[from[a]] ? from[b++] : from[a++];
  while (a < middle) to[k++] = from[a++];
  while (b < stop) to[k++] = from[b++];
}
