/** Clients that never complete a handshake, before anyone knows who they are. The servers' clock runs four times as fast. Invariants: I102 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { secured, type Secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { serveGrpc } from '../../src/adapters/http/index.js';
import { serveMllp } from '../../src/adapters/mllp/index.js';
import type { Clock } from '../../src/ports/index.js';
import { certificate } from './authority.js';

const { nowMs, monotonicMs, after } = systemClock();
const quick: Clock = { nowMs, monotonicMs: () => monotonicMs() * 4, after: (ms, run) => after(ms / 4, run) };
/** Ten seconds by the servers' clock. */
const HANDSHAKE_MS = 2500;
const host = '127.0.0.1';

interface Server {
  readonly port: number;
  close(): void | Promise<void>;
}
const SERVERS: Readonly<Record<string, (tls: Secured) => Promise<Server>>> = {
  gRPC: (tls) => serveGrpc(() => {}, { host, port: 0, tls, clock: quick, limits: { connections: 99, connectionsOfAddress: 99, streams: 9 } }),
  HL7: (tls) => serveMllp({ host, port: 0, tls, clock: quick, allow: [], onMessage: () => Promise.resolve(undefined) }),
};

let tls: Secured;
const sockets: Socket[] = [];
beforeEach(async () => void (tls = await secured(certificate({ name: 'localhost' }), systemClock(), () => {})));
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  tls.close();
});

/** Begins a connection; when it was closed from the other side, in ms since then. */
function held(port: number): { readonly socket: Socket; readonly closed: Promise<number> } {
  const startMs = performance.now();
  const socket = connect({ port, host });
  sockets.push(socket);
  socket.on('error', () => {}).resume();
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(performance.now() - startMs))) };
}

describe.each(Object.entries(SERVERS))('%s over TLS', (_name, open) => {
  let server: Server;
  beforeEach(async () => void (server = await open(tls)));
  afterEach(() => server.close());

  test('ends connections that say nothing, or a byte at a time, ten seconds after they began; who shook hands stays', async () => {
    const good = connectTls({ port: server.port, host, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    sockets.push(good);
    let isOpen = true;
    good.on('error', () => {}).on('close', () => (isOpen = false)).resume();
    await new Promise((resolve) => good.once('secureConnect', resolve));
    const silent = Array.from({ length: 20 }, () => held(server.port));
    const drips = Array.from({ length: 20 }, () => held(server.port));
    // A record of a handshake that announces 512 bytes.
    for (const { socket } of drips) socket.write(Buffer.of(22, 3, 1, 2, 0));
    const drip = setInterval(() => drips.forEach(({ socket }) => socket.write(Buffer.of(0))), 50);
    const after = await Promise.all([...silent, ...drips].map(({ closed }) => closed));
    clearInterval(drip);
    expect(Math.min(...after)).toBeGreaterThan(HANDSHAKE_MS * 0.9);
    expect(Math.max(...after)).toBeLessThan(HANDSHAKE_MS + 5000);
    expect(isOpen).toBe(true);
  }, 20_000);

  test('ends at once those that send something else', async () => {
    const { socket, closed } = held(server.port);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await closed).toBeLessThan(HANDSHAKE_MS * 0.9);
  });

  test('closes while some have not said anything', async () => {
    const silent = Array.from({ length: 5 }, () => held(server.port));
    await vi.waitFor(() => expect(silent.every(({ socket }) => !socket.connecting)).toBe(true), 5000);
    await server.close();
    await Promise.all(silent.map(({ closed }) => closed));
  });
});

test('an HL7 gateway takes 4,096 connections, and reports that it takes no more', async () => {
  const dropped: string[] = [];
  let most = 0;
  const server = await serveMllp({ host, port: 0, clock: systemClock(), allow: [], onMessage: () => Promise.resolve(undefined), onDropped: (why) => void dropped.push(why), onConnections: (open) => (most = Math.max(most, open)) });
  for (let n = 0; n < 4200; n += 200) await Promise.all(Array.from({ length: 200 }, () => new Promise<void>((resolve) => {
    held(server.port).socket.once('connect', () => resolve()).once('close', () => resolve());
  })));
  await vi.waitFor(() => expect([most, dropped.length]).toEqual([4096, 104]), 10_000);
  expect([...new Set(dropped)]).toEqual(['no-room']);
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
}, 30_000);
