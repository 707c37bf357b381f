/** How good is a drafted report? Statements against labels, numbers against measurements, its line against the report that was written. Pure. */
export * from './findings.js';
export * from './text.js';
