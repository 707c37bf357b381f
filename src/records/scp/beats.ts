import type { Encoded } from './sections.js';

/** Where the reference beat was taken out of the rhythm: samples from 1. */
export interface Beat {
  readonly type: number;
  readonly first: number;
  readonly fiducial: number;
  readonly last: number;
}

/** Samples from the first to the last, from 1, that keep their rate where those between are thinned out. */
export interface Zone {
  readonly first: number;
  readonly last: number;
}

export interface Beats {
  /** Of the reference beat, in ms; 0 where it is not stated. */
  readonly lengthMs: number;
  /** Of the reference beat: sample from 1. */
  readonly fiducial: number;
  readonly beats: readonly Beat[];
  /** In the order of their samples. */
  readonly zones: readonly Zone[];
}

const [BEAT_BYTES, ZONE_BYTES] = [14, 8];

/** Section 4: length of the reference beat, its fiducial point, one entry a beat, then one a protected zone; version 1 has none of these: its beats are. */
export function beatsOf(section: DataView): Beats {
  const count = section.getUint16(4, true);
  const beats = Array.from({ length: count }, (_, i) => {
    const at = 6 + BEAT_BYTES * i;
    return { type: section.getUint16(at, true), first: section.getUint32(at + 2, true), fiducial: section.getUint32(at + 6, true), last: section.getUint32(at + 10, true) };
  });
  const from = 6 + BEAT_BYTES * count;
  const hasZones = section.byteLength >= from + ZONE_BYTES * count;
  const zones = beats.map(({ first, last }, i) => (hasZones ? { first: section.getUint32(from + ZONE_BYTES * i, true), last: section.getUint32(from + ZONE_BYTES * i + 4, true) } : { first, last }));
  return { lengthMs: section.getUint16(0, true), fiducial: section.getUint16(2, true), beats, zones: zones.filter(({ first, last }) => last > first).sort((a, b) => a.first - b.first) };
}

/** Samples of the reference beat; what its last byte has beyond them is none. */
export function beatSamples({ lengthMs }: Beats, { microseconds, bytes }: Encoded): number {
  const longest = bytes.reduce((most, { length }) => Math.max(most, 8 * length), 0);
  return lengthMs === 0 ? longest : Math.min(longest, Math.round((lengthMs * 1000) / microseconds));
}

/**
 * A lead with the reference beat put back where beats of its type (0) are, fiducial point on fiducial point.
 * @param residual what is left of the lead, whose first sample has the number `first`; in the unit of `beat`
 */
export function withBeats(residual: Int32Array, first: number, { fiducial, beats }: Beats, beat: Int32Array): Int32Array {
  const out = residual.slice();
  for (const { type, first: from, fiducial: at, last } of beats) {
    if (type !== 0) continue;
    for (let sample = Math.max(first, from); sample <= Math.min(last, first + out.length - 1); sample++) {
      const index = sample - at + fiducial - 1;
      if (index >= 0 && index < beat.length) out[sample - first] += beat[index];
    }
  }
  return out;
}
