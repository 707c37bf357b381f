import type { AlertSnapshot, Outcome, Trigger } from '../ecg/index.js';
import type { Baseline } from './baseline.js';
import { candidates } from './candidates.js';
import { type BeatRun, beatsAfter, UNKNOWN_KIND } from './rhythm.js';

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
/** Times of a trigger are whole milliseconds. */
const ROUNDED_MS = 1;

/**
 * Pure: `outcomes` are made again from the samples, in the order of their segments, and of one device. Kinds of beats rest on all that was
 * known of the patient by then, which no evidence holds: they are taken as the alert states them, where the same beats are found again.
 */
export function decideAgain({ finding, threshold, votes, usual, trigger }: AlertSnapshot, outcomes: readonly Outcome[]): DecidedAgain {
  const own: Baseline | undefined = usual && { qrsMs: usual.qrsMs, qtcMs: usual.qtcMs, stMv: Object.fromEntries(usual.st.map(({ lead, mv }) => [lead, mv])) };
  const again = new Map<string, number>();
  let runs: readonly BeatRun[] = [];
  for (const outcome of outcomes) {
    const beats = beatsAfter(runs, outcome);
    runs = beats.runs;
    const candidate = candidates(outcome, trigger?.kinds === undefined ? beats.ended : beats.ended.map((run) => withKinds(run, outcome, trigger)), own).find(({ id }) => id === finding);
    // A finding that is not reported at all is not there.
    again.set(outcome.id, candidate?.probability ?? 0);
  }
  const compared = votes.map(({ segment, probability }): VoteAgain => ({ segment, said: probability, again: again.get(segment) }));
  if (compared.some((vote) => vote.again === undefined)) return { votes: compared };
  const isSame = compared.every(({ said, again: now = NaN }) => Math.abs(said - now) <= TOLERANCE && said >= threshold === now >= threshold);
  return { votes: compared, isSame };
}

/** The run with the kinds that the trigger states of its beats; of none, where there are others than it states. */
function withKinds(run: BeatRun, { startMs, firstSample, rateHz }: Outcome, { fromMs, toMs, kinds = '' }: Trigger): BeatRun {
  const msOf = (s: number): number => startMs + (s - firstSample / rateHz) * 1000;
  const isWithin = (atS: number): boolean => msOf(atS) >= fromMs - ROUNDED_MS && msOf(atS) <= toMs + ROUNDED_MS;
  const found = run.beats.filter(isWithin).length;
  let next = 0;
  return { ...run, kinds: run.beats.map((atS) => (found === kinds.length && isWithin(atS) ? kinds[next++] : UNKNOWN_KIND)).join('') };
}
