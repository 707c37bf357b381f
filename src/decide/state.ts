import type { AlertEvent, Outcome } from '../ecg/index.js';
import type { MedianSketch } from './median.js';

/** What deciding remembers of one subject: an encounter, or a device whose encounter is unknown. Plain JSON. */
export interface SubjectState {
  readonly subject: string;
  readonly findings: Readonly<Record<string, FindingState>>;
  readonly clock?: SubjectClock;
}

/** How far a subject's own time has come: see `passed`. */
export interface SubjectClock {
  readonly timeMs: number;
  /** Of the last outcome. */
  readonly device: string;
  readonly epoch: number;
  readonly firstSample: number;
  readonly startMs: number;
}

/** The subject's time at an outcome. It counts samples, and never runs backwards: device clocks do (decision 5). */
export function passed(clock: SubjectClock | undefined, outcome: Outcome): SubjectClock {
  const { device, epoch, firstSample, startMs, rateHz } = outcome;
  let timeMs = startMs;
  if (clock !== undefined) {
    const same = clock.device === device && clock.epoch === epoch;
    const sinceMs = same ? ((firstSample - clock.firstSample) / rateHz) * 1000 : startMs - clock.startMs;
    timeMs = clock.timeMs + Math.max(0, sinceMs);
  }
  return { timeMs, device, epoch, firstSample, startMs };
}

export interface FindingState {
  /** Latest usable segments, newest last. */
  readonly recent: readonly Vote[];
  /** Last event of the alert that is active. */
  readonly active?: AlertEvent;
  /** On the subject's time. */
  readonly cooldownUntilMs?: number;
  readonly structural?: StructuralState;
}

export interface Vote {
  readonly segment: string;
  /** As the device claims: for people. */
  readonly startMs: number;
  /** On the subject's time. */
  readonly timeMs: number;
  /** Of a vote for it: where its samples lie in the signal. */
  readonly source?: Outcome['source'];
  /** 1: for, −1: against, 0: between the thresholds. */
  readonly vote: 1 | 0 | -1;
}

export interface StructuralState {
  readonly sketch: MedianSketch;
  readonly first: Omit<Vote, 'vote'>;
  /** On the subject's time. */
  readonly decidedMs?: number;
}

export const EMPTY_FINDING: FindingState = { recent: [] };
