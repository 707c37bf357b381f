/** Bearer tokens: what lets in, and what does not, one row each. Real keys and signatures, made here; an issuer on a real socket. Invariants: I34 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64url, CompactEncrypt, type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateToken, loopbackDoor, openDoor } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import type { Door } from '../../src/deliver/index.js';

const ISSUER = 'https://sign-in.example';
const AUDIENCE = 'purkinje';
const FOLDER = mkdtempSync(join(tmpdir(), 'purkinje-access-'));
const nowS = () => Math.floor(Date.now() / 1000);

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const pairs: Record<string, Pair> = {};
let stranger: Pair;
let door: Door;
let keysFile: string;

const ALGORITHMS = { rs: 'RS256', ps: 'PS384', es: 'ES256', ed: 'EdDSA' } as const;

async function keySet(names: readonly string[]): Promise<string> {
  return JSON.stringify({ keys: await Promise.all(names.map(async (name) => ({ ...(await exportJWK(pairs[name].publicKey)), kid: name, use: 'sig' }))) });
}

beforeAll(async () => {
  for (const [name, alg] of Object.entries(ALGORITHMS)) pairs[name] = await generateKeyPair(alg, { extractable: true });
  stranger = await generateKeyPair('ES256', { extractable: true });
  keysFile = join(FOLDER, 'jwks.json');
  writeFileSync(keysFile, await keySet(Object.keys(ALGORITHMS)));
  door = await openDoor({ tokens: { issuer: ISSUER, audience: AUDIENCE, jwks: keysFile }, clients: { gateway: ['read:*'] } }, systemClock(), () => {});
});

interface Made {
  claims?: JWTPayload;
  without?: readonly string[];
  header?: Partial<JWTHeaderParameters>;
  key?: CryptoKey;
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

  test('one of several audiences, scopes as a list, a clock that is 20 s off', async () => {
    const made = await token({ claims: { aud: ['other', AUDIENCE], scope: undefined, scp: ['read:*'], exp: nowS() - 20, nbf: nowS() + 20 } });
    expect(await admit(`bearer ${made}`)).toMatchObject({ ok: true, principal: { grants: { read: '*' } } });
  });

  test('a client certificate that is listed, and a token before it', async () => {
    expect(await door.admit({ certificate: 'gateway' })).toMatchObject({ ok: true, principal: { who: 'gateway' } });
    expect(await door.admit({ certificate: 'gateway', authorization: `Bearer ${await token()}` })).toMatchObject({ principal: { who: 'nurse-7' } });
    expect(await door.admit({ certificate: 'gateway', authorization: 'Bearer x' })).toMatchObject({ ok: false });
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
  ['one that never runs out', 'no-expiry', async () => `Bearer ${await token({ without: ['exp'] })}`],
  ['one that begins later', 'not-yet-valid', async () => `Bearer ${await token({ claims: { nbf: nowS() + 600 } })}`],
  ['another issuer', 'wrong-issuer', async () => `Bearer ${await token({ claims: { iss: 'https://evil.example' } })}`],
  ['an issuer that only begins like ours', 'wrong-issuer', async () => `Bearer ${await token({ claims: { iss: `${ISSUER}.evil.example` } })}`],
  ['no issuer', 'wrong-issuer', async () => `Bearer ${await token({ without: ['iss'] })}`],
  ['another audience', 'wrong-audience', async () => `Bearer ${await token({ claims: { aud: 'pharmacy' } })}`],
  ['a list of audiences without us', 'wrong-audience', async () => `Bearer ${await token({ claims: { aud: ['pharmacy', 'laundry'] } })}`],
  ['nobody', 'no-subject', async () => `Bearer ${await token({ without: ['sub'] })}`],
  ['an empty name', 'no-subject', async () => `Bearer ${await token({ claims: { sub: '' } })}`],
  ['no scope', 'no-scope', async () => `Bearer ${await token({ without: ['scope'] })}`],
  ['scopes of others only', 'no-scope', async () => `Bearer ${await token({ claims: { scope: 'openid profile read write:icu' } })}`],
  ['a scope that is no text', 'no-scope', async () => `Bearer ${await token({ claims: { scope: { read: '*' } } })}`],
  ['one of ten thousand characters', 'malformed', async () => `Bearer ${await token({ claims: { padding: 'x'.repeat(10_000) } })}`],
  ['one that is encrypted, not signed', 'malformed', async () => `Bearer ${await new CompactEncrypt(new TextEncoder().encode('{}')).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt((await generateKeyPair('RSA-OAEP-256')).publicKey)}`],
];

describe('does not let in', () => {
  test(`${BAD.length} kinds are tried`, () => expect(BAD.length).toBeGreaterThanOrEqual(25));
  test.each(BAD)('%s: %s', async (_what, why, made) => expect(await admit(await made())).toEqual({ ok: false, why }));

  test.each(['x', '__proto__', 'constructor', ''])('a certificate of %j', async (certificate) => expect(await door.admit({ certificate })).toEqual({ ok: false, why: 'unknown-client' }));

  test('a token where no issuer is configured', async () => {
    const closed = await openDoor({ clients: {} }, systemClock(), () => {});
    expect(await admit(`Bearer ${await token()}`, closed)).toEqual({ ok: false, why: 'no-tokens-here' });
  });
});

describe('keys', () => {
  let server: Server;
  let served = '';
  beforeAll(async () => {
    server = createServer((_request, response) => response.end(served));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;

  test('come from the issuer’s address; one that is away is said to be away, and later lets in', async () => {
    served = 'busy';
    const remote = await openDoor({ tokens: { issuer: ISSUER, audience: AUDIENCE, jwks: address() }, clients: {} }, systemClock(), () => {});
    expect(await admit(`Bearer ${await token()}`, remote)).toEqual({ ok: false, why: 'keys-away' });
    served = await keySet(['es']);
    expect(await admit(`Bearer ${await token()}`, remote)).toMatchObject({ ok: true });
  });

  test('in a file are taken up when it changes; a file that is broken changes nothing', async () => {
    const file = join(FOLDER, `${randomUUID()}.json`);
    writeFileSync(file, await keySet(['rs']));
    const own = await openDoor({ tokens: { issuer: ISSUER, audience: AUDIENCE, jwks: file }, clients: {} }, systemClock(), () => {});
    expect(await admit(`Bearer ${await token()}`, own)).toEqual({ ok: false, why: 'unknown-key' });
    writeFileSync(file, await keySet(['rs', 'es']));
    utimesSync(file, 1, 1);
    await vi.waitFor(async () => expect(await admit(`Bearer ${await token()}`, own)).toMatchObject({ ok: true }), { timeout: 8000, interval: 200 });
    writeFileSync(file, '{"keys": [');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await admit(`Bearer ${await token()}`, own)).toMatchObject({ ok: true });
  }, 20_000);
});

test('the token of one machine: that one, whole, and no other', async () => {
  const right = generateToken();
  const local = loopbackDoor(right);
  expect(right).toMatch(/^[\w-]{43}$/);
  expect(await admit(`Bearer ${right}`, local)).toMatchObject({ ok: true, principal: { who: 'local' } });
  for (const wrong of [right, `Bearer ${right.slice(1)}`, `Bearer ${right}x`, 'Bearer ', `bearer ${right}`]) expect(await admit(wrong, local)).toEqual({ ok: false, why: 'bad-token' });
  expect(await admit(undefined, local)).toEqual({ ok: false, why: 'no-credentials' });
});
