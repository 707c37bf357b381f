import { createServer } from 'node:http';

export const own = createServer(() => {});
