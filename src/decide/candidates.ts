import { BEATS_DISPUTED, type Outcome, type Trigger } from '../ecg/index.js';
import type { Baseline } from './baseline.js';
import type { DecidingSegment } from './moment.js';
import type { BeatRun } from './rhythm.js';
import { BEAT_RULES, SEGMENT_RULES } from './rules/index.js';
import type { BeatRule, Found } from './rules/rule.js';

/** What one outcome says of one finding. */
export interface Candidate {
  readonly id: string;
  readonly probability: number;
  /** A rule that nearly holds: it neither raises an alert nor ends one. */
  readonly isNear?: true;
  /** Of a rule on beats that holds. */
  readonly trigger?: Trigger;
  /** Where the beats of the trigger are from. */
  readonly sources?: readonly DecidingSegment[];
}

/** Kinds in a trigger, at most. */
const KINDS_MAX = 500;

/** The encoder's findings, and the rules on measurements and on beats. `runs`: of beats that end in the outcome, one for each stretch without a hole. */
export function candidates(outcome: Outcome, runs: readonly BeatRun[], own: Baseline | undefined): readonly Candidate[] {
  const isMeasured = outcome.grade !== 'unusable' && !outcome.reasons.includes(BEATS_DISPUTED);
  const bySegment = SEGMENT_RULES.flatMap((rule): Candidate[] => {
    const holds = isMeasured ? rule.holds(outcome, own) : undefined;
    return holds === undefined ? [] : [{ id: rule.id, probability: holds ? 1 : 0 }];
  });
  const byBeats = BEAT_RULES.flatMap((rule): Candidate[] => (runs.length === 0 || (rule.isOnKinds && !outcome.gates.morphology) ? [] : [byRule(rule, outcome, runs)]));
  return [...outcome.findings, ...bySegment, ...byBeats];
}

function byRule(rule: BeatRule, outcome: Outcome, runs: readonly BeatRun[]): Candidate {
  for (const run of runs) {
    const found = rule.finds(run);
    if (found !== undefined) return { id: rule.id, probability: 1, trigger: triggerOf(found, run, outcome, rule.isOnKinds === true), sources: sourcesOf(found, run) };
  }
  return { id: rule.id, probability: 0, ...(runs.some((run) => rule.nearly?.(run)) && { isNear: true }) };
}

function triggerOf({ what, fromS, toS, beats, perMinute }: Found, run: BeatRun, { startMs, firstSample, rateHz }: Outcome, isOnKinds: boolean): Trigger {
  const msOf = (s: number): number => Math.round(startMs + (s - firstSample / rateHz) * 1000);
  const kinds = isOnKinds ? kindsBetween(run, fromS, toS) : undefined;
  return { what, fromMs: msOf(fromS), toMs: msOf(toS), beats, ...(perMinute !== undefined && { perMinute: Math.round(perMinute) }), ...(kinds !== undefined && { kinds }) };
}

function kindsBetween({ beats, kinds = '' }: BeatRun, fromS: number, toS: number): string {
  return beats.map((atS, i) => (atS >= fromS && atS <= toS ? (kinds[i] ?? '?') : '')).join('').slice(0, KINDS_MAX);
}

/** The segments that have the stretch; of what an older engine kept nothing is known. */
function sourcesOf({ fromS }: Found, { segments = [] }: BeatRun): readonly DecidingSegment[] {
  return segments.filter(({ throughS }) => throughS > fromS).map(({ segment, source }) => ({ segment, source }));
}
