import { reader } from '../page/reader/reader.js';

export const loaded = reader;
