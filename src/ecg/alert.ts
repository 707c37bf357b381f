import type { Measurements } from './outcome.js';
import type { Trigger } from './trigger.js';

export type AlertState = 'raised' | 'updated' | 'acknowledged' | 'escalated' | 'resolved' | 'dismissed';
export type FindingKind = 'episodic' | 'sustained' | 'structural';
export type Priority = 'high' | 'medium' | 'low' | 'none';
/** Where an alert goes: to the bedside, to a reader's worklist, or nowhere (recorded and counted). */
export type Channel = 'bedside' | 'worklist' | 'shadow';
/** What is known of a finding with the model at hand; `rule`: measured, no model. */
export type Evidence = 'external' | 'internal' | 'simulated' | 'none' | 'rule';

/** A stretch of a segment that weighed much for a finding, by the model's saliency. */
export interface Focus {
  /** From the segment's start. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Its share of all that speaks for the finding. */
  readonly weight: number;
}

/** A segment that spoke for a finding. */
export interface SegmentVote {
  readonly segment: string;
  readonly probability: number;
}

export interface AlertSnapshot {
  readonly encounter?: string;
  readonly device: string;
  readonly bed?: string;
  readonly unit?: string;
  readonly finding: string;
  readonly kind: FindingKind;
  readonly priority: Priority;
  readonly channel: Channel;
  readonly probability: number;
  readonly threshold: number;
  readonly onsetMs: number;
  /** Ids of the segments that decided. */
  readonly segments: readonly string[];
  /** What each of them said: a replay must reach these numbers again. */
  readonly votes: readonly SegmentVote[];
  /** `probability` is the median of so many segments; undefined: of the one that decided. */
  readonly medianOf?: number;
  /** Of rules: what is usual for the patient, as it was known then. */
  readonly usual?: Pick<Measurements, 'qrsMs' | 'qtcMs' | 'st'>;
  /** Of rules on beats: what set it off, as far as it had come by then. */
  readonly trigger?: Trigger;
  readonly measurements: Measurements;
  /** Of the segment that decided: what speaks against its signal (exchanged electrodes, a doubtful gain …), and how good it is, 0 (worst) to 1. */
  readonly reasons: readonly string[];
  readonly signalQuality: number;
  readonly model: string;
  readonly modelHash: string;
  readonly policyHash: string;
  readonly evidence: Evidence;
  /** Of its alerts, how many are right, as measured for this place; undefined: not measured. */
  readonly expectedPpv?: number;
  readonly simulated: boolean;
  readonly accelerated?: number;
  /** Id of the alert that this one is a part or a sign of: shown beneath it. Undefined: nothing explains it. */
  readonly explainedBy?: string;
  /** Id of the alert that began the patient's episode; undefined: of none. */
  readonly episode?: string;
}

/** No real recording supports the finding: wherever it is shown, it says UNPROVEN. */
export function isUnproven({ evidence }: Pick<AlertSnapshot, 'evidence'>): boolean {
  return evidence === 'simulated' || evidence === 'none';
}

export interface AlertEvent {
  readonly alertId: string;
  /** 1, 2, 3 … within the alert. */
  readonly sequence: number;
  readonly state: AlertState;
  readonly snapshot: AlertSnapshot;
  readonly cause: string;
  /** Stream time. */
  readonly atMs: number;
  readonly outcome?: { readonly partition: number; readonly offset: number };
  readonly commandOffset?: number;
  readonly actor?: string;
  /** Hash chain of the alert's events. */
  readonly previousHash: string;
  readonly hash: string;
}

/** What a person finds of an alert, as the reason of its dismissal; any other text is no verdict. */
export const VERDICTS = { confirmed: 'right', known: 'right', artefact: 'wrong', 'not-present': 'wrong' } as const;
export type Verdict = (typeof VERDICTS)[keyof typeof VERDICTS];

/** Undefined: nobody gave one. */
export function verdictOf({ state, cause }: Pick<AlertEvent, 'state' | 'cause'>): Verdict | undefined {
  return state === 'dismissed' && Object.hasOwn(VERDICTS, cause) ? VERDICTS[cause as keyof typeof VERDICTS] : undefined;
}

/** A finding as one model reports it at one threshold: what verdicts are of. */
export interface OperatingPoint {
  readonly finding: string;
  /** Empty: a rule. */
  readonly modelHash: string;
  readonly threshold: number;
}

/** Too many of its alerts were wrong: in shadow from here on, until its model or its threshold is another. */
export interface Demotion {
  readonly kind: 'demote';
  readonly point: OperatingPoint;
  readonly actor: string;
  readonly atMs: number;
  /** The verdicts it rests on. */
  readonly reason: string;
}

export interface AlertCommand {
  readonly alertId: string;
  readonly kind: 'acknowledge' | 'dismiss';
  readonly actor: string;
  readonly atMs: number;
  readonly reason: string;
}
