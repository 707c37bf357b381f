import type { Measurements, Wave } from '../ecg/index.js';
import type { Stretch } from './quality/index.js';
import type { ComplexLevels } from './voltage.js';

/** Fewer RR intervals give no irregularity. */
const RR_MIN = 4;
/** A P wave belongs to the QRS that begins within this of the P wave's own beginning (s). */
const PR_MAX_S = 0.5;
/** PR of conducted beats differs from the typical one by at most this. */
const PR_VARIATION_MS = 40;
/** An interval stands for the segment when at least this share of its beats has it. */
const SHARE_MIN = 0.5;
/** Fewer P waves give no atrial rate. */
const P_MIN = 3;
/** They reach over at least this share of the segment, and most of their intervals differ from the typical one by at most that. */
const P_SPAN_MIN = 0.6;
const P_VARIATION_MAX = 0.2;
/** A smaller net QRS in the frontal plane has no direction worth reporting. */
const AXIS_MIN_MV = 0.05;

/**
 * Numbers from beats and waves (samples from the segment's start) of a segment at `rateHz`. Beats are known in `stretches` of it, ascending,
 * and nothing is said of what lies between two of them. Intervals are medians over the beats. QTc: Bazett 1920, Fridericia 1920. Axis: from the net QRS in I and aVF, the latter times 2/√3, because Goldberger's leads are shorter.
 */
export function measure(beats: readonly number[], waves: readonly Wave[], levels: readonly ComplexLevels[], stretches: readonly Stretch[], rateHz: number): Measurements {
  const ms = (interval: number) => (interval / rateHz) * 1000;
  const runs = stretches.map(([from, to]) => ({ from, to, beats: beats.filter((beat) => beat >= from && beat < to) }));
  const rr = runs.flatMap(({ beats: run }) => run.slice(1).map((beat, i) => ms(beat - run[i])));
  const rrMs = rr.length > 0 ? median(rr) : undefined;
  const meanMs = rr.reduce((sum, one) => sum + one, 0) / rr.length;
  const variance = rr.reduce((sum, one) => sum + (one - meanMs) ** 2, 0) / rr.length;
  const edges = runs.flatMap(({ from, to, beats: run }) => (run.length === 0 ? [to - from] : [run[0] - from, to - run[run.length - 1]]));
  const complexes = complexesOf(waves, rateHz);
  const typical = (of: (complex: Complex) => number | undefined) => {
    const found = complexes.flatMap((complex) => of(complex) ?? []);
    return found.length > 0 && found.length >= SHARE_MIN * complexes.length ? round(ms(median(found))) : undefined;
  };
  const qtMs = typical(({ qrs, t }) => t && t.offset - qrs.onset);
  const corrected = (power: number) => (qtMs === undefined || rrMs === undefined ? undefined : round(qtMs / (rrMs / 1000) ** power));
  return {
    beats: runs.flatMap(({ beats: run }) => run),
    voltages: levels.map(({ lead, rMv, sMv }) => ({ lead, rMv, sMv })),
    st: levels.flatMap(({ lead, stMv }) => (stMv === undefined ? [] : [{ lead, mv: stMv }])),
    heartRateBpm: rrMs === undefined ? undefined : round(60_000 / rrMs),
    atrialRateBpm: atrialRate(waves, stretches.length === 0 ? 0 : stretches[stretches.length - 1][1] - stretches[0][0], ms),
    rrCv: rr.length >= RR_MIN ? round(Math.sqrt(variance) / meanMs) : undefined,
    longestPauseMs: edges.length === 0 ? undefined : round(Math.max(...rr, ...edges.map(ms))),
    prMs: prOf(complexes, ms),
    qrsMs: typical(({ qrs }) => qrs.offset - qrs.onset),
    qtMs,
    qtcMs: corrected(1 / 3),
    qtcBazettMs: corrected(1 / 2),
    axisDeg: axisOf(levels),
  };
}

/** Reported where it is much the same in half of the beats: where atria and ventricles go their own ways there is no PR. */
function prOf(complexes: readonly Complex[], ms: (interval: number) => number): number | undefined {
  const found = complexes.flatMap(({ p, qrs }) => (p === undefined ? [] : [ms(qrs.onset - p.onset)]));
  if (found.length === 0) return undefined;
  const typical = median([...found]);
  return found.filter((one) => Math.abs(one - typical) <= PR_VARIATION_MS).length >= SHARE_MIN * complexes.length ? round(typical) : undefined;
}

interface Complex {
  readonly p?: Wave;
  readonly qrs: Wave;
  readonly t?: Wave;
}

/** Each QRS with the P wave that leads to it and the T wave that ends it. A complex that the segment cuts lends no interval that it cannot have. */
function complexesOf(waves: readonly Wave[], rateHz: number): Complex[] {
  const qrs = waves.filter(({ wave }) => wave === 'QRS');
  return qrs.map((one, i) => {
    const after = qrs[i + 1]?.onset ?? Infinity;
    const before = qrs[i - 1]?.offset ?? -Infinity;
    return {
      qrs: one,
      p: waves.findLast(({ wave, onset, offset }) => wave === 'P' && offset <= one.onset + 1 && onset > before && one.onset - onset <= PR_MAX_S * rateHz),
      t: waves.find(({ wave, onset, offset }) => wave === 'T' && onset >= one.offset - 1 && offset < after),
    };
  });
}

/** From P to P, where P waves come regularly through most of the segment: a few that were seen by chance make no rate. */
function atrialRate(waves: readonly Wave[], samples: number, ms: (interval: number) => number): number | undefined {
  const peaks = waves.filter(({ wave }) => wave === 'P').map(({ peak }) => peak);
  const intervals = peaks.slice(1).map((peak, i) => peak - peaks[i]);
  if (peaks.length < P_MIN || (peaks[peaks.length - 1] - peaks[0]) / samples < P_SPAN_MIN) return undefined;
  const typical = median([...intervals]);
  const regular = intervals.filter((interval) => Math.abs(interval - typical) <= P_VARIATION_MAX * typical);
  return regular.length >= SHARE_MIN * intervals.length ? round(60_000 / ms(typical)) : undefined;
}

/** Degrees, −180 to 180; undefined where I or aVF is not there or the QRS points out of the frontal plane. */
function axisOf(levels: readonly ComplexLevels[]): number | undefined {
  const net = (name: string) => {
    const found = levels.find(({ lead }) => lead === name);
    return found && found.rMv + found.sMv;
  };
  const [x, y] = [net('I'), net('aVF')];
  if (x === undefined || y === undefined || Math.hypot(x, y) < AXIS_MIN_MV) return undefined;
  return Math.round((Math.atan2((2 / Math.sqrt(3)) * y, x) * 180) / Math.PI);
}

/** Of an even number the upper of the middle two. */
function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1];
}

/** Three decimals are more than any of these deserves. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
