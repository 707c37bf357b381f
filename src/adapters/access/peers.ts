import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Clock } from '../../ports/index.js';

const LOOK_EVERY_MS = 1000;

/** Whom we trust now. */
export interface Trust {
  /** Those who sign for clients. */
  readonly authorities: readonly X509Certificate[];
  /** Of a certificate by its name, as `nameOf` gives it. */
  readonly isRevoked: (name: string) => boolean;
  /** Issuer and serial number of a certificate as DER. Throws where it cannot be read. Undefined: nothing is revoked here. */
  readonly nameOf?: (certificate: Buffer) => string;
}

/** What a connection was let in by: the client's own certificate and its signers, as far as the last that an authority has signed. */
interface Chain {
  readonly certificates: readonly X509Certificate[];
  readonly names: readonly string[];
  /** The first end of all of them, and of the authority. */
  readonly untilMs: number;
  /** SHA-256 fingerprint. */
  readonly authority: string;
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

  /** One without a certificate is none of ours; one whose certificates cannot be judged is ended. */
  hold(socket: TLSSocket): void {
    const peer = socket.getPeerCertificate(true) as DetailedPeerCertificate | Record<string, never> | null;
    if (peer?.raw === undefined) return;
    const chain = chainOf(peer as DetailedPeerCertificate, this.trust);
    // The files may have changed within the handshake.
    if (chain === undefined || !this.isTrusted(chain) || chain.untilMs <= this.clock.nowMs()) return void socket.destroy();
    this.open.set(socket, chain);
    socket.once('close', () => this.open.delete(socket));
  }

  renew(trust: Trust): void {
    const before = this.trust;
    this.trust = trust;
    for (const [socket, chain] of this.open) {
      // Without a list there were no names.
      const known = before.nameOf === undefined && trust.nameOf !== undefined ? named(chain, trust.nameOf) : chain;
      if (known === undefined || !this.isTrusted(known)) socket.destroy();
      else this.open.set(socket, known);
    }
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

  /** An authority that was renewed with the same key signs for the same certificates. */
  private isTrusted({ authority, certificates, names }: Chain): boolean {
    const { authorities, isRevoked } = this.trust;
    const holds = authorities.some(({ fingerprint256 }) => fingerprint256 === authority) || signerOf(certificates.at(-1)!, authorities) !== undefined;
    return holds && !names.some(isRevoked);
  }
}

/** A client may show more than TLS needed, or another authority of the same key: what counts is what an authority of ours has signed. Undefined: nothing, or what cannot be read. */
function chainOf(peer: DetailedPeerCertificate, { authorities, nameOf }: Trust): Chain | undefined {
  const certificates: X509Certificate[] = [];
  try {
    for (let shown: DetailedPeerCertificate | undefined = peer; shown !== undefined; shown = shown.issuerCertificate === shown ? undefined : shown.issuerCertificate) {
      const certificate = new X509Certificate(shown.raw);
      certificates.push(certificate);
      const authority = signerOf(certificate, authorities);
      if (authority === undefined) continue;
      const untilMs = Math.min(...[...certificates, authority].map(({ validTo }) => endOf(validTo)));
      return { certificates, names: nameOf === undefined ? [] : certificates.map(({ raw }) => nameOf(raw)), untilMs, authority: authority.fingerprint256 };
    }
  } catch {
    // Of a kind that TLS took and we cannot read.
  }
  return undefined;
}

function named(chain: Chain, nameOf: (certificate: Buffer) => string): Chain | undefined {
  try {
    return { ...chain, names: chain.certificates.map(({ raw }) => nameOf(raw)) };
  } catch {
    return undefined;
  }
}

function signerOf(certificate: X509Certificate, authorities: readonly X509Certificate[]): X509Certificate | undefined {
  return authorities.find((authority) => authority.fingerprint256 === certificate.fingerprint256 || (certificate.checkIssued(authority) && certificate.verify(authority.publicKey)));
}

/** An end that cannot be read has come. */
function endOf(validTo: string): number {
  const atMs = Date.parse(validTo);
  return Number.isNaN(atMs) ? 0 : atMs;
}
