/** Mains frequencies of the world. */
const MAINS_HZ = [50, 60] as const;
/** A whole number of periods of both. */
const STRETCH_S = 2;

/**
 * Amplitude of the stronger mains frequency, mV, over two seconds from the middle (Goertzel, American Mathematical Monthly 65, 1958).
 * 0 where a sample is missing there, or the rate carries none.
 */
export function mainsMv(mv: Float32Array, rateHz: number): number {
  const length = Math.floor(STRETCH_S * rateHz);
  const first = (mv.length - length) >> 1;
  if (first < 0) return 0;
  let strongest = 0;
  for (const hz of MAINS_HZ) {
    if (hz >= 0.45 * rateHz) continue;
    const turn = 2 * Math.cos((2 * Math.PI * hz) / rateHz);
    let [s1, s2] = [0, 0];
    const base = mv[first];
    for (let i = first; i < first + length; i++) {
      const s = mv[i] - base + turn * s1 - s2;
      s2 = s1;
      s1 = s;
    }
    const power = s1 * s1 + s2 * s2 - turn * s1 * s2;
    if (power > 0 && power < Infinity) strongest = Math.max(strongest, (2 * Math.sqrt(power)) / length);
  }
  return strongest;
}

/** Mean absolute second difference at about 250 Hz of a sine of amplitude 1 at the mains frequency. */
export const MAINS_BEND = 0.9;
