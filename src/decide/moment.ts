import { type AlertEvent, type AlertSnapshot, type Outcome, SEGMENT_SECONDS, type Trigger } from '../ecg/index.js';
import type { Baseline } from './baseline.js';
import { channelOf } from './channel.js';
import type { NotClaimed } from './claim.js';
import { alertId, chained } from './event.js';
import type { Policy, PolicyEntry } from './policy.js';
import type { FindingState, Vote } from './state.js';

export interface OutcomeInput {
  readonly type: 'outcome';
  readonly outcome: Outcome;
  readonly partition: number;
  readonly offset: number;
}

/** A candidate that was not followed, and why. */
export interface Suppressed {
  readonly finding: string;
  readonly why: NotClaimed | 'off' | 'contradicted' | 'cool-down' | 'budget' | 'full' | 'illegal-transition';
}

/** A segment that decided, and where its samples are in the signal. */
export interface DecidingSegment {
  readonly segment: string;
  readonly source: Outcome['source'];
}

/** What every verdict on one outcome sees. */
export interface Moment extends OutcomeInput {
  readonly subject: string;
  /** The subject's own time. */
  readonly timeMs: number;
  readonly policy: Policy;
  /** What is usual for the patient, once it is known. */
  readonly own: Baseline | undefined;
  readonly suppressed: Suppressed[];
  /** Grows with every alert of low priority at the bedside. */
  readonly lowTold: number[];
}

/** What becomes of one finding. */
export type Verdict = { readonly state: FindingState; readonly event?: AlertEvent; readonly sources?: readonly DecidingSegment[] };

export const cooldownFrom = (timeMs: number, entry: PolicyEntry): number => timeMs + (SEGMENT_SECONDS + entry.cooldownS) * 1000;
export const endOf = (outcome: Outcome): number => outcome.startMs + SEGMENT_SECONDS * 1000;

export const positionOf = ({ partition, offset }: Pick<OutcomeInput, 'partition' | 'offset'>): { partition: number; offset: number } => ({ partition, offset });

/** What else is known when an alert is raised: the beats that set it off, and that the finding was not seen to begin. */
interface About {
  readonly trigger?: Trigger;
  readonly isLongStanding?: boolean;
}

/** The first event of an alert: what the votes say, by the outcome at hand. `first` is where it begins. */
export function raise(entry: PolicyEntry, verdict: Pick<AlertSnapshot, 'probability' | 'votes' | 'medianOf'>, first: Pick<Vote, 'segment' | 'startMs'>, at: Moment, { trigger, isLongStanding = false }: About = {}): AlertEvent {
  const { outcome, subject, policy } = at;
  const { association } = outcome;
  const channel = channelOf(entry, outcome, policy);
  const isForReader = channel === 'bedside' && isLongStanding;
  const snapshot: AlertSnapshot = {
    encounter: association.encounter,
    device: outcome.device,
    bed: association.bed,
    unit: association.unit,
    finding: entry.finding,
    kind: entry.kind,
    priority: entry.priority,
    channel: isForReader ? 'worklist' : channel,
    ...verdict,
    threshold: entry.threshold,
    onsetMs: first.startMs,
    ...(trigger !== undefined && { trigger }),
    segments: verdict.votes.map(({ segment }) => segment),
    usual: entry.evidence === 'rule' && at.own !== undefined ? { qrsMs: at.own.qrsMs, qtcMs: at.own.qtcMs, st: Object.entries(at.own.stMv).map(([lead, mv]) => ({ lead, mv })) } : undefined,
    measurements: outcome.measurements,
    reasons: outcome.reasons,
    signalQuality: outcome.signalQuality,
    model: entry.evidence === 'rule' ? '' : outcome.model,
    modelHash: entry.evidence === 'rule' ? '' : outcome.modelHash,
    policyHash: policy.hash,
    evidence: entry.evidence,
    expectedPpv: entry.ppv?.value,
    simulated: outcome.demo,
    accelerated: association.accelerated,
  };
  const id = alertId(subject, entry.finding, first.segment);
  return chained({ alertId: id, state: 'raised', snapshot, cause: isForReader ? 'not-new' : 'threshold', atMs: endOf(outcome), outcome: positionOf(at) }, undefined);
}
