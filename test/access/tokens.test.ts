/** Bearer tokens: what lets in, and what does not, one row each. Real keys and signatures, made here; an issuer on a real socket. Invariants: I34 */
import { createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64url, CompactEncrypt, CompactSign, type CryptoKey, exportJWK, exportSPKI, FlattenedSign, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateToken, loopbackDoor, openDoor } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type Door, isExpired } from '../../src/deliver/index.js';

const ISSUER = 'https://sign-in.example';
const AUDIENCE = 'purkinje';
const FOLDER = mkdtempSync(join(tmpdir(), 'purkinje-access-'));
/** As TLS has verified it. */
const GATEWAY = { name: 'gateway', untilMs: Date.now() + 3_600_000 };
const nowS = () => Math.floor(Date.now() / 1000);

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const pairs: Record<string, Pair> = {};
let stranger: Pair;
let door: Door;
let keysFile: string;

const ALGORITHMS = { rs: 'RS256', ps: 'PS384', es: 'ES256', ed: 'EdDSA' } as const;
/** In the issuer's key set like his other keys. */
const SECRET = 'x'.repeat(32);

async function keySet(names: readonly string[]): Promise<string> {
  return JSON.stringify({ keys: await Promise.all(names.map(async (name) => ({ ...(await exportJWK(pairs[name].publicKey)), kid: name, use: 'sig' }))) });
}

beforeAll(async () => {
  for (const [name, alg] of Object.entries(ALGORITHMS)) pairs[name] = await generateKeyPair(alg, { extractable: true });
  stranger = await generateKeyPair('ES256', { extractable: true });
  keysFile = join(FOLDER, 'jwks.json');
  pairs.es512 = await generateKeyPair('ES512', { extractable: true });
  const { keys } = JSON.parse(await keySet([...Object.keys(ALGORITHMS), 'es512'])) as { keys: object[] };
  writeFileSync(keysFile, JSON.stringify({ keys: [...keys, { kty: 'oct', kid: 'shared', k: base64url.encode(SECRET) }] }));
  door = await openDoor({ tokens: { issuer: ISSUER, audience: AUDIENCE, jwks: keysFile }, clients: { gateway: ['read:*'] } }, systemClock(), () => {});
});

interface Made {
  claims?: JWTPayload;
  without?: readonly string[];
  header?: Partial<JWTHeaderParameters>;
  key?: CryptoKey | Uint8Array;
}

function token({ claims = {}, without = [], header = {}, key = pairs.es.privateKey }: Made = {}): Promise<string> {
  const all: JWTPayload = { iss: ISSUER, aud: AUDIENCE, sub: 'nurse-7', exp: nowS() + 300, scope: 'openid read:icu acknowledge:icu', ...claims };
  return new SignJWT(Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))).setProtectedHeader({ alg: 'ES256', kid: 'es', ...header }).sign(key, { crit: { 'urn:x': true } });
}
const part = (value: unknown): string => base64url.encode(JSON.stringify(value));
const admit = async (authorization: string | undefined, at: Door = door) => at.admit({ authorization });

describe('lets in', () => {
  test.each(Object.entries(ALGORITHMS))('%s, signed with %s', async (kid, alg) => {
    const admission = await admit(`Bearer ${await token({ header: { alg, kid }, key: pairs[kid].privateKey })}`);
    expect(admission).toMatchObject({ ok: true, principal: { who: 'nurse-7', grants: { read: ['icu'], acknowledge: ['icu'] }, expiresMs: expect.any(Number) } });
  });

  test('one of several audiences, the scheme in small letters, a clock that is 20 s off; its streams do not end at once', async () => {
    const made = await token({ claims: { aud: ['other', AUDIENCE], exp: nowS() - 20, nbf: nowS() + 20 } });
    const admission = await admit(`bearer ${made}`);
    expect(admission).toMatchObject({ ok: true, principal: { grants: { read: ['icu'] } } });
    expect(admission.ok && isExpired(admission.principal, Date.now())).toBe(false);
    expect(admission.ok && isExpired(admission.principal, Date.now() + 11_000)).toBe(true);
  });

  test.each([
    ['scope, a text', { scope: 'openid read:*' }],
    ['scope, a list', { scope: ['openid', 'read:*'] }],
    ['scp, a text', { scp: 'openid read:*' }],
    ['scp, a list', { scp: ['openid', 'read:*'] }],
    ['scopes, a list', { scopes: ['openid', 7, 'read:*'] }],
  ])('%s', async (_what, claims) => {
    expect(await admit(`Bearer ${await token({ without: 'scope' in claims ? [] : ['scope'], claims })}`)).toMatchObject({ ok: true, principal: { grants: { read: '*' } } });
  });

  test('a client certificate that is listed, and a token before it', async () => {
    expect(await door.admit({ certificate: GATEWAY })).toMatchObject({ ok: true, principal: { who: 'gateway', expiresMs: GATEWAY.untilMs } });
    expect(await door.admit({ certificate: GATEWAY, authorization: `Bearer ${await token()}` })).toMatchObject({ principal: { who: 'nurse-7' } });
    expect(await door.admit({ certificate: GATEWAY, authorization: 'Bearer x' })).toMatchObject({ ok: false });
  });
});

