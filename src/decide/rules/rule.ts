import type { FindingKind, Outcome } from '../../ecg/index.js';

/** A finding by measurement: it needs no encoder, so a dead GPU does not blind the ward. */
export interface Rule {
  readonly id: `rule-${string}`;
  readonly kind: FindingKind;
  /** Does it hold in this segment? Undefined: it cannot be told. Only asked of segments that are not unusable. */
  readonly holds: (outcome: Outcome) => boolean | undefined;
}
