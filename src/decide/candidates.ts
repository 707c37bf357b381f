import { BEATS_DISPUTED, type Outcome } from '../ecg/index.js';
import type { Baseline } from './baseline.js';
import type { BeatRun } from './rhythm.js';
import { BEAT_RULES, SEGMENT_RULES } from './rules/index.js';

/** What one outcome says of one finding. */
export interface Candidate {
  readonly id: string;
  readonly probability: number;
  /** As the device claims; undefined: with the segment. */
  readonly beginsMs?: number;
}

/** The encoder's findings, and the rules on measurements and on beats. `runs`: of beats that end in the outcome, one for each stretch without a hole. */
export function candidates(outcome: Outcome, runs: readonly BeatRun[], own: Baseline | undefined): readonly Candidate[] {
  const isMeasured = outcome.grade !== 'unusable' && !outcome.reasons.includes(BEATS_DISPUTED);
  const bySegment = SEGMENT_RULES.flatMap((rule): Candidate[] => {
    const holds = isMeasured ? rule.holds(outcome, own) : undefined;
    return holds === undefined ? [] : [{ id: rule.id, probability: holds ? 1 : 0 }];
  });
  const byBeats = BEAT_RULES.flatMap((rule): Candidate[] => {
    if (runs.length === 0) return [];
    const beginsS = runs.map(rule.begins).find((begins) => begins !== undefined);
    if (beginsS === undefined) return [{ id: rule.id, probability: 0 }];
    return [{ id: rule.id, probability: 1, beginsMs: outcome.startMs + (beginsS - outcome.firstSample / outcome.rateHz) * 1000 }];
  });
  return [...outcome.findings, ...bySegment, ...byBeats];
}
