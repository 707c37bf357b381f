import type { AlertEvent, Opaque, Outcome } from '../ecg/index.js';
import type { BaselineState } from './baseline.js';
import type { FirstHour } from './lasting.js';
import type { MedianSketch } from './median.js';
import type { BeatRun } from './rhythm.js';

/** What deciding remembers of one subject: an encounter, or a device whose encounter is unknown. Plain JSON. */
export interface SubjectState {
  /** Id of the encounter or the device. */
  readonly subject: string;
  /** Undefined: nothing but a command or a silence has come yet, or an older engine wrote it. */
  readonly kind?: SubjectKind;
  readonly findings: Readonly<Record<string, FindingState>>;
  readonly clock?: SubjectClock;
  /** Of each device that its beats can be counted of. */
  readonly rhythm?: readonly BeatRun[];
  readonly baseline?: BaselineState;
  /** What was watched in this patient at any time: groups of findings, each by its first. */
  readonly watched?: readonly string[];
  /** When alerts of low priority reached the bedside within a day, on the subject's time. */
  readonly lowTold?: readonly number[];
}

export type SubjectKind = 'encounter' | 'device';

/** How far a subject's own time has come: see `passed`. */
export interface SubjectClock {
  readonly timeMs: number;
  /** Of the last outcome: as the device claims. */
  readonly startMs: number;
  /** Where each device is, the latest last: a patient may be on two at once. */
  readonly devices: readonly DeviceClock[];
}

interface DeviceClock {
  readonly device: string;
  readonly epoch: Opaque;
  readonly firstSample: number;
  readonly startMs: number;
  readonly timeMs: number;
}

const DEVICES_MAX = 4;

/**
 * The subject's time at an outcome. Each device moves on by its own samples, and the one that is furthest sets the time; it
 * never runs backwards, as device clocks do (decision 5).
 */
export function passed(clock: SubjectClock | undefined, outcome: Outcome): SubjectClock {
  const { device, epoch, firstSample, startMs, rateHz } = outcome;
  const others = clock?.devices.filter((one) => one.device !== device) ?? [];
  const before = clock?.devices.find((one) => one.device === device);
  const own: DeviceClock = { device, epoch, firstSample, startMs, timeMs: timeOf() };
  return { timeMs: Math.max(clock?.timeMs ?? own.timeMs, own.timeMs), startMs, devices: [...others, own].slice(-DEVICES_MAX) };

  function timeOf(): number {
    if (clock === undefined) return startMs;
    if (before === undefined) return clock.timeMs + Math.max(0, startMs - clock.startMs);
    const sinceMs = before.epoch === epoch ? ((firstSample - before.firstSample) / rateHz) * 1000 : startMs - before.startMs;
    return before.timeMs + Math.max(0, sinceMs);
  }
}

export interface FindingState {
  /** Latest usable segments, newest last. */
  readonly recent: readonly Vote[];
  /** Last event of the alert that is active. */
  readonly active?: AlertEvent;
  /** On the subject's time. */
  readonly raisedMs?: number;
  /** What it reports has ended, and it waits to be acknowledged. */
  readonly isOver?: true;
  /** On the subject's time. */
  readonly cooldownUntilMs?: number;
  readonly structural?: StructuralState;
  /** Of a finding that lasts. */
  readonly firstHour?: FirstHour;
}

export interface Vote {
  readonly segment: string;
  /** As the device claims: for people. */
  readonly startMs: number;
  /** On the subject's time. */
  readonly timeMs: number;
  readonly probability: number;
  /** Of a vote for it, and of all where beats count across segments: where its samples are in the signal. */
  readonly source?: Outcome['source'];
  /** 1: for, −1: against, 0: between the thresholds. */
  readonly vote: 1 | 0 | -1;
}

export interface StructuralState {
  readonly sketch: MedianSketch;
  readonly first: Pick<Vote, 'segment' | 'startMs' | 'timeMs'>;
  /** On the subject's time. */
  readonly decidedMs?: number;
}

export const EMPTY_FINDING: FindingState = { recent: [] };
