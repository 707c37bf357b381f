/** What the engine asks of the world: interfaces only. */
export * from './log.js';
export * from './disk.js';
export * from './clock.js';
export * from './encoder.js';
export * from './meter.js';
export * from './language.js';
