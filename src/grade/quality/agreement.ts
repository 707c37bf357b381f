/** Two detectors mean the same beat within this (Li, Mark and Clifford, Physiological Measurement 29, 2008). */
const SAME_BEAT_S = 0.15;

/**
 * Share of beats that two independent detectors agree on, 0 to 1: matched pairs against all beats of both (bSQI of Li, Mark and
 * Clifford). R peaks ascending, as sample numbers. Undefined where neither found any: silence of both is no disagreement.
 */
export function agreement(a: readonly number[], b: readonly number[], rateHz: number): number | undefined {
  if (a.length === 0 && b.length === 0) return undefined;
  const within = SAME_BEAT_S * rateHz;
  let [i, j, matched] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const apart = a[i] - b[j];
    if (Math.abs(apart) <= within) {
      matched++;
      i++;
      j++;
    } else if (apart < 0) i++;
    else j++;
  }
  return matched / (a.length + b.length - matched);
}
