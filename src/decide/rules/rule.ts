import type { FindingKind, Outcome } from '../../ecg/index.js';
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
  /** Where it begins, in seconds of the epoch, if it holds in the last segment of the run. */
  readonly begins: (run: BeatRun) => number | undefined;
}
