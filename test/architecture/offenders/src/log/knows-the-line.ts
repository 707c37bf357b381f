import { line } from '../line/knows-an-adapter.js';
export const step = line;
