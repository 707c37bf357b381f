import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, CertificateList, type Name } from '@peculiar/asn1-x509';

/** Certificates that their issuers have taken back, as lists of them say (RFC 5280, section 5). */
export interface Revoked {
  /** One PEM text a list. */
  readonly lists: readonly string[];
  /** When the first list runs out, ms since 1970: from then on TLS lets in nobody whom it is about. */
  readonly untilMs: number;
  /** By `certificateName`. */
  has(name: string): boolean;
}

/** Reads a file of PEM lists. Throws where there is none in it, or one that cannot be read. */
export function revokedIn(pem: string): Revoked {
  const lists = pem.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [];
  if (lists.length === 0) throw new Error('no list');
  const read = lists.map((list) => AsnConvert.parse(Buffer.from(list.replaceAll(/-----[^-]+-----/g, ''), 'base64'), CertificateList).tbsCertList);
  const names = new Set(read.flatMap(({ issuer, revokedCertificates = [] }) => revokedCertificates.map(({ userCertificate }) => nameOf(issuer, userCertificate))));
  return {
    lists,
    untilMs: Math.min(...read.map(({ nextUpdate }) => nextUpdate?.getTime().getTime() ?? Infinity)),
    has: (name) => names.has(name),
  };
}

/** Of a certificate as DER. Throws where it is none. */
export function certificateName(certificate: Buffer): string {
  const { issuer, serialNumber } = AsnConvert.parse(certificate, Certificate).tbsCertificate;
  return nameOf(issuer, serialNumber);
}

/** A serial number is its issuer's own. */
function nameOf(issuer: Name, serial: ArrayBuffer): string {
  return `${Buffer.from(AsnConvert.serialize(issuer)).toString('hex')}/${Buffer.from(serial).toString('hex')}`;
}
