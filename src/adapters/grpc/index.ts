/** gRPC servers on a port, in the clear or over TLS that they share with the other servers. */
import { createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

const HANDSHAKE_MAX_MS = 10_000;

export interface GrpcAddress {
  readonly host: string;
  readonly port: number;
  /** Undefined: in the clear. */
  readonly tls?: GrpcTls;
}

/** What a TLS server is made with; renewed while it runs. */
export interface GrpcTls {
  readonly options: SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean };
  /** Called with new certificates and keys. */
  onRenewed(take: (pem: SecureContextOptions) => void): void;
  /** Ends a connection when its client certificate does not hold any more. */
  hold(socket: TLSSocket): void;
}

/** A port that cannot be had, said in one line. */
export class GrpcListenError extends Error {
  override readonly name = 'GrpcListenError';
  constructor(host: string, port: number, cause: unknown) {
    super(`port ${port} on ${host} cannot be used: stop what listens there, or choose another`, { cause });
  }
}

export interface GrpcListener {
  readonly port: number;
  /** No connection comes any more; those that are there are the server's to end. */
  close(): void;
}

/** Rejects with GrpcListenError where the address cannot be used. */
export async function listenGrpc(server: Server, { host, port, tls }: GrpcAddress): Promise<GrpcListener> {
  try {
    return await (tls === undefined ? inTheClear(server, host, port) : overTls(server, host, port, tls));
  } catch (error) {
    throw new GrpcListenError(host, port, error);
  }
}

function inTheClear(server: Server, host: string, port: number): Promise<GrpcListener> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error === null ? resolve({ port: bound, close() {} }) : reject(error)));
  });
}

/** The handshake is ours, since grpc-js shows nobody its connections: one that is to end could not be found. */
function overTls(server: Server, host: string, port: number, tls: GrpcTls): Promise<GrpcListener> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({ ...tls.options, ALPNProtocols: ['h2'], handshakeTimeout: HANDSHAKE_MAX_MS }, (socket) => {
    injector.injectConnection(socket);
    tls.hold(socket);
  });
  tls.onRenewed((pem) => listener.setSecureContext({ ...tls.options, ...pem }));
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => {
      const address = listener.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port, close: () => void listener.close() });
    });
  });
}
