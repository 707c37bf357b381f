/** What the space of an encoder's embeddings is like: purity, alignment, uniformity, likeness of two, probes, what carries a label. Pure. */
export { alignment, linearCka, nearestPoints, type Point, type Purity, purityOf, squaredDistances, uniformity } from './geometry.js';
export { type Carriers, carriersOf, type Halves, halvesOf, linearShap, type ProbePoint, probesByLabels, probeWeights } from './probes.js';
export { carriersIn, type Embedded, type LabelCarriers, RECORDS_MAX, type SpaceFigures, spaceFigures } from './figures.js';
