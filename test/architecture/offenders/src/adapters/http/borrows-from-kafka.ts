import { log } from '../kafka/index.js';
export const borrowed = log;
