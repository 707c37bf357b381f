/** Connections of one address are bounded, and a port for health is its own: what clients do elsewhere, or there, keeps nobody from looking. Invariants: I102, I104 */
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { HEALTH_LIMITS, type HttpServer, networkOf, reply, serveHttp } from '../../src/adapters/http/index.js';
import { certificate } from '../access/authority.js';

const servers: HttpServer[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const routes = { '/ready': (_request: unknown, response: Parameters<typeof reply>[0]) => reply(response, 200, 'application/json', '{}') };
async function listen(more: Partial<Parameters<typeof serveHttp>[0]> = {}): Promise<HttpServer> {
  const server = await serveHttp({ host: '127.0.0.1', port: 0, routes, ...more });
  servers.push(server);
  return server;
}
/** A socket that says nothing; gone from `sockets` once it is closed. */
function idle(port: number, localAddress = '127.0.0.1'): void {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.add(socket);
  socket.on('error', () => {}).resume().on('close', () => sockets.delete(socket));
}
const ready = (port: number, localAddress: string) =>
  new Promise<number | undefined>((resolve) => {
    get({ port, host: '127.0.0.1', path: '/ready', localAddress, agent: false, timeout: 10_000 }, (response) => (response.resume(), resolve(response.statusCode))).on('error', () => resolve(undefined)).on('timeout', () => resolve(undefined));
  });

test('3,000 idle sockets of one address: sixteen stay, others are answered each time, and after five seconds none stays', async () => {
  const counts: number[] = [];
  let refused = 0;
  const { port } = await listen({ limits: HEALTH_LIMITS, watch: { opened: (count) => void counts.push(count), refused: (whose) => void (whose === 'own' && refused++) } });
  for (let n = 0; n < 3000; n += 250) {
    for (let i = 0; i < 250; i++) idle(port);
    await vi.waitFor(() => expect(sockets.size).toBeLessThanOrEqual(HEALTH_LIMITS.connectionsOfAddress), 10_000);
  }
  expect(refused).toBeGreaterThan(2900);
  for (let n = 0; n < 50; n++) expect(await ready(port, '127.0.0.2')).toBe(200);
  await vi.waitFor(() => expect(sockets.size).toBe(0), 15_000);
  // One who asks is counted out some time after the answer.
  expect(Math.max(...counts)).toBeGreaterThanOrEqual(HEALTH_LIMITS.connectionsOfAddress);
  expect(Math.max(...counts)).toBeLessThanOrEqual(HEALTH_LIMITS.connectionsOfAddress * 2);
}, 30_000);

test('a port for clients that is full to its bound keeps nobody from the port for health', async () => {
  const [page, health] = [await listen({ limits: { connections: 200, connectionsOfAddress: 100 } }), await listen({ limits: HEALTH_LIMITS })];
  for (const address of ['127.0.0.1', '127.0.0.3', '127.0.0.4']) for (let n = 0; n < 150; n++) idle(page.port, address);
  await vi.waitFor(() => expect(sockets.size).toBe(200), 5000);
  expect(await ready(page.port, '127.0.0.5')).toBeUndefined();
  for (let n = 0; n < 50; n++) expect(await ready(health.port, '127.0.0.1')).toBe(200);
});

test('over TLS the same, and who leaves, or never completes a handshake, makes room', async () => {
  const tls = await secured(certificate({ name: 'localhost' }), systemClock(), () => {});
  let open = 0;
  const { port } = await listen({ tls, limits: { connectionsOfAddress: 3, headersMs: 2500 }, watch: { opened: (count) => (open = count), refused: () => {} } });
  const secure = () => new Promise<Socket | undefined>((resolve) => {
    const socket: Socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
  const held = await Promise.all([secure(), secure(), secure()]);
  expect([held.every((socket) => socket !== undefined), await secure()]).toEqual([true, undefined]);
  for (const socket of held) socket!.destroy();
  await vi.waitFor(() => expect(open).toBe(0), 10_000);
  idle(port);
  await vi.waitFor(() => expect(open).toBe(1), 10_000);
  await vi.waitFor(() => expect(open).toBe(0), 10_000);
  tls.close();
});

test('an answer that is not taken is given up, and one that is taken slowly is not', async () => {
  const whole = Buffer.alloc(40 * 2 ** 20);
  const { port } = await listen({ routes: { '/large': (_request, response) => void response.end(whole) }, limits: { stillMs: 1500 } });
  const ask = (): Socket => {
    const socket = connect({ port, host: '127.0.0.1' }, () => void socket.write('GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    sockets.add(socket);
    return socket.on('error', () => {});
  };
  const still = ask();
  let taken = 0;
  const slow = ask().on('data', (part: Buffer) => {
    taken += part.length;
    slow.pause();
    setTimeout(() => slow.resume(), 5);
  });
  const ended = new Promise((resolve) => slow.once('end', resolve));
  let open = 0;
  await vi.waitFor(() => expect((open = sockets.size)).toBe(2), 5000);
  await ended;
  expect([taken > whole.length, open]).toEqual([true, 2]);
  // What the system has taken of the other is all that comes.
  let rest = 0;
  await new Promise((resolve) => still.on('data', (part: Buffer) => (rest += part.length)).once('close', resolve));
  expect(rest).toBeLessThan(whole.length);
}, 60_000);

test('an address is one of IPv4, or a /64 of IPv6, however it is written', () => {
  expect(['10.0.0.1', '::ffff:10.0.0.1', '::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', 'fe80::1%eth0', '2001:db8::1', ''].map(networkOf)).toEqual(['10.0.0.1', '10.0.0.1', '0:0:0:0', '2001:db8:1:2', '2001:db8:1:2', 'fe80:0:0:0', '2001:db8:0:0', '']);
  const hextet = fc.integer({ min: 1, max: 0xffff }).map((n) => n.toString(16));
  fc.assert(fc.property(fc.array(hextet, { minLength: 4, maxLength: 4 }), fc.array(hextet, { minLength: 1, maxLength: 3 }), (site, host) => {
    expect(networkOf(`${site.join(':')}::${host.join(':')}`)).toBe(site.join(':'));
  }));
});