/** [what, why, how it is made] */
const BAD: readonly [string, string, () => Promise<string | undefined>][] = [
  ['nothing', 'no-credentials', async () => undefined],
  ['an empty header', 'malformed', async () => ''],
  ['the word alone', 'malformed', async () => 'Bearer '],
  ['another scheme', 'malformed', async () => `Basic ${Buffer.from('nurse:secret').toString('base64')}`],
  ['no scheme', 'malformed', async () => token()],
  ['two spaces', 'malformed', async () => `Bearer  ${await token()}`],
  ['no token at all', 'malformed', async () => 'Bearer not-a-token'],
  ['two dots and nothing else', 'malformed', async () => 'Bearer ..'],
  ['a signature that was cut off', 'malformed', async () => `Bearer ${(await token()).replace(/[^.]+$/, '')}`],
  ['no algorithm', 'malformed', async () => `Bearer ${part({ alg: 'none' })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: nowS() + 99, scope: 'read:*' })}.`],
  ['no algorithm, and a signature that nobody checks', 'wrong-algorithm', async () => `Bearer ${part({ alg: 'none' })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: nowS() + 99, scope: 'read:*' })}.AAAA`],
  ['our public key taken for a shared secret', 'wrong-algorithm', async () => {
    const body = `${part({ alg: 'HS256', kid: 'rs' })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: nowS() + 99, scope: 'read:*' })}`;
    return `Bearer ${body}.${createHmac('sha256', await exportSPKI(pairs.rs.publicKey)).update(body).digest('base64url')}`;
  }],
  ['a key of a stranger under our id', 'bad-signature', async () => `Bearer ${await token({ key: stranger.privateKey })}`],
  ['a key that the issuer does not have', 'unknown-key', async () => `Bearer ${await token({ header: { kid: 'nobody' }, key: stranger.privateKey })}`],
  ['an algorithm that is not of the key', 'unknown-key', async () => `Bearer ${await token({ header: { kid: 'rs' } })}`],
  ['a key that comes in the token itself', 'bad-signature', async () => `Bearer ${await token({ header: { jwk: await exportJWK(stranger.publicKey) }, key: stranger.privateKey })}`],
  ['an address of keys in the token itself', 'bad-signature', async () => `Bearer ${await token({ header: { jku: 'https://evil.example/jwks.json' }, key: stranger.privateKey })}`],
  ['a certificate chain in the token itself', 'bad-signature', async () => `Bearer ${await token({ header: { x5u: 'https://evil.example/chain.pem' }, key: stranger.privateKey })}`],
  ['a demand that nobody here understands', 'malformed', async () => `Bearer ${await token({ header: { crit: ['urn:x'], 'urn:x': 1 } })}`],
  ['a demand to leave the claims unencoded', 'malformed', async () => {
    const claims = part({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: nowS() + 99, scope: 'read:*' });
    const { protected: head, signature } = await new FlattenedSign(new TextEncoder().encode(claims)).setProtectedHeader({ alg: 'ES256', kid: 'es', crit: ['b64'], b64: false }).sign(pairs.es.privateKey);
    return `Bearer ${head}.${claims}.${signature}`;
  }],
  ['a secret that the issuer shares with somebody', 'wrong-algorithm', async () => `Bearer ${await token({ header: { alg: 'HS256', kid: 'shared' }, key: new TextEncoder().encode(SECRET) })}`],
  ['an algorithm of the issuer that is not on our list', 'wrong-algorithm', async () => `Bearer ${await token({ header: { alg: 'ES512', kid: 'es512' }, key: pairs.es512.privateKey })}`],
  ['an algorithm that there is not', 'wrong-algorithm', async () => `Bearer ${part({ alg: 'RS1', kid: 'rs' })}.${(await token()).split('.').slice(1).join('.')}`],
  ['a head without an algorithm', 'malformed', async () => `Bearer ${part({ kid: 'es' })}.${(await token()).split('.').slice(1).join('.')}`],
  ['a head that is no JSON', 'malformed', async () => `Bearer AAAA.${(await token()).split('.').slice(1).join('.')}`],
  ['claims that are a list', 'malformed', async () => `Bearer ${await new CompactSign(new TextEncoder().encode('["read:*"]')).setProtectedHeader({ alg: 'ES256', kid: 'es' }).sign(pairs.es.privateKey)}`],
  ['two tokens', 'malformed', async () => `Bearer ${await token()}, Bearer ${await token()}`],
  ['a line break behind it', 'malformed', async () => `Bearer ${await token()}\n`],
  ['claims that were changed', 'bad-signature', async () => {
    const [head, body, signature] = (await token()).split('.');
    return `Bearer ${head}.${part({ ...JSON.parse(new TextDecoder().decode(base64url.decode(body))), scope: 'read:*' })}.${signature}`;
  }],
  ['a signature that was changed', 'bad-signature', async () => {
    const made = await token();
    const at = made.length - 20;
    return `Bearer ${made.slice(0, at)}${made[at] === 'A' ? 'B' : 'A'}${made.slice(at + 1)}`;
  }],
  ['one that ran out', 'expired', async () => `Bearer ${await token({ claims: { exp: nowS() - 60 } })}`],
  ['one that ran out just beyond the skew', 'expired', async () => `Bearer ${await token({ claims: { exp: nowS() - 31 } })}`],
  ['one whose end is a text', 'no-expiry', async () => `Bearer ${await token({ claims: { exp: '2999-01-01' as never } })}`],
  ['one whose beginning is a text', 'not-yet-valid', async () => `Bearer ${await token({ claims: { nbf: 'now' as never } })}`],
  ['one that never runs out', 'no-expiry', async () => `Bearer ${await token({ without: ['exp'] })}`],
  ['one that begins later', 'not-yet-valid', async () => `Bearer ${await token({ claims: { nbf: nowS() + 600 } })}`],
  ['another issuer', 'wrong-issuer', async () => `Bearer ${await token({ claims: { iss: 'https://evil.example' } })}`],
  ['an issuer that only begins like ours', 'wrong-issuer', async () => `Bearer ${await token({ claims: { iss: `${ISSUER}.evil.example` } })}`],
  ['a list of issuers, ours among them', 'wrong-issuer', async () => `Bearer ${await token({ claims: { iss: [ISSUER, 'https://evil.example'] as never } })}`],
  ['no issuer', 'wrong-issuer', async () => `Bearer ${await token({ without: ['iss'] })}`],
  ['another audience', 'wrong-audience', async () => `Bearer ${await token({ claims: { aud: 'pharmacy' } })}`],
  ['a list of audiences without us', 'wrong-audience', async () => `Bearer ${await token({ claims: { aud: ['pharmacy', 'laundry'] } })}`],
  ['nobody', 'no-subject', async () => `Bearer ${await token({ without: ['sub'] })}`],
  ['a number for a name', 'no-subject', async () => `Bearer ${await token({ claims: { sub: 7 as never } })}`],
  ['a name without an end', 'no-subject', async () => `Bearer ${await token({ claims: { sub: 'x'.repeat(300) } })}`],
  ['an empty name', 'no-subject', async () => `Bearer ${await token({ claims: { sub: '' } })}`],
  ['no scope', 'no-scope', async () => `Bearer ${await token({ without: ['scope'] })}`],
  ['scopes of others only', 'no-scope', async () => `Bearer ${await token({ claims: { scope: 'openid profile read write:icu' } })}`],
  ['a list of scopes without a word', 'no-scope', async () => `Bearer ${await token({ claims: { scope: [1, null, ['read:*']] } })}`],
  ['a scope that is no text', 'no-scope', async () => `Bearer ${await token({ claims: { scope: { read: '*' } } })}`],
  ['one of ten thousand characters', 'malformed', async () => `Bearer ${await token({ claims: { padding: 'x'.repeat(10_000) } })}`],
  ['one that is encrypted, not signed', 'malformed', async () => `Bearer ${await new CompactEncrypt(new TextEncoder().encode('{}')).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt((await generateKeyPair('RSA-OAEP-256')).publicKey)}`],
];

