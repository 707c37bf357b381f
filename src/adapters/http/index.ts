/** A small HTTP server: a table of paths. Health, metrics, server-sent events and the page stand on it. Beside it gRPC, with the same bounds on clients. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Tls } from './tls.js';
import { type ConnectionLimits, type ConnectionWatch, limitConnections } from './connections.js';
import { PortError } from './port-error.js';

export { connectionWatch } from './connection-watch.js';
export { type ConnectionLimits, type ConnectionWatch, networkOf } from './connections.js';
export { type Arrival, closeSoon, cutOff, type GrpcListener, type GrpcLimits, METADATA_MAX_BYTES, serveGrpc } from './grpc.js';
export { PortError } from './port-error.js';
export type { Tls } from './tls.js';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
/** By path for GET, by method and path (`POST /session`) for the others. `/bed/*` is any path one level beneath `/bed`. */
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
  readonly tls?: Tls;
  readonly limits?: Partial<HttpLimits>;
  readonly watch?: ConnectionWatch;
}

/** Against floods and slow clients. */
export interface HttpLimits extends ConnectionLimits {
  /** For a handshake, and for all headers of a request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Without a byte in either direction: an answer may take as long as its client goes on taking it. */
  readonly stillMs: number;
}

/** A body that is larger than it may be. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  constructor(maxBytes: number) {
    super(`the body is larger than ${maxBytes} bytes`);
  }
}

/** Of every answer: its type is not guessed, and pages of other origins cannot load it, not even as a script or an image. */
const SAFE = Object.entries({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
/** Where TLS ends here: for a year a browser calls this host over TLS only. */
const OVER_TLS = [...SAFE, ['strict-transport-security', 'max-age=31536000'] as const];
const LIMITS: HttpLimits = { connections: 12_000, connectionsOfAddress: 1000, headersMs: 10_000, requestMs: 20_000, stillMs: 60_000 };
/** Of a port for health and metrics: few ask, and none of them for long. */
export const HEALTH_LIMITS: HttpLimits = { connections: 64, connectionsOfAddress: 16, headersMs: 5000, requestMs: 5000, stillMs: 10_000 };
const HEADERS_MAX_BYTES = 16_384;
/** How often the two times are looked at. */
const LOOK_EVERY_MS = 2000;
/** A dead browser's line is closed after this and the system's own probes. */
const KEEPALIVE_MS = 10_000;

/** Listens; a path that is not in the table is 404, a method that it does not have 405, a handler that fails is 500 without its error text. */
export function serveHttp({ host, port, routes, tls, limits, watch }: HttpOptions): Promise<HttpServer> {
  const safe = new Map(tls === undefined ? SAFE : OVER_TLS);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeaders(safe);
    const path = (request.url ?? '/').split('?', 1)[0];
    const name = request.method === 'GET' ? path : `${request.method} ${path}`;
    const handler = own(routes, name) ?? own(routes, name.replace(/\/[^/]+$/, '/*'));
    if (handler === undefined) return notThere(routes, path, response);
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => (error instanceof BodyError ? reply(response, 413, 'text/plain', `${error.message}\n`) : reply(response, 500, 'text/plain', 'failed\n')));
  };
  const bounds = { ...LIMITS, ...limits };
  const { headersMs, requestMs, stillMs } = bounds;
  const held: ServerOptions = { maxHeaderSize: HEADERS_MAX_BYTES, headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: LOOK_EVERY_MS };
  const server = tls === undefined ? createServer(held, answer) : createSecureServer({ ...held, ...tls.options, handshakeTimeout: headersMs }, answer);
  server.setTimeout(stillMs);
  if ('setSecureContext' in server) tls?.onRenewed((pem) => server.setSecureContext({ ...tls.options, ...pem }));
  if (tls !== undefined) server.on('secureConnection', (socket: TLSSocket) => tls.hold(socket));
  limitConnections(server, bounds, watch);
  // Those still in a handshake too, which the server does not count as its own.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.setKeepAlive(true, KEEPALIVE_MS));
    socket.once('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new PortError(host, port, error.code ?? 'unknown')));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close: () => closed(server, sockets) });
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

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

export function reply(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
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
