/** Bytes ⇄ chunk, outcome, event; and why a message was refused. Pure. */
export * from './reject.js';
export * from './chunk.js';
export { type Detail, DETAILS, type Dropped } from './blocks.js';
export * from './outcome.js';
export * from './alert.js';
export * from './sound-alert.js';
export * from './context.js';
export * from './checkpoint.js';
export type { BeatState } from './beat-state.js';
export * from './evidence.js';
export * from './target.js';
export * from './receivers.js';
export * from './session.js';
