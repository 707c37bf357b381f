import { constants, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { type Metadata, Server, ServerCredentials, type ServerInterceptingCallInterface, ServerInterceptingCall, type ServerInterceptor, type ServerOptions, status } from '@grpc/grpc-js';
import type { Clock } from '../../ports/index.js';
import { type ConnectionLimits, type ConnectionWatch, limitConnections } from './connections.js';
import { PortError } from './port-error.js';
import type { Tls } from './tls.js';

type Status = Parameters<ServerInterceptingCallInterface['sendStatus']>[0];
type Method = Parameters<ServerInterceptor>[0];

/** Against floods and slow clients. */
export interface GrpcLimits extends ConnectionLimits {
  /** Calls open at once on one connection. */
  readonly streams: number;
  /** Until a connection makes its first call; undefined: it may wait. */
  readonly firstCallMs?: number;
  /** Without a call, after the first. */
  readonly idleMs?: number;
  /** For all that a client sends in a call; undefined: it sends for as long as it likes. */
  readonly requestMs?: number;
}

/** For a handshake. */
const HANDSHAKE_MS = 10_000;
export const METADATA_MAX_BYTES = 16_384;
/** What HTTP counts for each header beside its text. */
const HEADER_BYTES = 32;
/** A call that has ended is closed after this, whether or not its client has taken the end. */
const REFUSED_LINGER_MS = 2000;
const LINGER_MS = 30_000;
/** A peer that has died without a word is found within the sum of these. */
const KEEPALIVE = { timeMs: 10_000, timeoutMs: 5000 };
/** MiB that one connection may hold in memory; beyond it, further calls on it are refused. */
const SESSION_MAX_MB = 16;

/** A call as it arrives: before its message. */
export interface Arrival {
  /** `/ecg.v1.AlertService/List` */
  readonly path: string;
  readonly metadata: Metadata;
  /** Host and port. */
  readonly peer: string;
  readonly auth: ReturnType<ServerInterceptingCallInterface['getAuthContext']>;
}

export interface GrpcOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls?: Tls;
  readonly limits: GrpcLimits;
  readonly clock: Clock;
  readonly options?: ServerOptions;
  readonly watch?: ConnectionWatch;
  /** Resolves with why the call is refused, before its message is read; undefined: it is not. */
  readonly admit?: (arrival: Arrival) => Promise<Status | undefined>;
}

export interface GrpcListener {
  readonly port: number;
  /** Takes no more connections, and resolves when the calls under way have ended. */
  drain(): Promise<void>;
  /** Breaks everything off. */
  close(): void;
}

