/** Figures: what the rooms said of labelled recordings, against the labels. Pure; the commands in `cli` read and print. */
export { auroc } from './auroc.js';
export { type GradedRecord, type GradedSegment, type QualityFigures, qualityFigures, qualityPrediction } from './quality.js';
