import { butterworth, filterZeroPhase } from '../dsp/index.js';
import type { PhysicalLead } from '../ecg/index.js';

/**
 * QRS complexes by two moving averages: Elgendi, "Fast QRS detection with an optimized knowledge-based method", PLoS ONE
 * 8(9) e73557, 2013. Band 8–20 Hz, windows of 97 and 611 ms, offset of 8% of the mean. The energy of several leads is
 * added first, each against its own scale, so that one quiet or noisy lead does not decide.
 */
const BAND_HZ = [8, 20] as const;
const QRS_S = 0.097;
const BEAT_S = 0.611;
const OFFSET_SHARE = 0.08;
const REFRACTORY_S = 0.2;
/** Below this share of the strongest beats' energy a peak is noise between beats. */
const ENERGY_SHARE = 0.08;

/** R peaks as sample numbers from the segment's start. Leads: mV at `rateHz`, holes as NaN. */
export function findBeats(leads: readonly PhysicalLead[], rateHz: number): number[] {
  if (leads.length === 0) return [];
  const filter = butterworth('bandpass', 3, BAND_HZ, rateHz);
  const n = leads[0].mv.length;
  const energy = new Float64Array(n);
  for (const { mv } of leads) {
    const band = filterZeroPhase(filter, bridged(mv));
    const scale = robustScale(band);
    if (scale > 0) for (let i = 0; i < n; i++) energy[i] += (band[i] / scale) ** 2;
  }
  const qrs = movingAverage(energy, Math.round(QRS_S * rateHz));
  const beat = movingAverage(energy, Math.round(BEAT_S * rateHz));
  const offset = OFFSET_SHARE * mean(energy);
  const peaks: number[] = [];
  let start = -1;
  for (let i = 0; i <= n; i++) {
    const above = i < n && qrs[i] > beat[i] + offset;
    if (above && start < 0) start = i;
    else if (!above && start >= 0) {
      if (i - start >= (QRS_S * rateHz) / 2) peaks.push(argmax(qrs, start, i));
      start = -1;
    }
  }
  return pruned(peaks, qrs, rateHz);
}

/** Holes are bridged by a straight line: for detection only, never for what is encoded. */
function bridged(mv: Float32Array): Float64Array {
  const out = Float64Array.from(mv);
  let last = -1;
  for (let i = 0; i < out.length; i++) {
    if (out[i] !== out[i]) continue;
    if (i - last > 1) {
      const from = last < 0 ? out[i] : out[last];
      for (let j = last + 1; j < i; j++) out[j] = from + ((out[i] - from) * (j - last)) / (i - last);
    }
    last = i;
  }
  out.fill(last < 0 ? 0 : out[last], last + 1);
  return out;
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

function movingAverage(x: Float64Array, width: number): Float64Array {
  const half = Math.max(1, Math.floor(width / 2));
  const out = new Float64Array(x.length);
  let sum = 0;
  for (let i = -half; i < x.length; i++) {
    if (i + half < x.length) sum += x[i + half];
    if (i - half - 1 >= 0) sum -= x[i - half - 1];
    if (i >= 0) out[i] = sum / (Math.min(i + half, x.length - 1) - Math.max(i - half, 0) + 1);
  }
  return out;
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
function pruned(peaks: readonly number[], energy: Float64Array, rateHz: number): number[] {
  const strengths = peaks.map((peak) => energy[peak]).sort((a, b) => a - b);
  const typical = strengths[Math.floor(strengths.length * 0.75)] ?? 0;
  const kept: number[] = [];
  for (const peak of peaks) {
    if (energy[peak] < ENERGY_SHARE * typical) continue;
    const last = kept.at(-1);
    if (last !== undefined && peak - last < REFRACTORY_S * rateHz) {
      if (energy[peak] > energy[last]) kept[kept.length - 1] = peak;
    } else kept.push(peak);
  }
  return kept;
}
