import { command } from '../cli/index.js';
export const up = command;
