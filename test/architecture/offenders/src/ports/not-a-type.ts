import { line } from '../line/knows-an-adapter.js';
export type Port = typeof line;
