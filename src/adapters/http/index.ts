/** A small HTTP server: a table of paths. Health, metrics, server-sent events and the page stand on it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
export type Routes = Readonly<Record<string, Handler>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A port that cannot be had, said in one line. */
export class PortError extends Error {
  override readonly name = 'PortError';
  constructor(host: string, port: number, code: string) {
    super(`port ${port} on ${host} cannot be used (${code}): stop what listens there, or choose another with --port`);
  }
}

/** Listens; a path that is not in the table is 404, a handler that fails is 500 without its error text. */
export function serveHttp(options: { readonly host: string; readonly port: number; readonly routes: Routes }): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    const handler = options.routes[request.method === 'GET' ? path : `${request.method} ${path}`];
    if (handler === undefined) return reply(response, request.method === 'GET' ? 404 : 405, 'text/plain', 'not found\n');
    Promise.resolve()
      .then(() => handler(request, response))
      .catch(() => reply(response, 500, 'text/plain', 'failed\n'));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new PortError(options.host, options.port, error.code ?? 'unknown')));
    server.listen(options.port, options.host, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : options.port, close: () => closed(server) });
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function reply(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

/** The request's body as text. Rejects with BodyError beyond `maxBytes`. */
export async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) throw new BodyError(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes`);
  }
}
