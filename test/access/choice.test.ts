/** Which doors a configuration opens: who may come in, over what; and the monitor that does not start, because nobody could or everybody. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Access, openAccess } from '../../src/cli/access.js';
import { systemClock } from '../../src/adapters/clock.js';
import { ConfigError, loadConfig } from '../../src/config/index.js';
import { certificate } from './authority.js';

const folder = mkdtempSync(join(tmpdir(), 'purkinje-choice-'));
const jwks = join(folder, 'jwks.json');
writeFileSync(jwks, '{"keys":[]}');
const { cert, key } = certificate({ name: 'localhost' });

const TLS = { tlsCert: cert, tlsKey: key };
const MUTUAL = { ...TLS, tlsClientCa: cert };
const TOKENS = { issuer: 'https://sign-in.example', audience: 'purkinje', jwks };
const CLIENTS = { clients: { gateway: ['read:*'] } };
const OWN = { token: 'x'.repeat(32) };

function settings(monitor: object) {
  const file = join(folder, 'purkinje.yaml');
  writeFileSync(file, JSON.stringify({ monitor }));
  return loadConfig({ file, env: {} }).config.monitor;
}

const opened: Access[] = [];
afterEach(() => opened.splice(0).forEach(({ tls }) => tls?.close()));
async function open(monitor: object): Promise<Access> {
  const access = await openAccess(settings(monitor), systemClock(), () => {});
  opened.push(access);
  return access;
}
const whyOf = async ({ door }: Access, authorization = 'Bearer a.b.c') => {
  const admission = await door.admit({ authorization });
  return admission.ok ? admission.principal.who : admission.why;
};

describe('opens', () => {
  const rows: readonly [string, object, { word: string; isSecured: boolean; makesToken: boolean }][] = [
    ['nothing is set: a token for this machine', {}, { word: 'bad-token', isSecured: false, makesToken: true }],
    ['any address of this machine', { host: '127.9.9.9' }, { word: 'bad-token', isSecured: false, makesToken: true }],
    ['this machine, by name', { host: 'localhost' }, { word: 'bad-token', isSecured: false, makesToken: true }],
    ['this machine, with TLS', { host: '::1', ...TLS }, { word: 'bad-token', isSecured: true, makesToken: true }],
    ['this machine, with a token of its own', OWN, { word: 'bad-token', isSecured: false, makesToken: false }],
    ['this machine, with tokens of an issuer', TOKENS, { word: 'malformed', isSecured: false, makesToken: false }],
    ['every address, with tokens and TLS', { host: '0.0.0.0', ...TOKENS, ...TLS }, { word: 'malformed', isSecured: true, makesToken: false }],
    ['every address, with tokens behind a proxy', { host: '0.0.0.0', ...TOKENS, behindProxy: true }, { word: 'malformed', isSecured: false, makesToken: false }],
    ['every address, with client certificates', { host: '::', ...MUTUAL, ...CLIENTS }, { word: 'no-tokens-here', isSecured: true, makesToken: false }],
    ['every address, with both', { host: '10.0.0.1', ...MUTUAL, ...CLIENTS, ...TOKENS }, { word: 'malformed', isSecured: true, makesToken: false }],
    ['every address, with one token and TLS', { host: '0.0.0.0', ...OWN, ...TLS }, { word: 'bad-token', isSecured: true, makesToken: false }],
    ['an issuer’s tokens, and the one token no longer', { ...TOKENS, ...OWN }, { word: 'malformed', isSecured: false, makesToken: false }],
  ];
  test.each(rows)('%s', async (_what, monitor, { word, isSecured, makesToken }) => {
    const access = await open(monitor);
    expect(access.tls !== undefined).toBe(isSecured);
    expect(access.token !== undefined).toBe(makesToken);
    expect(await whyOf(access)).toBe(word);
  });

  test('the token that it makes, each time another, and it lets in', async () => {
    const [first, second] = [await open({}), await open({})];
    expect(first.token).not.toBe(second.token);
    expect(await whyOf(first, `Bearer ${first.token}`)).toBe('local');
    expect(await whyOf(first, `Bearer ${second.token}`)).toBe('bad-token');
  });
});

describe('does not start, and says in one line what to set', () => {
  test.each<[string, object, RegExp]>([
    ['strangers in the clear', { host: '0.0.0.0' }, /in the clear on 0\.0\.0\.0: set monitor\.tlsCert and monitor\.tlsKey, or monitor\.behindProxy/],
    ['tokens in the clear', { host: '10.0.0.1', ...TOKENS }, /in the clear on 10\.0\.0\.1/],
    ['a name that may be anywhere', { host: 'localhost.example', ...OWN }, /in the clear on localhost\.example/],
    ['an address that only begins like this machine', { host: '127.0.0.1.example' }, /in the clear/],
    ['nobody who may', { host: '0.0.0.0', ...TLS }, /nobody is named who may read alerts on 0\.0\.0\.0: set monitor\.issuer/],
    ['nobody who may, behind a proxy', { host: '0.0.0.0', behindProxy: true }, /nobody is named/],
    ['a client CA and nobody whom it stands for', { host: '0.0.0.0', ...MUTUAL }, /nobody is named/],
    ['files of TLS that do not fit', { ...TLS, tlsKey: cert }, /TLS: .* do not fit/],
    ['a file of keys that is none', { ...TOKENS, jwks: cert }, /tokens: .* holds no key set/],
  ])('%s', async (_what, monitor, words) => {
    await expect(open(monitor)).rejects.toThrow(words);
    await expect(open(monitor)).rejects.not.toThrow(/\n/);
  });
});

describe('a configuration that cannot be meant', () => {
  const bad: readonly [string, object, RegExp][] = [
    ['an issuer without keys', { issuer: 'https://sign-in.example', audience: 'purkinje' }, /issuer, audience and jwks go together/],
    ['keys without an issuer', { jwks }, /issuer, audience and jwks go together/],
    ['a certificate without a key', { tlsCert: cert }, /tlsCert and tlsKey go together/],
    ['a client CA without TLS', { tlsClientCa: cert }, /tlsClientCa needs tlsCert and tlsKey/],
    ['clients that nothing can identify', { ...TLS, ...CLIENTS }, /clients needs tlsClientCa/],
    ['a client without scopes', { ...MUTUAL, clients: { gateway: [] } }, /monitor\.clients/],
    ['a scope that there is not', { ...MUTUAL, clients: { gateway: ['write:*'] } }, /must be read:UNIT/],
    ['a scope without a unit', { ...MUTUAL, clients: { gateway: ['read:'] } }, /must be read:UNIT/],
    ['a token that can be guessed', { token: 'secret' }, /monitor\.token/],
    ...['http://sign-in.example/jwks', 'HTTP://sign-in.example/jwks', 'http://localhost:x@sign-in.example/jwks', 'http://127.0.0.1.example/jwks', 'http://localhost.example/', 'ftp://sign-in.example/jwks', 'file:///jwks.json', 'https://me:secret@sign-in.example/jwks', 'https://'].map(
      (address): [string, object, RegExp] => [`keys from ${address}`, { ...TOKENS, jwks: address }, /monitor\.jwks: .*must be an https:\/\/ address/],
    ),
  ];
  test.each(bad)('%s', (_what, monitor, words) => {
    expect(() => settings(monitor)).toThrow(ConfigError);
    expect(() => settings(monitor)).toThrow(words);
    expect(() => settings(monitor)).not.toThrow(/\n|secret@/);
  });

  test.each(['https://sign-in.example/jwks', 'HTTPS://sign-in.example:8443/jwks', 'http://127.0.0.1:9/jwks', 'http://localhost/jwks', 'http://[::1]:9/jwks', 'jwks.json', '/etc/purkinje/jwks.json'])('keys from %s can be', (source) => {
    expect(settings({ ...TOKENS, jwks: source }).jwks).toBe(source);
  });
});
