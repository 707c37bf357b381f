import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '../../ports/index.js';
import { type OnBroken, watchedFiles } from './watched-files.js';

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
  /** For `createServer` of node:https; as of now. */
  readonly options: Pem & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean };
  /** Called with the files' new content. */
  onRenewed(take: (pem: Pem) => void): void;
  readonly grpc: ServerCredentials;
  close(): void;
}

/** Reads the files; throws where they do not fit. Later changes are taken up within seconds. */
export async function secured(files: PemFiles, clock: Clock, onBroken: OnBroken): Promise<Secured> {
  const { cert, key, clientCa } = files;
  const isMutual = clientCa !== undefined;
  const watched = await watchedFiles([cert, key, ...(isMutual ? [clientCa] : [])], (read) => pemOf(files, read), clock, onBroken);
  return {
    get options() {
      return { ...watched.current(), requestCert: isMutual, rejectUnauthorized: isMutual };
    },
    onRenewed: watched.onRenewed,
    grpc: grpcCredentials(watched.current, watched.onRenewed, isMutual),
    close: watched.close,
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

function pemOf(files: PemFiles, [cert, key, ca]: readonly Buffer[]): Pem {
  const pem: Pem = { cert, key, ...(ca === undefined ? {} : { ca }) };
  try {
    createSecureContext(pem);
  } catch (error) {
    throw new Error(`TLS: ${files.cert} and ${files.key} do not fit: they must be PEM, and the key that of the certificate`, { cause: error });
  }
  // A context takes a list without a single authority, and lets nobody in.
  if (ca !== undefined && !isListOfCertificates(ca)) throw new Error(`TLS: ${files.clientCa} holds no certificates of those who sign for clients: it must be PEM`);
  return pem;
}

function isListOfCertificates(pem: Buffer): boolean {
  const list = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return list.length > 0 && list.every((one) => isCertificate(one));
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
