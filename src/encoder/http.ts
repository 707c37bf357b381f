import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** `/metrics`, `/health` (the process runs) and `/ready` (it takes requests). Resolves with the port; rejects where it cannot listen. */
export function serveHttp(registry: Registry, ready: () => boolean, host: string, port: number): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const say = (code: number, type: string, text: string): void => void response.writeHead(code, { 'content-type': type }).end(text);
    switch (request.url?.split('?', 1)[0]) {
      case '/metrics':
        registry.metrics().then(
          (text) => say(200, registry.contentType, text),
          () => say(500, 'text/plain', 'metrics failed\n'),
        );
        return;
      case '/health':
        return say(200, 'application/json', '{"status":"ok"}\n');
      case '/ready':
        return say(ready() ? 200 : 503, 'application/json', `{"ready":${ready()}}\n`);
      default:
        return say(404, 'text/plain', 'not found\n');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}
