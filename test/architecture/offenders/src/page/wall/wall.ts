import { reader } from '../reader/reader.js';

export const wall = reader;
