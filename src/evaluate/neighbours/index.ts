/** How alike are the recordings that are found, and is what is no ECG refused? Pure. */
export { type Distractor, distracted, DISTRACTORS } from './distractors.js';
export { type AgreementFigures, agreementFigures, floorAt, jaccard, type RecordNeighbours, statedIn } from './figures.js';
