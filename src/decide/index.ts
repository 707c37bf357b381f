/** Outcomes and commands → alert events: a pure reducer, driven by one table with a hash. */
export { initial, step, type Decided, type Raised } from './step.js';
export { channelOf } from './channel.js';
export type { DecideInput } from './input.js';
export type { DecidingSegment, Suppressed } from './moment.js';
export { type FindingSettings, type Mode, MODES, POLICY_DEFAULTS, PolicyError, type Policy, type PolicyEntry, policyOf, type PolicySettings, type WatchClaim, withDemoted, withThresholdsMoved } from './policy.js';
export { eventHash } from './event.js';
export { decideAgain, type DecidedAgain, type VoteAgain } from './again.js';
export { chainFault, type ChainFault } from './chain.js';
export { notClaimable } from './claim.js';
export { findingNotWatched, groupNotWatched, type NotWatched } from './surveillance.js';
export type { BeatRun } from './rhythm.js';
export type { SubjectKind, SubjectState } from './state.js';
export { subjectKey } from './subject.js';
export { type NewBeats, type RhythmAfter, rhythmAfter, type RuleStretch } from './stretches.js';
export { RULES } from './rules/index.js';
export { carriesSt } from './rules/st.js';
export { type Contradiction, CONTRADICTIONS } from './story/contradicted.js';
