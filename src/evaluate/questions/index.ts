/** How good are answers? Exact sets against what is right, beside a majority and measurement alone. Pure. */
export * from './figures.js';
