/** Has what a model sees changed? Energy distance of a window of embeddings from a frozen reference, with a threshold by permutation. Pure. */
export { distancesOf, driftThreshold, energyDistance } from './energy.js';
export { type DriftFigures, driftFigures, type DriftRecord } from './power.js';
