import { log } from '../adapters/kafka/index.js';
export const line = log;
