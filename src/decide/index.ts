/** Outcomes and commands → alert events: a pure reducer, driven by one table with a hash. */
export { initial, step, type Decided, type DecideInput, type DecidingSegment, type Raised, type Suppressed } from './step.js';
export { POLICY_DEFAULTS, type Policy, policyOf, type PolicySettings, type WatchClaim, withThresholdsMoved } from './policy.js';
export { eventHash } from './event.js';
export { notClaimable } from './claim.js';
export type { SubjectState } from './state.js';
export { RULES } from './rules/index.js';
