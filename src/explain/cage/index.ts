/** The cage: a text that somebody else phrased is taken only where it says what its draft says. Tables and a reader of sentences, pure. */
export { CAGE_REASONS, type CageReason, type Drafted, refusalOf } from './judge.js';
