import type { Zone } from './beats.js';

/** A stretch of a lead: as many samples, each as it was, or one for `factor`. */
interface Stretch {
  readonly samples: number;
  readonly isThinned: boolean;
}

/** Protected zones and what is between them, from the first sample of a lead to its last. */
function stretches(first: number, last: number, zones: readonly Zone[]): readonly Stretch[] {
  const found: Stretch[] = [];
  let next = first;
  for (const zone of zones) {
    const [from, to] = [Math.max(next, zone.first), Math.min(last, zone.last)];
    if (to < from) continue;
    found.push({ samples: from - next, isThinned: true }, { samples: to - from + 1, isThinned: false });
    next = to + 1;
  }
  found.push({ samples: last + 1 - next, isThinned: true });
  return found;
}

/** How many samples stand for a lead where those between the zones were thinned out; what does not fill `factor` was kept. */
export function thinnedLength(first: number, last: number, zones: readonly Zone[], factor: number): number {
  return stretches(first, last, zones).reduce((sum, { samples, isThinned }) => sum + (isThinned ? Math.floor(samples / factor) + (samples % factor) : samples), 0);
}

/**
 * A lead at its own rate again. Each sample between the zones is the mean of `factor`, and stands in their middle: straight lines from
 * one to the next, the first and the last held. Source: EN 1064:2005, annex C (bimodal compression).
 * @returns as much as `thinned` gives
 */
export function unthinned(thinned: Int32Array, first: number, last: number, zones: readonly Zone[], factor: number): Int32Array {
  const out = new Int32Array(last - first + 1);
  const [before, after] = [factor >> 1, factor - (factor >> 1)];
  let [at, to] = [0, 0];
  for (const { samples, isThinned } of stretches(first, last, zones)) {
    const means = isThinned ? Math.floor(samples / factor) : 0;
    const kept = samples - means * factor;
    if (at + means + kept > thinned.length) return out.subarray(0, to);
    if (means > 0) {
      out.fill(thinned[at], to, to + before);
      to += before;
      for (let mean = 1; mean < means; mean++, at++) {
        const rise = (thinned[at + 1] - thinned[at]) / factor;
        for (let i = 0; i < factor; i++) out[to++] = Math.round(thinned[at] + i * rise);
      }
      out.fill(thinned[at++], to, to + after);
      to += after;
    }
    out.set(thinned.subarray(at, at + kept), to);
    at += kept;
    to += kept;
  }
  return out;
}
