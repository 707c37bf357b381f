import type { SecureContextOptions, TLSSocket } from 'node:tls';

/** What a TLS server is made with; renewed while it runs. */
export interface Tls {
  readonly options: SecureContextOptions & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean };
  /** Called with new certificates and keys. */
  onRenewed(take: (pem: SecureContextOptions) => void): void;
  /** Ends a connection when its client certificate does not hold any more. */
  hold(socket: TLSSocket): void;
}
