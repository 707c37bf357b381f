import { own } from '../encoder/listens.js';

export const code = own;
