/** The vocabulary: leads, chunks, segments, outcomes, alerts. Types and tiny constructors; imports nothing. */
export * from './leads.js';
export * from './lead-names.js';
export * from './limb.js';
export * from './voltage.js';
export * from './chunk.js';
export * from './segment.js';
export * from './wave.js';
export * from './outcome.js';
export * from './alert.js';
export * from './hash.js';
export * from './plausible.js';
export * from './printable.js';
export * from './rate.js';
export * from './text.js';
export * from './time.js';
export * from './trigger.js';
