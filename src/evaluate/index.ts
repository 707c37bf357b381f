/** Figures against labelled recordings. Pure. */
export { compareBeats } from './beats.js';
export { compareWaves, globalWaves, type MarkedWave, type WaveComparison } from './boundaries.js';
export { boundaryFigures, type BoundaryFigure, type Detection, detection, waveFigures, type WaveFigure } from './figures.js';
export { markedBeats, markedWaves } from './marks.js';
export { delineateRecord } from './stretches.js';
