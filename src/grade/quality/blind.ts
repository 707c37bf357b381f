import type { Windows } from './windows.js';

/** From where to where, in samples. */
export type Stretch = readonly [number, number];

/**
 * Where a lead shows nothing of the heart, ascending and apart: it has no sample, or stands still by itself. `stuck`: windows in which it
 * holds one value or is at a rail; with the neighbours, for it begins and ends within them.
 */
export function blindIn(mv: Float32Array, rateHz: number, { count, windowS, presence }: Windows, stuck: Uint8Array | undefined): Stretch[] {
  const found: Stretch[] = [];
  const width = Math.round(windowS * rateHz);
  for (let i = 0; stuck !== undefined && i < count; i++) {
    if (stuck[i] === 1) found.push([Math.max(0, (i - 1) * width), i + 2 >= count ? mv.length : (i + 2) * width]);
  }
  if (presence < 1) {
    let from = -1;
    for (let i = 0; i <= mv.length; i++) {
      const isThere = i === mv.length || mv[i] - mv[i] === 0;
      if (!isThere && from < 0) from = i;
      else if (isThere && from >= 0) {
        found.push([from, i]);
        from = -1;
      }
    }
  }
  return found.length < 2 ? found : united(found);
}

/** Stretches ascending and apart that hold what these hold. */
export function united(stretches: readonly Stretch[]): Stretch[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
