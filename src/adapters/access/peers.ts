import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Clock } from '../../ports/index.js';

const LOOK_EVERY_MS = 1000;

/** Whom we trust now. */
export interface Trust {
  /** SHA-256 fingerprints of those who sign for clients. */
  readonly authorities: ReadonlySet<string>;
  /** Of a certificate as DER. */
  readonly isRevoked: (certificate: Buffer) => boolean;
}

/** What a connection was let in by, from the client's own certificate to the authority. */
interface Chain {
  readonly certificates: readonly Buffer[];
  readonly authority: string;
  readonly untilMs: number;
}

/** Open connections with a client certificate. TLS asks only at the handshake: each is ended here when what it was let in by does not hold any more. */
export class Peers {
  private readonly open = new Map<TLSSocket, Chain>();
  private cancel: () => void;

  constructor(
    private readonly clock: Clock,
    private trust: Trust,
  ) {
    this.cancel = this.lookSoon();
  }

  hold(socket: TLSSocket): void {
    const chain = chainOf(socket.getPeerCertificate(true));
    if (chain === undefined) return;
    this.open.set(socket, chain);
    socket.once('close', () => this.open.delete(socket));
    // The files may have changed within the handshake.
    if (!this.isTrusted(chain)) socket.destroy();
  }

  renew(trust: Trust): void {
    this.trust = trust;
    for (const [socket, chain] of this.open) if (!this.isTrusted(chain)) socket.destroy();
  }

  close(): void {
    this.cancel();
  }

  private lookSoon(): () => void {
    return this.clock.after(LOOK_EVERY_MS, () => {
      const nowMs = this.clock.nowMs();
      for (const [socket, { untilMs }] of this.open) if (untilMs <= nowMs) socket.destroy();
      this.cancel = this.lookSoon();
    });
  }

  private isTrusted({ authority, certificates }: Chain): boolean {
    return this.trust.authorities.has(authority) && !certificates.some(this.trust.isRevoked);
  }
}

/** Undefined: none was shown, or the connection is gone. An authority is its own issuer. */
function chainOf(peer: DetailedPeerCertificate | Record<string, never> | null): Chain | undefined {
  if (peer?.raw === undefined) return undefined;
  const chain = [peer as DetailedPeerCertificate];
  for (let last = chain[0]; last.issuerCertificate !== undefined && last.issuerCertificate !== last; chain.push(last)) last = last.issuerCertificate;
  return {
    certificates: chain.map(({ raw }) => raw),
    authority: chain.at(-1)!.fingerprint256,
    untilMs: Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to))),
  };
}
