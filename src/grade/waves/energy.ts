import { butterworth, filterZeroPhaseRows, movingAverage } from '../../dsp/index.js';
import { NETWORK_HZ, type Prepared } from './prepare.js';

/**
 * The second detector, which knows nothing of the first: QRS complexes by two moving averages. Elgendi, "Fast QRS detection with an
 * optimized knowledge-based method", PLoS ONE 8(9) e73557, 2013. Band 8–20 Hz, windows of 97 and 611 ms, offset of 8% of the mean. The
 * energy of several leads is added first, each against its own scale, so that one quiet or noisy lead does not decide.
 */
const BAND_HZ = [8, 20] as const;
const QRS_S = 0.097;
const BEAT_S = 0.611;
const OFFSET_SHARE = 0.08;
const REFRACTORY_S = 0.2;
/** Below this share of the strongest beats' energy a peak is noise between beats. */
const ENERGY_SHARE = 0.08;
const LEADS_MAX = 3;

const band = butterworth('bandpass', 3, BAND_HZ, NETWORK_HZ);

/** R peaks in steps of the prepared leads. */
export function energyBeats({ rows }: Prepared): number[] {
  const n = rows[0].length;
  const energy = new Float64Array(n);
  for (const filtered of filterZeroPhaseRows(band, rows.slice(0, LEADS_MAX))) {
    const scale = robustScale(filtered);
    if (scale > 0) for (let i = 0; i < n; i++) energy[i] += (filtered[i] / scale) ** 2;
  }
  const qrs = movingAverage(energy, Math.round(QRS_S * NETWORK_HZ));
  const beat = movingAverage(energy, Math.round(BEAT_S * NETWORK_HZ));
  const offset = OFFSET_SHARE * mean(energy);
  const peaks: number[] = [];
  let start = -1;
  for (let i = 0; i <= n; i++) {
    const above = i < n && qrs[i] > beat[i] + offset;
    if (above && start < 0) start = i;
    else if (!above && start >= 0) {
      if (i - start >= (QRS_S * NETWORK_HZ) / 2) peaks.push(argmax(qrs, start, i));
      start = -1;
    }
  }
  return pruned(peaks, qrs);
}

/** Mean of the second-wise maxima: the size of a beat, whatever the quiet between. */
function robustScale(band: Float64Array): number {
  const parts = 10;
  const maxima: number[] = [];
  for (let p = 0; p < parts; p++) {
    let max = 0;
    for (let i = Math.floor((p * band.length) / parts); i < Math.floor(((p + 1) * band.length) / parts); i++) max = Math.max(max, Math.abs(band[i]));
    maxima.push(max);
  }
  maxima.sort((a, b) => a - b);
  return maxima[Math.floor(parts / 2)];
}

function mean(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

function argmax(x: Float64Array, from: number, to: number): number {
  let at = from;
  for (let i = from; i < to; i++) if (x[i] > x[at]) at = i;
  return at;
}

/** Of two peaks within the refractory time the stronger stays; what is far weaker than the beats is none. */
function pruned(peaks: readonly number[], energy: Float64Array): number[] {
  const strengths = peaks.map((peak) => energy[peak]).sort((a, b) => a - b);
  const typical = strengths[Math.floor(strengths.length * 0.75)] ?? 0;
  const kept: number[] = [];
  for (const peak of peaks) {
    if (energy[peak] < ENERGY_SHARE * typical) continue;
    const last = kept.at(-1);
    if (last !== undefined && peak - last < REFRACTORY_S * NETWORK_HZ) {
      if (energy[peak] > energy[last]) kept[kept.length - 1] = peak;
    } else kept.push(peak);
  }
  return kept;
}
