/** Guideline criteria and normal ranges as data, each with its citation. */
export { AXES, AXIS_CITATION, type AxisClass, axisClassOf } from './axis.js';
export { type Criterion, isChild, judged, type Seen } from './criterion.js';
export { type Place, placeOf, type Range, RANGES, RR_RANGE } from './ranges.js';
export { RULES } from './rules.js';
export { SOURCES } from './sources.js';
export { CONTIGUOUS, DEPRESSION_MV } from './st.js';
export { CRITERIA } from './table.js';
