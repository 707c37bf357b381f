import { z } from 'zod';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

function isWebhookSecret(secret: string): boolean {
  const encoded = secret.slice(SECRET_PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isWhole = bytes.toString('base64').replaceAll('=', '') === encoded.replaceAll('=', '');
  return secret.startsWith(SECRET_PREFIX) && isWhole && bytes.length >= SECRET_BYTES_MIN && bytes.length <= SECRET_BYTES_MAX;
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

const common = {
  /** In metrics, in the status, and in the log's record of how far it is: another name starts over. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'a name has at most 40 small letters, digits and hyphens'),
  /** What goes there; an empty list is everything. */
  units: z.array(z.string().min(1)).default([]),
  findings: z.array(z.string().min(1)).default([]),
  priorities: z.array(z.enum(['none', 'low', 'medium', 'high'])).default([]),
};

/** Standard Webhooks: a signed POST for each event. */
const webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
  url: z.url({ protocol: /^https?$/, error: 'must be an https:// address' }).refine((url) => !hasCredentials(url), 'has a user or password: receivers know us by the signature'),
  secret: z.string().refine(isWebhookSecret, `must be ${SECRET_PREFIX} and ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} random bytes in base64: echo whsec_$(openssl rand -base64 32)`),
  /** Networks (CIDR) that are not public and may be called nevertheless; there, http is allowed as well. */
  allow: z.array(z.union([z.cidrv4(), z.cidrv6()], 'must be a network as in 10.1.0.0/16')).default([]),
  /** PEM file: who signed the receiver's certificate; by default who signs for this system. */
  ca: z.string().min(1).optional(),
});

/** IHE ACM Report Alert (DEV-04) over MLLP. */
const hl7 = z.strictObject({
  ...common,
  kind: z.literal('hl7'),
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  tls: z.boolean().default(false),
  /** PEM files: who signed the receiver's certificate (default: who signs for this system), and our own. */
  ca: z.string().min(1).optional(),
  cert: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  /** MSH-4, MSH-5 and MSH-6. */
  sendingFacility: z.string().min(1).optional(),
  receivingApplication: z.string().min(1).optional(),
  receivingFacility: z.string().min(1).optional(),
});

/** Where alerts are pushed to. */
export const targets = z
  .array(z.discriminatedUnion('kind', [webhook, hl7]))
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two targets have the same name: give each its own');
