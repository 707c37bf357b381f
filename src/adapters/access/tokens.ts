import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { type Admission, grantsOf } from '../../deliver/index.js';
import type { Clock } from '../../ports/index.js';
import { type OnBroken, watchedFiles } from './watched-files.js';

/** Signed with a key that the issuer alone has; a shared secret would let us, too, sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const CLOCK_SKEW_S = 30;
const TOKEN_MAX_CHARS = 8192;
const WHO_MAX_CHARS = 200;

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Address of the issuer's keys, or a file with them. */
  readonly jwks: string;
}

export type CheckToken = (authorization: string) => Promise<Admission>;

/** Checks bearer tokens (JWT, RFC 7519 and 8725): signature, issuer, audience, time, subject, and scopes such as `read:icu-1`. */
export async function tokenCheck({ issuer, audience, jwks }: TokenSettings, clock: Clock, onBroken: OnBroken): Promise<CheckToken> {
  const keys = await keysAt(jwks, clock, onBroken);
  const rules = { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'], clockTolerance: CLOCK_SKEW_S };
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization.slice(0, TOKEN_MAX_CHARS + 1))?.[1];
    if (token === undefined || authorization.length > TOKEN_MAX_CHARS) return refused('malformed');
    try {
      const { payload } = await jwtVerify(token, keys, { ...rules, currentDate: new Date(clock.nowMs()) });
      return admitted(payload);
    } catch (error) {
      return refused(whyOf(error));
    }
  };
}

function admitted(payload: JWTPayload): Admission {
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > WHO_MAX_CHARS) return refused('no-subject');
  const grants = grantsOf(scopesOf(payload));
  if (Object.keys(grants).length === 0) return refused('no-scope');
  // Who is let in within the skew is not put out within it.
  return { ok: true, principal: { who: sub, grants, expiresMs: (exp! + CLOCK_SKEW_S) * 1000 } };
}

/** Issuers differ: one text with spaces, or a list, under one of three names. */
function scopesOf({ scope, scp, scopes }: JWTPayload): readonly string[] {
  const words = scope ?? scp ?? scopes;
  if (typeof words === 'string') return words.split(' ');
  return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : [];
}

const refused = (why: string): Admission => ({ ok: false, why });

/** What jose says, as one word. Keys that are away, or too weak to be used, are no fault of the token, and it is said. */
function whyOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? 'bad-claim';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong-algorithm';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'unknown-key';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid || error instanceof errors.JOSENotSupported) return 'malformed';
  return 'keys-away';
}

const CLAIMS: Readonly<Record<string, string>> = { iss: 'wrong-issuer', aud: 'wrong-audience', nbf: 'not-yet-valid', exp: 'no-expiry', sub: 'no-subject', iat: 'not-yet-valid' };

/** Keys by their id. From an address they are fetched again when a token names one that is not known; a file is read again when it changes. */
async function keysAt(jwks: string, clock: Clock, onBroken: OnBroken): Promise<JWTVerifyGetKey> {
  if (/^https?:/i.test(jwks)) return createRemoteJWKSet(new URL(jwks));
  const file = await watchedFiles([jwks], ([bytes]) => keySetIn(jwks, bytes), clock, onBroken);
  return (header, token) => file.current()(header, token);
}

function keySetIn(path: string, bytes: Buffer): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(bytes.toString('utf8')) as JSONWebKeySet);
  } catch (error) {
    throw new Error(`tokens: ${path} holds no key set: it must be JSON Web Keys as the issuer publishes them ({"keys": […]})`, { cause: error });
  }
}
