import type { Registry } from 'prom-client';
import { reply, type Routes } from '../adapters/http/index.js';

/** `/metrics`, `/health` (the process runs) and `/ready` (it takes requests). */
export function observed(registry: Registry, ready: () => boolean): Routes {
  return {
    '/metrics': async (_request, response) => reply(response, 200, registry.contentType, await registry.metrics()),
    '/health': (_request, response) => reply(response, 200, 'application/json', '{"status":"ok"}\n'),
    '/ready': (_request, response) => reply(response, ready() ? 200 : 503, 'application/json', `{"ready":${ready()}}\n`),
  };
}
