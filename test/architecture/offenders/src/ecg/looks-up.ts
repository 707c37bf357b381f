import { spy } from '../condition/index.js';
export type Above = typeof spy;
