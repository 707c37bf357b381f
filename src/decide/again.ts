import type { AlertSnapshot, Outcome } from '../ecg/index.js';
import type { Baseline } from './baseline.js';
import { candidates } from './candidates.js';
import { type BeatRun, beatsAfter } from './rhythm.js';

/** One segment that decided: what it said then, and says again; undefined: its samples are not there. */
export interface VoteAgain {
  readonly segment: string;
  readonly said: number;
  readonly again?: number;
}

/** An alert decided again on the outcomes of the segments it kept. */
export interface DecidedAgain {
  readonly votes: readonly VoteAgain[];
  /** Does every number agree, and every vote fall on the same side of the threshold? Undefined: some samples are missing. */
  readonly isSame?: boolean;
}

/** A model's scores agree between batches to this (docs/encoder.md); what they travel as, float32, is finer. */
const TOLERANCE = 1e-5;

/** Pure: `outcomes` are made again from the samples, in the order of their segments, and of one device. */
export function decideAgain({ finding, threshold, votes, usual }: AlertSnapshot, outcomes: readonly Outcome[]): DecidedAgain {
  const own: Baseline | undefined = usual && { qrsMs: usual.qrsMs, qtcMs: usual.qtcMs, stMv: Object.fromEntries(usual.st.map(({ lead, mv }) => [lead, mv])) };
  const again = new Map<string, number>();
  let runs: readonly BeatRun[] = [];
  for (const outcome of outcomes) {
    const beats = beatsAfter(runs, outcome);
    runs = beats.runs;
    const candidate = candidates(outcome, beats.ended, own).find(({ id }) => id === finding);
    // A finding that is not reported at all is not there.
    again.set(outcome.id, candidate?.probability ?? 0);
  }
  const compared = votes.map(({ segment, probability }): VoteAgain => ({ segment, said: probability, again: again.get(segment) }));
  if (compared.some((vote) => vote.again === undefined)) return { votes: compared };
  const isSame = compared.every(({ said, again: now = NaN }) => Math.abs(said - now) <= TOLERANCE && said >= threshold === now >= threshold);
  return { votes: compared, isSame };
}
