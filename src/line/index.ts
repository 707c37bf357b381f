/** The pipelines that join the rooms: one operator a file. Nothing else imports RxJS. */
export { type AgainDeps, type KeptSegment, outcomeAgain, stripOf } from './again.js';
export { AssociationTable } from './association.js';
export { type BatchResult, Batches, type Ticket } from './batches.js';
export { clockScheduler } from './clock-scheduler.js';
export { Credits, type Load } from './credits.js';
export { decide } from './decide/pipeline.js';
export { type DecideDeps, FAILPOINTS, type Failpoint, type ScoreDeps } from './deps.js';
export { type EncodeOptions, Encoders, type Model, Scorer, type Scoring } from './encoders.js';
export { factsOf, factsOfLogged } from './facts.js';
export { focusOf, rangesOf } from './focus.js';
export { engineGauges, type EngineGauges, forget } from './gauges.js';
export { lineMeters, type LineMeters } from './meters.js';
export { comparable, type Comparing, nearestOf } from './neighbours.js';
export { unscoredOutcome } from './outcome.js';
export { Rephrasing } from './rephrase.js';
export { score } from './score/pipeline.js';
export { PartitionsChangedError } from './score/state-store.js';
export { Turns } from './turns.js';
