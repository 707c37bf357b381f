/** What lies beyond the ends: zeros (scipy.signal.medfilt), or the signal mirrored, its end sample twice (scipy.ndimage's reflect). */
export type MedianEdges = 'zero' | 'reflect';

/**
 * Running median over `width` samples (odd). The window is kept in order: the sample that leaves gives its place to the one
 * that enters, and only what lies between the two moves. In a slow signal that is little.
 */
export function runningMedian(input: Float64Array, width: number, edges: MedianEdges): Float64Array {
  const n = input.length;
  const half = (width - 1) / 2;
  const at = (i: number): number => (i >= 0 && i < n ? input[i] : edges === 'zero' ? 0 : input[mirrored(i, n)]);
  const window = new Float64Array(width);
  for (let i = 0; i < width; i++) window[i] = at(i - half);
  window.sort();
  const out = new Float64Array(n);
  for (let i = 0; ; i++) {
    out[i] = window[half];
    if (i + 1 >= n) return out;
    replace(window, at(i - half), at(i + half + 1));
  }
}

function mirrored(i: number, n: number): number {
  const turn = ((i % (2 * n)) + 2 * n) % (2 * n);
  return turn < n ? turn : 2 * n - 1 - turn;
}

/** In an ascending `window`: `leaving` out, `entering` in its place. */
function replace(window: Float64Array, leaving: number, entering: number): void {
  let low = 0;
  let high = window.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (window[middle] < leaving) low = middle + 1;
    else high = middle;
  }
  let hole = low;
  for (; hole < window.length - 1 && window[hole + 1] < entering; hole++) window[hole] = window[hole + 1];
  for (; hole > 0 && window[hole - 1] > entering; hole--) window[hole] = window[hole - 1];
  window[hole] = entering;
}
