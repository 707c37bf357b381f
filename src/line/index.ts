/** The pipeline that joins the rooms: one file a seam. Nothing else imports RxJS. */
export { type AgainDeps, type KeptSegment, outcomeAgain, stripOf } from './again.js';
export { AssociationTable } from './association.js';
export { runOf } from './bridge.js';
export { Credits, type Load } from './credits.js';
export { DecidePartition } from './decide.js';
export { CRASH_POINTS, type CrashPoint, type DecideDeps, type ScoreDeps } from './deps.js';
export { type EncodeOptions, EncodeSeam, type Scoring } from './encode.js';
export { Encoders, type Model } from './encoders.js';
export { focusOf, rangesOf } from './focus.js';
export { engineGauges, type EngineGauges } from './gauges.js';
export { lineMeters, type LineMeters } from './meters.js';
export { ScorePartition } from './score.js';
