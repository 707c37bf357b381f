import { read } from '../grade/index.js';
export const spy = read;
