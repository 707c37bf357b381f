/** Engine and encoder over TLS: who listens in or answers in an encoder's place gets nothing, who may not call is not heard, and certificates are exchanged while segments are scored. Invariants: I93 */
import { copyFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ClientPemFiles, clientTls, type PemFiles, secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { inTheClear } from '../../src/cli/looked.js';
import { ConfigError, loadConfig } from '../../src/config/index.js';
import { startEncoderServer } from '../../src/encoder/index.js';
import { certificate, chained, revocations } from '../access/authority.js';
import { client, contractOf, ensureBuilt, inputOf, segmentOf, serverOptions } from './support.js';

const ca = certificate({ name: 'Hospital', isCa: true });
const identity = certificate({ name: 'encoder', by: ca, usage: 'serverAuth' });
const engine = certificate({ name: 'engine', by: ca, usage: 'clientAuth' });
const SERVER: PemFiles = { cert: identity.cert, key: identity.key, clientCa: ca.cert };
const ENGINE: ClientPemFiles = { ca: ca.cert, cert: engine.cert, key: engine.key };
const soon = { timeout: 8000, interval: 100 };

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
beforeAll(ensureBuilt, 240_000);

async function serve(files: PemFiles | 'in the clear' = SERVER): Promise<number> {
  const tls = files === 'in the clear' ? undefined : await secured(files, systemClock(), () => {});
  const server = await startEncoderServer(serverOptions({ tls }));
  opened.push(() => tls?.close(), () => server.drain());
  return server.port;
}
async function call(port: number, files: ClientPemFiles | 'in the clear' = ENGINE) {
  const tls = files === 'in the clear' ? undefined : await clientTls(files, systemClock(), () => {});
  const encoder = await client([`127.0.0.1:${port}`], { tls, healthIntervalMs: 100 });
  opened.push(() => tls?.close(), () => encoder.close());
  return encoder;
}
const score = (encoder: Awaited<ReturnType<typeof call>>) => encoder.score([inputOf(segmentOf(1))], { deadlineMs: 5000 });

/** Somebody on the way who sees every byte, and counts connections. */
async function onTheWay(port: number) {
  const seen: Buffer[] = [];
  let connections = 0;
  const sockets: Socket[] = [];
  const server: Server = createServer((from) => {
    connections++;
    const to = connect(port, '127.0.0.1');
    sockets.push(from, to);
    for (const [one, other] of [[from, to], [to, from]]) one.on('error', () => {}).on('data', (bytes: Buffer) => (seen.push(bytes), other.write(bytes))).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => (sockets.forEach((socket) => socket.destroy()), server.close()));
  return { port: (server.address() as { port: number }).port, text: () => Buffer.concat(seen).toString('latin1'), connections: () => connections };
}

describe('between engine and encoder', () => {
  test('in the clear the model’s name is read on the way; over TLS nothing is, and the scores are the same', async () => {
    const [clear, hidden] = [await onTheWay(await serve('in the clear')), await onTheWay(await serve())];
    expect(contractOf().model.name).toBe('purkinje-s');
    const inClear = await score(await call(clear.port, 'in the clear'));
    const overTls = await score(await call(hidden.port));
    expect(overTls[0].logits).toEqual(inClear[0].logits);
    expect([clear.text().includes('purkinje-s'), hidden.text().includes('purkinje-s')]).toEqual([true, false]);
  });

  const other = certificate({ name: 'Hospital', isCa: true });
  test.each<[string, PemFiles, ClientPemFiles | 'in the clear']>([
    ['an engine in the clear', SERVER, 'in the clear'],
    ['an engine without a certificate', SERVER, { ca: ca.cert }],
    ['an engine of another authority', SERVER, { ...ENGINE, ...certificate({ name: 'engine', by: other, usage: 'clientAuth' }) }],
    ['an engine whose certificate has run out', SERVER, { ...ENGINE, ...certificate({ name: 'engine', by: ca, usage: 'clientAuth', from: -9, until: -1 }) }],
    ['an engine whose certificate is revoked', { ...SERVER, clientCrl: revocations(ca, [engine]) }, ENGINE],
    ['an encoder of another authority', { ...SERVER, ...certificate({ name: 'encoder', by: other, usage: 'serverAuth' }) }, ENGINE],
    ['an encoder whose certificate has run out', { ...SERVER, ...certificate({ name: 'encoder', by: ca, usage: 'serverAuth', from: -9, until: -1 }) }, ENGINE],
    ['an encoder that shows a client’s certificate', { ...SERVER, ...engine }, ENGINE],
  ])('%s scores nothing', async (_what, server, files) => {
    const encoder = await call(await serve(server), files);
    expect(encoder.ready()).toBe(false);
    await expect(score(encoder)).rejects.toThrow('no encoder can answer');
  });

  test('certificates, keys and authorities of both are exchanged while segments are scored; the old ones are used no more', async () => {
    const server = { cert: chained(identity.cert), key: chained(identity.key), clientCa: chained(ca.cert) };
    const own = { ca: chained(ca.cert), cert: chained(engine.cert), key: chained(engine.key) };
    const port = await serve(server);
    const way = await onTheWay(port);
    const encoder = await call(way.port, own);
    expect(await score(encoder)).toHaveLength(1);
    const before = way.connections();
    const next = certificate({ name: 'New Hospital', isCa: true });
    const [newIdentity, newEngine] = [certificate({ name: 'encoder', by: next, usage: 'serverAuth' }), certificate({ name: 'engine', by: next, usage: 'clientAuth' })];
    for (const [from, to] of [[next.cert, server.clientCa], [newIdentity.cert, server.cert], [newIdentity.key, server.key], [next.cert, own.ca], [newEngine.cert, own.cert], [newEngine.key, own.key]]) copyFileSync(from, to);
    await vi.waitFor(async () => expect([way.connections() > before, (await score(encoder)).length]).toEqual([true, 1]), soon);
    await expect(score(await call(port))).rejects.toThrow('no encoder can answer');
    expect(await score(await call(port, { ca: next.cert, ...newEngine }))).toHaveLength(1);
  }, 30_000);
});

describe('what is set', () => {
  const config = (encoder: object) => loadConfig({ env: {}, flags: Object.fromEntries(Object.entries(encoder).map(([key, value]) => [`encoder.${key}`, value])) }).config;

  test('signal that leaves this machine in the clear is a warning, by its address', () => {
    expect(inTheClear(config({ endpoints: ['127.0.0.1:8001', 'gpu-1:8001', 'localhost:1'] }))).toMatchObject([{ ok: true, isWarning: true, text: expect.stringMatching(/in the clear to gpu-1:8001$/), hint: expect.stringContaining('encoder.tls') }]);
    for (const sound of [{ endpoints: ['127.0.0.1:8001', 'localhost:1'] }, { endpoints: [] }, { endpoints: ['gpu-1:8001'], tls: true }]) expect(inTheClear(config(sound))).toEqual([]);
  });

  test.each([[{ ca: 'x' }], [{ tls: true, cert: 'x' }], [{ tlsCert: 'x' }], [{ tlsClientCa: 'x' }], [{ tlsCert: 'x', tlsKey: 'x', tlsClientCrl: 'x' }]])('%j is refused', (encoder) => expect(() => config(encoder)).toThrow(ConfigError));

  test.each<[ClientPemFiles, string]>([[{ ca: identity.key }, 'holds no certificates of those who sign for servers'], [{ cert: engine.cert, key: identity.key }, 'do not fit'], [{ ca: '/nowhere.pem' }, 'cannot be read (ENOENT)']])('%j is refused at the start', async (files, words) => {
    await expect(clientTls(files, systemClock(), () => {})).rejects.toThrow(words);
  });
});
