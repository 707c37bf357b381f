/** What the engine must know of a model (`encoder.json`) and the findings it knows by name (the catalogue). Pure. */
export { ofLead, type PipelineStep, type StepOf } from './pipeline.js';
export * from './schema.js';
export * from './problem.js';
export * from './parse.js';
export * from './catalogue.js';
export * from './columns.js';
export * from './crops.js';
export { draftContract } from './draft.js';
export * from './probability.js';
export * from './statements.js';
export * from './ensemble.js';
export * from './text.js';
export * from './thresholds.js';
