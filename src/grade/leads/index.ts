/** Are the leads what they say? Sums that must be zero, electrodes exchanged. */
export { isContradicted } from './einthoven.js';
export { meanBeat, type MeanBeat } from './mean-beat.js';
export { type Exchange, exchanged, EXCHANGES, limbLeadsOf, type LimbLeads, type LimbSwap } from './swap.js';
