/** Ectopic beats in a row. */
import type { BeatRun } from '../rhythm.js';

/** Beats of one kind in a row. Indices of the run. */
export interface KindRun {
  /** Of those that count, ascending. */
  readonly beats: readonly number[];
  /** What comes after the last of them is known, and is none of them. */
  readonly isOver: boolean;
}

/** An interval is at a run's rate when it is within this of the run's own, either way. */
const EVEN = 1.3;

/** Runs of this kind, singles too, that end in the last segment or go on there; what ends one is known when it can be said to be no beat of it. */
export function runsOf(run: BeatRun, kind: 'V' | 'S'): readonly KindRun[] {
  const { kinds = '', before, beats } = run;
  const runs: KindRun[] = [];
  let own: number[] = [];
  const end = (next: number) => {
    const known = kinds[next + 1] === kind ? next + 2 : next + 1;
    if (own.length > 0 && known >= before) runs.push({ beats: own, isOver: known < beats.length });
    own = [];
  };
  for (let i = 0; i < beats.length; i++) {
    if (kinds[i] === kind) own.push(i);
    else {
      const as = own.length === 0 ? 'other' : inRun(run, kind, i);
      if (as === 'beat') own.push(i);
      else if (as === 'other') end(i);
    }
  }
  end(beats.length);
  return runs;
}

/**
 * One beat that is of another kind, between two of this kind, of which one has a neighbour of its kind: a `beat` of the run where it comes at the
 * run's rate, `nothing` where the run's rate is kept without it, else an `other` beat. In bigeminy no two are neighbours.
 */
function inRun({ kinds = '', beats }: BeatRun, kind: string, i: number): 'beat' | 'nothing' | 'other' {
  if (kinds[i - 1] !== kind || kinds[i + 1] !== kind) return 'other';
  const own = [[i - 2, i - 1], [i + 1, i + 2]].flatMap(([a, b]) => (kinds[a] === kind && kinds[b] === kind ? [beats[b] - beats[a]] : []));
  const isEven = (spanS: number) => own.some((rr) => spanS <= rr * EVEN && spanS >= rr / EVEN);
  const [sinceS, untilS] = [beats[i] - beats[i - 1], beats[i + 1] - beats[i]];
  if (isEven(sinceS) && isEven(untilS)) return 'beat';
  return isEven(sinceS + untilS) ? 'nothing' : 'other';
}
