import type { Evidence } from '../ecg/index.js';

/** A number that the engine measured. */
export interface Measured {
  readonly kind: 'measurement';
  /** As in `Measurements`: `prMs`, `st`, `voltages.rMv` …; `beats.V` counts beats of a kind. */
  readonly id: string;
  readonly lead?: string;
  readonly value: number;
  readonly unit: string;
}

/** What a model says of a term at a threshold. */
export interface Scored {
  readonly kind: 'score';
  readonly id: string;
  readonly value: number;
  readonly threshold: number;
  /** What is known of the finding with this model. */
  readonly evidence: Evidence;
  /** Name and version. */
  readonly model: string;
}

/** A rule on measurements, as alerts have it. */
export interface ByRule {
  readonly kind: 'rule';
  readonly id: string;
  readonly holds: boolean;
}

/** A published criterion, with the limits that hold for the patient. */
export interface ByCriterion {
  readonly kind: 'criterion';
  readonly id: string;
  readonly citation: string;
  readonly limits: Readonly<Record<string, number>>;
}

/** Samples that everything else was read from. */
export interface OfSegment {
  readonly kind: 'segment';
  readonly id: string;
}

/** What was seen of the signal: its grade, a reason against it, of the whole or of one lead. */
export interface OfSignal {
  readonly kind: 'signal';
  readonly id: string;
  readonly lead?: string;
}

/** Why a sentence may be said. */
export type Because = Measured | Scored | ByRule | ByCriterion | OfSegment | OfSignal;

export const measured = (id: string, value: number, unit: string, lead?: string): Measured => ({ kind: 'measurement', id, ...(lead !== undefined && { lead }), value, unit });
