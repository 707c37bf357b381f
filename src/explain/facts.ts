import type { Outcome } from '../ecg/index.js';
import type { ByRule, Scored } from './because.js';

/** A score at its threshold that a measurement of the same segment rules out, and the definition that does. */
export interface RuledOut {
  readonly term: string;
  readonly source: string;
}

/** All that a report may speak of: one segment, what models and rules say of it, and nothing else. */
export interface Facts {
  readonly outcome: Outcome;
  /** Of terms, whatever their value. */
  readonly scores: readonly Scored[];
  /** Of rules that could be asked. */
  readonly rules: readonly ByRule[];
  readonly ruledOut: readonly RuledOut[];
  /** It was scored by another model than the one whose thresholds are known: its scores are not judged. */
  readonly isOfOtherModel?: boolean;
  /** The device's own band leaves ST as it is. */
  readonly carriesSt: boolean;
}
