/** Which segments make a batch, and tensors ⇄ requests and scores of the Open Inference Protocol. Pure. */
export * from './batcher.js';
export * from './protocol.js';
export * from './wire.js';
export * from './metadata.js';
export * from './triton.js';