/** Serves what `offer` adds to the server. Rejects with PortError. */
export function serveGrpc(offer: (server: Server) => void, given: GrpcOptions): Promise<GrpcListener> {
  const { host, port, tls, limits, clock, options, watch } = given;
  /** By peer: ends the wait for its first call. */
  const silent = new Map<string, () => void>();
  const server = new Server({
    'grpc.keepalive_time_ms': KEEPALIVE.timeMs,
    'grpc.keepalive_timeout_ms': KEEPALIVE.timeoutMs,
    'grpc.max_concurrent_streams': limits.streams,
    'grpc-node.max_session_memory': SESSION_MAX_MB,
    ...(limits.idleMs === undefined ? {} : { 'grpc.max_connection_idle_ms': limits.idleMs }),
    ...options,
    interceptors: [
      (method, call) => {
        silent.get(call.getPeer())?.();
        return bounded(method, call, given);
      },
    ],
  });
  offer(server);
  // The handshake is ours, since grpc-js shows nobody its connections: one that is to end could not be found.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  /** By peer: ends the wait for the end of its handshake. */
  const handshakes = new Map<string, () => void>();
  const listener = tls === undefined ? createServer({ noDelay: true }) : createSecureServer({ ...tls.options, ALPNProtocols: ['h2'], noDelay: true });
  if ('setSecureContext' in listener) {
    tls?.onRenewed((pem) => listener.setSecureContext({ ...tls.options, ...pem }));
    listener.on('tlsClientError', (_error, socket) => socket.destroy());
    listener.on('secureConnection', (socket) => {
      handshakes.get(peerOf(socket))?.();
      tls?.hold(socket);
      take(socket);
    });
  }
  const take = (socket: Socket): void => {
    waitFor(silent, socket, limits.firstCallMs);
    // The library listens later; a reset before that is no error of ours.
    socket.on('error', () => {});
    injector.injectConnection(socket);
  };
  /** Until it is heard of, or has waited for too long. */
  const waitFor = (waits: Map<string, () => void>, socket: Socket, ms: number | undefined): void => {
    const peer = peerOf(socket);
    const cancel = ms === undefined ? () => {} : clock.after(ms, () => socket.destroy());
    const heard = (): void => {
      cancel();
      if (waits.get(peer) === heard) waits.delete(peer);
    };
    waits.set(peer, heard);
    socket.once('close', heard);
  };
  limitConnections(listener, limits, watch);
  listener.on('connection', (socket: Socket) => {
    // It was refused.
    if (socket.destroyed) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (tls === undefined) take(socket);
    else waitFor(handshakes, socket, HANDSHAKE_MS);
  });
  return new Promise((resolve, reject) => {
    listener.once('error', (error: NodeJS.ErrnoException) => reject(new PortError(host, port, error.code ?? 'unknown')));
    listener.listen(port, host, () => {
      const address = listener.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        drain: () => {
          listener.close();
          return new Promise((drained) => server.tryShutdown(() => drained()));
        },
        close: () => {
          listener.close();
          server.forceShutdown();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

const peerOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;

/** One call: its metadata small, its sender admitted before its message is read, its message whole in time, and its end an end. */
function bounded({ path, responseStream }: Method, call: ServerInterceptingCallInterface, { clock, limits: { requestMs }, admit }: GrpcOptions): ServerInterceptingCall {
  const stream = streamOf(call);
  const refuse = (why: Status): void => {
    call.sendStatus(why);
    closeAfter(stream, clock, REFUSED_LINGER_MS);
  };
  const isWhole = requestMs === undefined ? () => {} : clock.after(requestMs, () => refuse({ code: status.DEADLINE_EXCEEDED, details: `the request was not whole within ${requestMs / 1000} s` }));
  stream.once('close', isWhole);
  return new ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMetadata(metadata, pass) {
          streams.set(metadata, stream);
          if (bytesOf(metadata) > METADATA_MAX_BYTES) return refuse({ code: status.RESOURCE_EXHAUSTED, details: `metadata is larger than ${METADATA_MAX_BYTES} bytes` });
          if (admit === undefined) return pass(metadata);
          void admit({ path, metadata, peer: call.getPeer(), auth: call.getAuthContext() }).then((why) => (why === undefined ? pass(metadata) : refuse(why)));
        },
        onReceiveHalfClose(pass) {
          isWhole();
          pass();
        },
        // Also where the library ends the call: a deadline that is over, a message that is too large or cannot be read.
        onCancel() {
          isWhole();
          closeAfter(stream, clock, REFUSED_LINGER_MS);
        },
      });
    },
    sendMessage(message, pass) {
      pass(message);
      // The status of a single answer comes after the answer was taken, which may be never.
      if (!responseStream) closeAfter(stream, clock, LINGER_MS);
    },
    sendStatus(end, pass) {
      isWhole();
      pass(end);
      closeAfter(stream, clock, end.code === status.OK ? LINGER_MS : REFUSED_LINGER_MS);
    },
  });
}

function bytesOf(metadata: Metadata): number {
  return Object.entries(metadata.toHttp2Headers()).reduce((bytes, [name, value]) => bytes + [value].flat().reduce<number>((sum, one) => sum + name.length + String(one).length + HEADER_BYTES, 0), 0);
}

/** A status waits for a window that its client leaves shut, and a stream for an end that its client never sends. */
function closeAfter(stream: ServerHttp2Stream, clock: Clock, ms: number): void {
  if (stream.closed) return;
  const cancel = clock.after(ms, () => stream.close(CANCEL));
  stream.once('close', cancel);
}

const { NGHTTP2_CANCEL: CANCEL, NGHTTP2_ENHANCE_YOUR_CALM: TOO_MUCH } = constants;
const streams = new WeakMap<Metadata, ServerHttp2Stream>();

/** Ends a call whose client takes nothing, not even a status: at its side it is RESOURCE_EXHAUSTED. */
export function cutOff({ metadata }: { readonly metadata: Metadata }): void {
  streams.get(metadata)?.close(TOO_MUCH);
}

/** Ends a call that was given its status: its client may take that within two seconds, and what was not taken by then is gone. */
export function closeSoon({ metadata }: { readonly metadata: Metadata }, clock: Clock): void {
  const stream = streams.get(metadata);
  if (stream !== undefined) closeAfter(stream, clock, REFUSED_LINGER_MS);
}

/** The innermost call has it; the library's types leave it out, and nothing else of the library ends a stream. */
function streamOf(call: ServerInterceptingCallInterface): ServerHttp2Stream {
  const { stream } = call as unknown as { readonly stream?: ServerHttp2Stream };
  if (stream === undefined) throw new Error('this version of @grpc/grpc-js keeps the stream of a call elsewhere: see streamOf');
  return stream;
}
