import { BlockList, createServer as createTcpServer, isIPv6, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { Clock } from '../../ports/index.js';
import { FrameReader, frameOf } from './frames.js';

export interface MllpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls?: ServerTls;
  /** Addresses and networks (CIDR) from which connections are taken; empty: any. */
  readonly allow: readonly string[];
  readonly clock: Clock;
  /** One message → what is answered; undefined: nothing. Called one at a time for a connection. Never rejects. */
  onMessage(message: Buffer): Promise<string | undefined>;
  /** A connection came or went, or was ended from here. */
  onConnections?(open: number): void;
  onDropped?(why: DropReason): void;
}

/** What a TLS server is made with; renewed while it runs. */
export interface ServerTls {
  readonly options: SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean };
  onRenewed(take: (pem: SecureContextOptions) => void): void;
  /** Ends a connection when its client certificate does not hold any more. */
  hold(socket: TLSSocket): void;
}

/** Why a connection is ended from here. Closed list: each is a metric label. */
export const DROP_REASONS = ['not-allowed', 'no-frame', 'no-room', 'tls'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface MllpServer {
  readonly port: number;
  /** Takes no more connections, waits for the messages at hand, and closes. */
  close(): Promise<void>;
}

/** An address that cannot be listened on, in one line. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  constructor(host: string, port: number, code: string) {
    super(`port ${port} on ${host} cannot be used (${code}): stop what listens there, or choose another`);
  }
}

/** One message: a minute of twelve leads is some megabytes. */
export const MESSAGE_MAX_BYTES = 4 * 2 ** 20;
/** Of all connections: messages that are not whole, and those not answered yet. Beyond it nothing more is read, and who sends on is put off. */
export const HELD_MAX_BYTES = 64 * 2 ** 20;
const CONNECTIONS_MAX = 4096;
const KEEP_ALIVE_MS = 30_000;
const HANDSHAKE_MAX_MS = 10_000;
/** For what is at hand when the server is to end. */
const CLOSE_MAX_MS = 8_000;

/** Listens for HL7 messages. Rejects with ListenError. */
export function serveMllp(options: MllpServerOptions): Promise<MllpServer> {
  const { host, port, tls, allow, clock } = options;
  const allowed = allowList(allow);
  const lines = new Set<Line>();
  const held = { bytes: 0 };
  const take = (socket: Socket): void => {
    if (socket.destroyed) return;
    const line = new Line(socket, held, options);
    lines.add(line);
    options.onConnections?.(lines.size);
    socket.on('close', () => {
      lines.delete(line);
      line.end();
      options.onConnections?.(lines.size);
      for (const other of lines) other.resume();
    });
  };
  const server: Server = tls === undefined ? createTcpServer() : createTlsServer({ ...tls.options, minVersion: 'TLSv1.2' });
  if ('setSecureContext' in server && typeof server.setSecureContext === 'function') {
    const renew = server.setSecureContext.bind(server) as (pem: SecureContextOptions) => void;
    tls?.onRenewed((pem) => renew({ ...tls.options, ...pem }));
  }
  const sockets = new Set<Socket>();
  /** By peer: ends the wait for the end of its handshake. */
  const handshakes = new Map<string, () => void>();
  server.on('tlsClientError', (_error, socket: TLSSocket) => {
    options.onDropped?.('tls');
    socket.destroy();
  });
  server.on('connection', (socket: Socket) => {
    if (!allowed(socket.remoteAddress)) {
      options.onDropped?.('not-allowed');
      return void socket.destroy();
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (tls === undefined) return take(socket);
    const peer = peerOf(socket);
    // Its end is a `tlsClientError`.
    const over = clock.after(HANDSHAKE_MAX_MS, () => socket.destroy());
    handshakes.set(peer, over);
    socket.once('close', () => {
      over();
      if (handshakes.get(peer) === over) handshakes.delete(peer);
    });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    handshakes.get(peerOf(socket))?.();
    tls?.hold(socket);
    take(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('drop', () => options.onDropped?.('no-room'));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(host, port, error.code ?? 'unknown')));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        async close() {
          const closed = new Promise<void>((done) => server.close(() => done()));
          const late = new Promise<void>((done) => void clock.after(CLOSE_MAX_MS, done));
          await Promise.race([Promise.all([...lines].map((line) => line.drain())), late]);
          for (const line of lines) line.destroy();
          // Those too that are in a handshake.
          for (const socket of sockets) socket.destroy();
          await closed;
        },
      });
    });
  });
}

const peerOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;

function allowList(allow: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const text of allow) {
    const [address, bits] = text.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => allow.length === 0 || (address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'));
}

/** One connection: its messages are answered in their order. */
class Line {
  private readonly reader = new FrameReader(MESSAGE_MAX_BYTES);
  private readonly waiting: Buffer[] = [];
  private working: Promise<void> | undefined;
  /** Bytes of the frame that is not whole yet. */
  private pending = 0;
  private isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly held: { bytes: number },
    private readonly options: MllpServerOptions,
  ) {
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => this.take(piece));
  }

  resume(): void {
    if (!this.isOver && this.waiting.length === 0 && this.held.bytes < HELD_MAX_BYTES) this.socket.resume();
  }

  /** Nothing more is read; resolves when what is whole has been answered. */
  async drain(): Promise<void> {
    this.socket.pause();
    this.isOver = true;
    await this.working;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** The connection is gone: what is not whole is nothing, what waits will be sent again. The message at hand is held until it is done. */
  end(): void {
    this.isOver = true;
    this.held.bytes -= this.pending + this.waiting.reduce((sum, { length }) => sum + length, 0);
    this.pending = 0;
    this.waiting.length = 0;
  }

  private take(piece: Buffer): void {
    const messages = this.reader.push(piece);
    if (messages === undefined) return this.drop('no-frame');
    const before = this.pending;
    this.pending = this.reader.pending;
    this.held.bytes += this.pending - before;
    for (const message of messages) {
      this.held.bytes += message.length;
      this.waiting.push(message);
    }
    // A half message cannot wait for others to end: they may wait for it.
    if (this.held.bytes > HELD_MAX_BYTES && this.pending > 0) return this.drop('no-room');
    if (this.waiting.length > 0) {
      this.socket.pause();
      this.working ??= this.work();
    }
  }

  private drop(why: DropReason): void {
    this.options.onDropped?.(why);
    this.socket.destroy();
  }

  private async work(): Promise<void> {
    for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
      const answer = await this.options.onMessage(message);
      this.held.bytes -= message.length;
      if (answer !== undefined && !this.socket.destroyed) this.socket.write(frameOf(answer));
    }
    this.working = undefined;
    this.resume();
  }
}
