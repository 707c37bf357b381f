import { createSecureContext } from 'node:tls';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import type { Clock } from '../../ports/index.js';
import { authoritiesIn } from './tls.js';
import { type OnBroken, watchedFiles } from './watched-files.js';

/** PEM files of a client. */
export interface ClientPemFiles {
  /** Who signed the servers' certificates; undefined: who signs for this system. */
  readonly ca?: string;
  /** Our own, where servers ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** What a gRPC client calls with; it renews itself when the files change. */
export interface ClientTls {
  current(): ChannelCredentials;
  /** Called when there is another: channels of the old one are to be closed. */
  onRenewed(take: () => void): void;
  close(): void;
}

/** Reads the files; throws where they do not fit. Later changes are taken up within seconds. */
export function clientTls({ ca, cert, key }: ClientPemFiles, clock: Clock, onBroken: OnBroken): Promise<ClientTls> {
  const paths = [ca, cert, key].flatMap((path) => path ?? []);
  const content = (read: readonly Buffer[]): ChannelCredentials => {
    const of = (path: string | undefined) => (path === undefined ? undefined : read[paths.indexOf(path)]);
    const own = { cert: of(cert), key: of(key) };
    try {
      createSecureContext(own);
    } catch (error) {
      throw new Error(`TLS: ${cert} and ${key} do not fit: they must be PEM, and the key that of the certificate`, { cause: error });
    }
    const list = of(ca);
    if (list !== undefined && authoritiesIn(list) === undefined) throw new Error(`TLS: ${ca} holds no certificates of those who sign for servers: it must be PEM`);
    return credentials.createSsl(list ?? null, own.key ?? null, own.cert ?? null);
  };
  return watchedFiles(paths, content, clock, onBroken);
}
