import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '../../ports/index.js';

const LOOK_EVERY_MS = 2000;

/** PEM files. */
export interface PemFiles {
  readonly cert: string;
  readonly key: string;
  /** Who signs our clients' certificates; given, nobody comes in without one. */
  readonly clientCa?: string;
}

interface Pem {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
}

/** What TLS servers stand on; it renews itself when the files change. */
export interface Secured {
  /** For `createServer` of node:https. */
  readonly options: Pem & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean };
  /** Called with the files' new content. */
  onRenewed(take: (pem: Pem) => void): void;
  readonly grpc: ServerCredentials;
  close(): void;
}

/** Reads the files; throws where they do not fit. Later changes are taken up within seconds, and `onBroken` is told of such that cannot be. */
export async function secured(files: PemFiles, clock: Clock, onBroken: (error: unknown) => void): Promise<Secured> {
  let pem = await readPem(files);
  let seenMs = await changedMs(files);
  const takers = new Set<(pem: Pem) => void>();
  let cancel = () => {};
  let isOver = false;
  const look = async (): Promise<void> => {
    try {
      const nowMs = await changedMs(files);
      if (nowMs !== seenMs) {
        seenMs = nowMs;
        pem = await readPem(files);
        for (const take of takers) take(pem);
      }
    } catch (error) {
      // What was read last holds; certificate and key may just be between two writes.
      onBroken(error);
    }
    if (!isOver) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  cancel = clock.after(LOOK_EVERY_MS, () => void look());
  const onRenewed = (take: (pem: Pem) => void) => void takers.add(take);
  const isMutual = files.clientCa !== undefined;
  return {
    options: { ...pem, requestCert: isMutual, rejectUnauthorized: isMutual },
    onRenewed,
    grpc: grpcCredentials(() => pem, onRenewed, isMutual),
    close() {
      isOver = true;
      cancel();
    },
  };
}

function grpcCredentials(current: () => Pem, onRenewed: Secured['onRenewed'], isMutual: boolean): ServerCredentials {
  const identities = new Set<experimental.IdentityCertificateUpdateListener>();
  const authorities = new Set<experimental.CaCertificateUpdateListener>();
  const identity = ({ cert, key }: Pem) => ({ certificate: cert, privateKey: key });
  const authority = ({ ca }: Pem) => (ca === undefined ? null : { caCertificate: ca });
  onRenewed((pem) => {
    for (const listener of authorities) listener(authority(pem));
    for (const listener of identities) listener(identity(pem));
  });
  // A listener hears only after the call in which it was added: before that its server does not listen to it.
  const provider: experimental.CertificateProvider = {
    addCaCertificateListener(listener) {
      authorities.add(listener);
      queueMicrotask(() => listener(authority(current())));
    },
    removeCaCertificateListener: (listener) => void authorities.delete(listener),
    addIdentityCertificateListener(listener) {
      identities.add(listener);
      queueMicrotask(() => listener(identity(current())));
    },
    removeIdentityCertificateListener: (listener) => void identities.delete(listener),
  };
  // The first is who we are, the second whom we trust, whatever the types call them.
  return experimental.createCertificateProviderServerCredentials(provider, isMutual ? provider : null, isMutual);
}

async function readPem({ cert, key, clientCa }: PemFiles): Promise<Pem> {
  const [certPem, keyPem, ca] = await Promise.all([readFile(cert), readFile(key), clientCa === undefined ? undefined : readFile(clientCa)]);
  const pem: Pem = { cert: certPem, key: keyPem, ...(ca === undefined ? {} : { ca }) };
  try {
    createSecureContext(pem);
  } catch (error) {
    throw new Error(`TLS: ${cert} and ${key}${clientCa === undefined ? '' : `, or ${clientCa},`} do not fit: they must be PEM, and the key that of the certificate`, { cause: error });
  }
  return pem;
}

async function changedMs({ cert, key, clientCa }: PemFiles): Promise<string> {
  const files = [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
  return (await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))).join();
}