describe('does not let in', () => {
  test(`${BAD.length} kinds are tried`, () => expect(BAD.length).toBeGreaterThanOrEqual(25));
  test.each(BAD)('%s: %s', async (_what, why, made) => expect(await admit(await made())).toEqual({ ok: false, why }));

  test.each(['x', '__proto__', 'constructor', ''])('a certificate of %j', async (name) => expect(await door.admit({ certificate: { ...GATEWAY, name } })).toEqual({ ok: false, why: 'unknown-client' }));

  test('a token where no issuer is configured', async () => {
    const closed = await openDoor({ clients: {} }, systemClock(), () => {});
    expect(await admit(`Bearer ${await token()}`, closed)).toEqual({ ok: false, why: 'no-tokens-here' });
  });
});

describe('keys', () => {
  let server: Server;
  let served = '';
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked++;
      if (request.url === '/moved') return void response.writeHead(302, { location: '/jwks' }).end();
      response.end(served);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  const ignore = (): void => {};
  const doorOf = (jwks: string, onBroken: (error: unknown) => void = ignore) => openDoor({ tokens: { issuer: ISSUER, audience: AUDIENCE, jwks }, clients: {} }, systemClock(), onBroken);
  const at = (path: string) => doorOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  const bearer = async (kid: 'rs' | 'es') => `Bearer ${await token({ header: { alg: ALGORITHMS[kid], kid }, key: pairs[kid].privateKey })}`;

  test('come from the issuer’s address; one that is away is said to be away, and later lets in', async () => {
    served = 'busy';
    const remote = await at('/jwks');
    expect(await admit(await bearer('es'), remote)).toEqual({ ok: false, why: 'keys-away' });
    served = await keySet(['es']);
    expect(await admit(await bearer('es'), remote)).toMatchObject({ ok: true });
  });

  test('an address that sends us on to another is not followed', async () => {
    served = await keySet(['es']);
    expect(await admit(await bearer('es'), await at('/moved'))).toEqual({ ok: false, why: 'keys-away' });
  });

  test('that the issuer has exchanged are fetched again, the old one lets in no longer; unknown ones cannot make us ask him without end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      served = await keySet(['rs']);
      const remote = await at('/jwks');
      expect(await admit(await bearer('rs'), remote)).toMatchObject({ ok: true });
      served = await keySet(['es']);
      asked = 0;
      for (let n = 0; n < 20; n++) expect(await admit(await bearer('es'), remote)).toEqual({ ok: false, why: 'unknown-key' });
      expect(asked).toBe(0);
      vi.setSystemTime(Date.now() + 31_000);
      expect(await admit(await bearer('es'), remote)).toMatchObject({ ok: true });
      expect(await admit(await bearer('rs'), remote)).toEqual({ ok: false, why: 'unknown-key' });
      expect(asked).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('in a file are taken up when it changes; a file that is broken is reported once, and changes nothing', async () => {
    const file = join(FOLDER, `${randomUUID()}.json`);
    writeFileSync(file, await keySet(['rs']));
    const broken: unknown[] = [];
    const own = await doorOf(file, (error) => broken.push(error));
    expect(await admit(await bearer('es'), own)).toEqual({ ok: false, why: 'unknown-key' });
    writeFileSync(file, await keySet(['es']));
    await vi.waitFor(async () => expect(await admit(await bearer('es'), own)).toMatchObject({ ok: true }), { timeout: 8000, interval: 100 });
    expect(await admit(await bearer('rs'), own)).toEqual({ ok: false, why: 'unknown-key' });
    writeFileSync(file, '{"keys": [');
    await vi.waitFor(() => expect(broken.map(String)).toEqual([expect.stringContaining(`${file} holds no key set`)]), { timeout: 8000, interval: 100 });
    expect(await admit(await bearer('es'), own)).toMatchObject({ ok: true });
    rmSync(file);
    await vi.waitFor(() => expect(broken.map(String)).toEqual([expect.anything(), expect.stringContaining(`${file} cannot be read (ENOENT)`)]), { timeout: 8000, interval: 100 });
    expect(await admit(await bearer('es'), own)).toMatchObject({ ok: true });
  }, 30_000);

  test.each(['', 'not JSON', '{}', '{"keys":{}}', '{"keys":[1]}', '-----BEGIN PUBLIC KEY-----'])('a file with %j is refused at the start, by its name', async (text) => {
    const file = join(FOLDER, `${randomUUID()}.json`);
    writeFileSync(file, text);
    await expect(doorOf(file)).rejects.toThrow(`tokens: ${file} holds no key set: it must be JSON Web Keys`);
  });

  test('that are too weak to be used let nobody in', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const file = join(FOLDER, `${randomUUID()}.json`);
    writeFileSync(file, JSON.stringify({ keys: [{ ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' }] }));
    const body = `${part({ alg: 'RS256', kid: 'weak' })}.${part({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: nowS() + 99, scope: 'read:*' })}`;
    const signature = createSign('RSA-SHA256').update(body).sign(weak.privateKey).toString('base64url');
    expect(await admit(`Bearer ${body}.${signature}`, await doorOf(file))).toEqual({ ok: false, why: 'keys-away' });
  });
});

test('the token of one machine: that one, whole, and no other', async () => {
  const right = generateToken();
  const local = loopbackDoor(right);
  expect(right).toMatch(/^[\w-]{43}$/);
  expect(await admit(`Bearer ${right}`, local)).toMatchObject({ ok: true, principal: { who: 'local' } });
  for (const wrong of [right, `Bearer ${right.slice(1)}`, `Bearer ${right}x`, 'Bearer ', `bearer ${right}`]) expect(await admit(wrong, local)).toEqual({ ok: false, why: 'bad-token' });
  expect(await admit(undefined, local)).toEqual({ ok: false, why: 'no-credentials' });
});
