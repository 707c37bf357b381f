import { read } from '../grade/reads-a-file.js';
export const window = read;
