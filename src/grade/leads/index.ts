/** Are the leads what they say? Sums that must be zero, one signal under several names, electrodes exchanged. */
export { copiedLeads } from './copied.js';
export { contradictingLeads } from './einthoven.js';
export { meanBeat, type MeanBeat } from './mean-beat.js';
export { earlierBeat, type OwnBeat, ownBeat } from './own.js';
export { type Exchange, exchanged, EXCHANGES, limbLeadsOf, type LimbLeads, type LimbSwap } from './swap.js';
