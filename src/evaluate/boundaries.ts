import type { Wave, WaveKind } from '../ecg/index.js';
import { matchTimes, WINDOW_MS } from './match.js';

/** A wave as a reader marked it; an edge that was not marked is undefined. */
export interface MarkedWave extends Pick<Wave, 'wave' | 'peak'> {
  readonly onset?: number;
  readonly offset?: number;
}

export const WAVE_KINDS = ['P', 'QRS', 'T'] as const satisfies readonly WaveKind[];
/** Peaks of one wave in several leads lie within this. */
const ONE_WAVE_MS = 120;

export interface WaveComparison {
  readonly wave: WaveKind;
  /** Found minus marked, ms; one entry a matched wave whose edge was marked. */
  readonly onsetMs: readonly number[];
  readonly offsetMs: readonly number[];
  readonly marked: number;
  readonly matched: number;
  /** Found where none was marked. */
  readonly extra: number;
}

/**
 * What was found against what was marked in one lead, kind by kind. Readers mark the middle of a record only: a found wave
 * counts as extra where it lies between the first and the last mark.
 */
export function compareWaves(marked: readonly MarkedWave[], found: readonly Wave[], rateHz: number): WaveComparison[] {
  const from = Math.min(...marked.map((wave) => wave.onset ?? wave.peak));
  const to = Math.max(...marked.map((wave) => wave.offset ?? wave.peak));
  return WAVE_KINDS.map((kind) => {
    const reference = marked.filter(({ wave }) => wave === kind).sort((a, b) => middle(a) - middle(b));
    const candidates = found.filter(({ wave }) => wave === kind).sort((a, b) => middle(a) - middle(b));
    const { pairs, extra } = matchTimes(reference.map(middle), candidates.map(middle), (WINDOW_MS * rateHz) / 1000);
    const ms = (edge: 'onset' | 'offset') =>
      pairs.flatMap(([r, f]) => {
        const mark = reference[r][edge];
        return mark === undefined ? [] : [((candidates[f][edge] - mark) * 1000) / rateHz];
      });
    const inside = extra.filter((f) => middle(candidates[f]) >= from && middle(candidates[f]) <= to);
    return { wave: kind, onsetMs: ms('onset'), offsetMs: ms('offset'), marked: reference.length, matched: pairs.length, extra: inside.length };
  });
}

function middle({ onset, peak, offset }: MarkedWave): number {
  return onset === undefined || offset === undefined ? peak : (onset + offset) / 2;
}

/** The waves that most leads agree on: each edge is the median over the leads that have the wave (at least a third of them). */
export function globalWaves(leads: readonly (readonly MarkedWave[])[], rateHz: number): MarkedWave[] {
  const together = (ONE_WAVE_MS * rateHz) / 1000;
  return WAVE_KINDS.flatMap((kind) => {
    const all = leads.flatMap((waves) => waves.filter(({ wave }) => wave === kind)).sort((a, b) => a.peak - b.peak);
    const groups: MarkedWave[][] = [];
    for (const wave of all) {
      const last = groups.at(-1);
      if (last !== undefined && wave.peak - median(last.map(({ peak }) => peak))! < together) last.push(wave);
      else groups.push([wave]);
    }
    return groups
      .filter((group) => group.length * 3 >= leads.length)
      .map((group) => ({
        wave: kind,
        onset: median(group.flatMap(({ onset }) => onset ?? [])),
        peak: median(group.map(({ peak }) => peak))!,
        offset: median(group.flatMap(({ offset }) => offset ?? [])),
      }));
  });
}

/** Mean of the middle two where the number is even; undefined of nothing. */
function median(values: number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
