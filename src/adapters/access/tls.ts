import { constants, X509Certificate } from 'node:crypto';
import { createSecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '../../ports/index.js';
import { Peers, type Trust } from './peers.js';
import type { certificateName, Revoked, revokedIn } from './revoked.js';
import { type OnBroken, watchedFiles } from './watched-files.js';

/** PEM files. */
export interface PemFiles {
  readonly cert: string;
  readonly key: string;
  /** Who signs our clients' certificates; given, nobody comes in without one. */
  readonly clientCa?: string;
  /** Which of these certificates are revoked: a list (CRL) of each authority. */
  readonly clientCrl?: string;
}

interface Pem {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca?: Buffer;
  readonly crl?: string[];
}

interface Lists {
  readonly revokedIn: typeof revokedIn;
  readonly certificateName: typeof certificateName;
}

interface Content {
  readonly pem: Pem;
  readonly trust: Trust;
  /** When a list of revoked certificates runs out, ms since 1970. */
  readonly untilMs: number;
}

/** What TLS servers stand on; it renews itself when the files change. */
export interface Secured {
  /** For `createServer` of node:https and node:tls; as of now. */
  readonly options: Pem & { readonly requestCert: boolean; readonly rejectUnauthorized: boolean; readonly secureOptions?: number };
  /** Called with the files' new content. */
  onRenewed(take: (pem: Pem) => void): void;
  /** Every server gives each of its connections: one whose client certificate runs out, is revoked, or loses its authority is ended within seconds. */
  hold(socket: TLSSocket): void;
  close(): void;
}

/** Without tickets: a TLS session that is resumed would not be asked for its certificate again. */
const MUTUAL = { requestCert: true, rejectUnauthorized: true, secureOptions: constants.SSL_OP_NO_TICKET };
const ONE_SIDED = { requestCert: false, rejectUnauthorized: false };
const LOOK_EVERY_MS = 60_000;

/** Reads the files; throws where they do not fit. Later changes are taken up within seconds. */
export async function secured(files: PemFiles, clock: Clock, onBroken: OnBroken): Promise<Secured> {
  const { cert, key, clientCa, clientCrl } = files;
  const lists = clientCrl === undefined ? undefined : await import('./revoked.js');
  const paths = [cert, key, ...(clientCa === undefined ? [] : [clientCa]), ...(clientCrl === undefined ? [] : [clientCrl])];
  const watched = await watchedFiles(paths, (read) => contentOf(files, read, lists), clock, onBroken);
  const peers = new Peers(clock, watched.current().trust);
  watched.onRenewed(({ trust }) => peers.renew(trust));
  const outdated = watchLists(files, watched.current, clock, onBroken);
  return {
    get options() {
      return { ...watched.current().pem, ...(clientCa === undefined ? ONE_SIDED : MUTUAL) };
    },
    onRenewed: (take) => watched.onRenewed(({ pem }) => take(pem)),
    hold: (socket) => peers.hold(socket),
    close() {
      watched.close();
      peers.close();
      outdated.close();
    },
  };
}

/** A list that has run out keeps everybody out whom it could be about: it is reported, once. */
function watchLists({ clientCrl }: PemFiles, current: () => Content, clock: Clock, onBroken: OnBroken): { close(): void } {
  let reportedMs: number | undefined;
  let cancel = () => {};
  const look = (): void => {
    const { untilMs } = current();
    if (untilMs <= clock.nowMs() && reportedMs !== untilMs) {
      onBroken(new Error(`TLS: ${clientCrl} has run out: nobody with a client certificate comes in until a newer list of the authority lies there`));
      reportedMs = untilMs;
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  };
  if (clientCrl !== undefined) look();
  return { close: () => cancel() };
}

function contentOf(files: PemFiles, [cert, key, ca, list]: readonly Buffer[], lists: Lists | undefined): Content {
  const revoked = lists && listsIn(files, list, lists.revokedIn);
  const pem = pemOf(files, { cert, key, ...(ca === undefined ? {} : { ca }), ...(revoked === undefined ? {} : { crl: [...revoked.lists] }) });
  const authorities = (ca && authoritiesIn(ca)) ?? [];
  return { pem, trust: { authorities, isRevoked: (name) => revoked?.has(name) ?? false, nameOf: lists?.certificateName }, untilMs: revoked?.untilMs ?? Infinity };
}

function listsIn({ clientCrl }: PemFiles, list: Buffer, revokedIn: (pem: string) => Revoked): Revoked {
  try {
    return revokedIn(list.toString('latin1'));
  } catch (error) {
    throw new Error(`TLS: ${clientCrl} holds no list of revoked certificates: it must be PEM (X509 CRL)`, { cause: error });
  }
}

function pemOf(files: PemFiles, pem: Pem): Pem {
  const { ca } = pem;
  try {
    createSecureContext(pem);
  } catch (error) {
    throw new Error(`TLS: ${files.cert} and ${files.key} do not fit: they must be PEM, and the key that of the certificate`, { cause: error });
  }
  // A context takes a list without a single authority, and lets nobody in.
  if (ca !== undefined && authoritiesIn(ca) === undefined) throw new Error(`TLS: ${files.clientCa} holds no certificates of those who sign for clients: it must be PEM`);
  return pem;
}

/** The certificates of a PEM list; undefined: it has none, or one that is not. */
export function authoritiesIn(pem: Buffer): readonly X509Certificate[] | undefined {
  const list = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return list.length === 0 ? undefined : list.map((one) => new X509Certificate(one));
  } catch {
    return undefined;
  }
}
