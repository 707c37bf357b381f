import type { FindingKind, Outcome, TriggerKind } from '../../ecg/index.js';
import type { Baseline } from '../baseline.js';
import type { BeatRun } from '../rhythm.js';

/** A finding by measurement: it needs no encoder, so a dead GPU does not blind the ward. */
export interface Rule {
  readonly id: `rule-${string}`;
  readonly kind: FindingKind;
  /** Does it hold in this segment of a patient whose usual values are these? Undefined: it cannot be told. Only asked of segments that are not unusable. */
  readonly holds: (outcome: Outcome, own: Baseline | undefined) => boolean | undefined;
}

/** A finding by beats in a row, whatever the borders of segments: decided at once. */
export interface BeatRule {
  readonly id: `rule-${string}`;
  readonly kind: 'episodic';
  /** It rests on the kinds of beats: where they are not to be trusted it says nothing. */
  readonly isOnKinds?: true;
  /** Recorded and counted only, unless a site opens it. */
  readonly isInShadow?: true;
  /** What it is rests for so long after its end; 0 by default. */
  readonly cooldownS?: number;
  /** Where it begins and ends, if it holds in the last segment of the run. */
  readonly finds: (run: BeatRun) => Found | undefined;
  /** Does it nearly hold? Then nothing changes: a rate that hovers around its limit is one alert, not one a minute. */
  readonly nearly?: (run: BeatRun) => boolean;
}

/** A stretch of the rhythm that a rule is about. */
export interface Found {
  readonly what: TriggerKind;
  /** Seconds of the epoch. */
  readonly fromS: number;
  readonly toS: number;
  readonly beats: number;
  readonly perMinute?: number;
}

/**
 * A rate may be off by so much before a limit says no: half of what a monitor's own rate may be off (ANSI/AAMI EC13: 10%). One interval that is
 * a little shorter is no reason to be silent on a heart that is slow.
 */
export const TOLERANCE = 0.05;

/** An alert ends only where the rate is off its limit by twice as much. */
export const HYSTERESIS = 2 * TOLERANCE;

/** The longest that so many beats take at this rate or faster, and the shortest at this rate or slower (s). */
export const longestS = (beats: number, perMinute: number, tolerance = TOLERANCE): number => ((beats - 1) * 60) / (perMinute * (1 - tolerance));
export const shortestS = (beats: number, perMinute: number, tolerance = TOLERANCE): number => ((beats - 1) * 60) / (perMinute * (1 + tolerance));

/** Beats a minute over so many in this time. */
export const rateOf = (beats: number, spanS: number): number => ((beats - 1) * 60) / spanS;
