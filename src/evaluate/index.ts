/** Figures: what the rooms said of labelled recordings, against the labels. Pure; the commands in `cli` read and print. */
export { type AlarmFigure, alarmFigures, BEAT_ALARMS, type BeatAlarm, isBorneOut } from './alarms.js';
export * from './alerts/index.js';
export * from './drift/index.js';
export * from './encoder/index.js';
export * from './neighbours/index.js';
export * from './questions/index.js';
export * from './report/index.js';
export * from './representation/index.js';
export { compareBeats } from './beats.js';
export { compareWaves, globalWaves, type MarkedWave, type WaveComparison } from './boundaries.js';
export { boundaryFigures, type BoundaryFigure, type Detection, detection, waveFigures, type WaveFigure } from './figures.js';
export { compareKinds, FIBRILLATION_OR_FLUTTER, type KindBeat, type KindComparison, kindFigures, type KindFigures, markedKinds, RUN_LENGTHS, TABLE, ventricular } from './kinds.js';
export { markedBeats, markedWaves } from './marks.js';
export { type BesideEarlier, type GradedRecord, type GradedSegment, type QualityFigures, qualityFigures, qualityPrediction } from './quality.js';
export { compareEpisodes, type Episode, type EpisodeComparison, type EpisodeFigures, episodeFigures, markedEpisodes } from './rhythms.js';
