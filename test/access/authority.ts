/** Certificates of every kind, made with openssl when a test asks for them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-certificates-'));
let made = 0;

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Wanted {
  readonly name: string;
  /** Instead of the name alone. */
  readonly subject?: string;
  /** Undefined: it signs itself. */
  readonly by?: Certificate;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  readonly isCa?: boolean;
  readonly usage?: 'serverAuth' | 'clientAuth';
  readonly digest?: string;
  /** The certificate is a newer one of this key. */
  readonly keyOf?: Certificate;
}

const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const day = (days: number): string => `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;

/** PEM files of a certificate and its key. */
export function certificate({ name, subject = name === '' ? '/O=nobody' : `/CN=${name}`, by, from = -1, until = 30, isCa = false, usage, digest = 'sha256', keyOf }: Wanted): Certificate {
  const base = join(folder, String(++made));
  const [cert, key] = [`${base}.pem`, keyOf?.key ?? `${base}.key`];
  if (keyOf === undefined) openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
  openssl('req', '-new', '-key', key, '-out', `${base}.csr`, '-subj', subject);
  writeFileSync(`${base}.ext`, [`basicConstraints=critical,CA:${isCa ? 'TRUE' : 'FALSE'}`, ...(isCa ? ['keyUsage=keyCertSign,cRLSign'] : ['subjectAltName=DNS:localhost,IP:127.0.0.1']), ...(usage === undefined ? [] : [`extendedKeyUsage=${usage}`])].join('\n'));
  // `ca` and not `x509`: it can set both ends of the time, in every version of openssl.
  writeFileSync(`${base}.cnf`, `[ca]\ndefault_ca=d\n[d]\ndatabase=${base}.db\nnew_certs_dir=${folder}\nserial=${base}.srl\npolicy=p\nunique_subject=no\n[p]\nCN=optional\nO=optional\n`);
  writeFileSync(`${base}.db`, '');
  writeFileSync(`${base}.srl`, `${(4096 + made).toString(16)}\n`);
  const signer = by === undefined ? ['-selfsign', '-keyfile', key] : ['-cert', by.cert, '-keyfile', by.key];
  openssl('ca', '-batch', '-notext', '-config', `${base}.cnf`, '-in', `${base}.csr`, '-out', cert, ...signer, '-startdate', day(from), '-enddate', day(until), '-md', digest, '-extfile', `${base}.ext`);
  return { cert, key };
}

/** A list of those that their signer has taken back, PEM; its next one is due so many days from now. */
export function revocations(by: Certificate, certificates: readonly Certificate[], until = 30): string {
  const base = join(folder, `${++made}-revoked`);
  writeFileSync(`${base}.cnf`, `[ca]\ndefault_ca=d\n[d]\ndatabase=${base}.db\ncrlnumber=${base}.number\nunique_subject=no\ndefault_md=sha256\n`);
  writeFileSync(`${base}.db`, '');
  writeFileSync(`${base}.number`, `${(4096 + made).toString(16)}\n`);
  const signer = ['-config', `${base}.cnf`, '-cert', by.cert, '-keyfile', by.key];
  for (const { cert } of certificates) openssl('ca', ...signer, '-revoke', cert);
  openssl('ca', '-gencrl', ...signer, '-crl_lastupdate', day(-40), '-crl_nextupdate', day(until), '-out', `${base}.pem`);
  return `${base}.pem`;
}

/** One file of several, as a chain. */
export function chained(...files: readonly string[]): string {
  const path = join(folder, `${++made}-chain.pem`);
  writeFileSync(path, files.map((file) => readFileSync(file, 'utf8')).join(''));
  return path;
}

/** A certificate whose signature was changed afterwards. */
export function corrupted({ cert, key }: Certificate): Certificate {
  const lines = readFileSync(cert, 'utf8').trimEnd().split('\n');
  const bytes = Buffer.from(lines.filter((line) => !line.startsWith('-')).join(''), 'base64');
  bytes[bytes.length - 8] ^= 1;
  const path = join(folder, `${++made}-corrupted.pem`);
  writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`);
  return { cert: path, key };
}
