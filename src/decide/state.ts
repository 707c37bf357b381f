import type { AlertEvent } from '../ecg/index.js';
import type { MedianSketch } from './median.js';

/** What deciding remembers of one subject: an encounter, or a device whose encounter is unknown. Plain JSON. */
export interface SubjectState {
  readonly subject: string;
  readonly findings: Readonly<Record<string, FindingState>>;
}

export interface FindingState {
  /** Latest usable segments, newest last. */
  readonly recent: readonly Vote[];
  /** Last event of the alert that is active. */
  readonly active?: AlertEvent;
  readonly cooldownUntilMs?: number;
  readonly structural?: StructuralState;
}

export interface Vote {
  readonly segment: string;
  readonly startMs: number;
  /** 1: for, −1: against, 0: between the thresholds. */
  readonly vote: 1 | 0 | -1;
}

export interface StructuralState {
  readonly sketch: MedianSketch;
  readonly fromMs: number;
  readonly firstSegment: string;
  readonly decidedMs?: number;
}

export const EMPTY_FINDING: FindingState = { recent: [] };
