/** How good are the alerts? What a ward would have got, how much of it was false, what was missed and how late the rest came. Pure. */
export * from './stay.js';
export * from './figures.js';
export * from './challenge.js';
export * from './intervals.js';
export * from './thresholds.js';
export * from './people.js';
