import type { Encoded } from './sections.js';

/** Where the reference beat was taken out of the rhythm: samples from 1. */
export interface Beat {
  readonly type: number;
  readonly first: number;
  readonly fiducial: number;
  readonly last: number;
}

export interface Beats {
  /** Of the reference beat: sample from 1. */
  readonly fiducial: number;
  readonly beats: readonly Beat[];
}

/** Section 4: length of the reference beat, its fiducial point, and one entry a beat. */
export function beatsOf(section: DataView): Beats {
  const count = section.getUint16(4, true);
  return {
    fiducial: section.getUint16(2, true),
    beats: Array.from({ length: count }, (_, i) => ({
      type: section.getUint16(6 + 14 * i, true), first: section.getUint32(8 + 14 * i, true), fiducial: section.getUint32(12 + 14 * i, true), last: section.getUint32(16 + 14 * i, true),
    })),
  };
}

/**
 * The rhythm with the reference beat put back where beats of its type (0) are, fiducial point on fiducial point.
 * @param decode a lead of section 5
 */
export function withBeats(rhythm: readonly Int32Array[], { nanovolts }: Encoded, { fiducial, beats }: Beats, reference: Encoded, decode: (coded: Uint8Array, most: number) => Int32Array): readonly Int32Array[] {
  const scale = reference.nanovolts / nanovolts;
  return rhythm.map((residual, lead) => {
    const beat = decode(reference.bytes[lead], 8 * reference.bytes[lead].length);
    const out = residual.slice();
    for (const { type, first, fiducial: at, last } of beats) {
      if (type !== 0) continue;
      for (let sample = Math.max(1, first); sample <= Math.min(last, out.length); sample++) {
        const index = sample - at + fiducial - 1;
        if (index >= 0 && index < beat.length) out[sample - 1] += Math.round(beat[index] * scale);
      }
    }
    return out;
  });
}
