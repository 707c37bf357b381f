/** A small HTTP server: a table of paths. Health, metrics, server-sent events and the page stand on it. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Secured } from '../access/index.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
/** By path for GET, by method and path (`POST /session`) for the others. */
export type Routes = Readonly<Record<string, Handler>>;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly routes: Routes;
  /** Undefined: in the clear. */
  readonly tls?: Secured;
}

/** A port that cannot be had, said in one line. */
export class PortError extends Error {
  override readonly name = 'PortError';
  constructor(host: string, port: number, code: string) {
    super(`port ${port} on ${host} cannot be used (${code}): stop what listens there, or choose another with --port`);
  }
}

/** A body that is larger than it may be. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes`);
  }
}

/** Against floods and dawdlers: bytes of all headers, time for them, time for a whole request, connections. */
const LIMITS: ServerOptions = { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2000 };
const CONNECTIONS_MAX = 12_000;
/** A dead browser's line is closed after this and the system's own probes. */
const KEEPALIVE_MS = 10_000;

/** Listens; a path that is not in the table is 404, a method that it does not have 405, a handler that fails is 500 without its error text. */
export function serveHttp({ host, port, routes, tls }: HttpOptions): Promise<HttpServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '/').split('?', 1)[0];
    const handler = own(routes, request.method === 'GET' ? path : `${request.method} ${path}`);
    if (handler === undefined) return notThere(routes, path, response);
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => (error instanceof BodyError ? reply(response, 413, 'text/plain', `${error.message}\n`) : reply(response, 500, 'text/plain', 'failed\n')));
  };
  const server = tls === undefined ? createServer(LIMITS, answer) : createSecureServer({ ...LIMITS, ...tls.options }, answer);
  if ('setSecureContext' in server) tls?.onRenewed((pem) => server.setSecureContext({ ...tls.options, ...pem }));
  server.maxConnections = CONNECTIONS_MAX;
  server.on('connection', (socket) => socket.setKeepAlive(true, KEEPALIVE_MS));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new PortError(host, port, error.code ?? 'unknown')));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close: () => closed(server) });
    });
  });
}

function own(routes: Routes, name: string): Handler | undefined {
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
}

function notThere(routes: Routes, path: string, response: ServerResponse): void {
  const methods = Object.keys(routes).flatMap((name) => (name === path ? ['GET'] : name.endsWith(` ${path}`) ? [name.split(' ', 1)[0]] : []));
  if (methods.length > 0) response.setHeader('allow', methods.join(', '));
  reply(response, methods.length > 0 ? 405 : 404, 'text/plain', 'not found\n');
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
