import type { Measurements, Voltage } from '../ecg/index.js';

/** Fewer beats tell no rate. */
const BEATS_MIN = 2;
/** Fewer RR intervals tell no irregularity. */
const RR_MIN = 4;

/** Numbers from R peaks (samples from the segment's start) of a segment of `samples` at `rateHz`. */
export function measure(beats: readonly number[], samples: number, rateHz: number, voltages: readonly Voltage[]): Measurements {
  const rr = beats.slice(1).map((beat, i) => ((beat - beats[i]) / rateHz) * 1000);
  const sorted = [...rr].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const meanMs = rr.reduce((sum, ms) => sum + ms, 0) / rr.length;
  const variance = rr.reduce((sum, ms) => sum + (ms - meanMs) ** 2, 0) / rr.length;
  const edges = beats.length === 0 ? [samples] : [beats[0], samples - beats[beats.length - 1]];
  const longest = Math.max(...rr, ...edges.map((edge) => (edge / rateHz) * 1000));
  return {
    beats,
    voltages,
    heartRateBpm: beats.length >= BEATS_MIN ? round(60_000 / median) : undefined,
    rrCv: rr.length >= RR_MIN ? round(Math.sqrt(variance) / meanMs) : undefined,
    longestPauseMs: round(longest),
  };
}

/** Three significant decimals are more than any of these deserves. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
