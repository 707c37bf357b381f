/** Labelled recordings that a segment is most like: a reference set, exact cosines, and a floor below which nothing follows from them. Pure. */
export { NEAREST, type Nearest, nearest, type Neighbour, similarities } from './nearest.js';
export { parseReference, type ReferenceAbout, type ReferenceRecord, referenceBytes, referenceOf, type ReferenceSet, rowBytes, ROWS_MAX } from './reference.js';
export { type Seen, seenOf, type Space, type SpaceKind, spaceOf, vectorIn } from './space.js';
