/** Connections that were let in by a client certificate which does not hold any more: expired, revoked, or of an authority that was exchanged. Invariants: I34, I90 */
import { copyFileSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDoor, type PemFiles, secured } from '../../src/adapters/access/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { serveMllp } from '../../src/adapters/mllp/index.js';
import { AlertServiceClient, type SubscribeResponse } from '../../src/wire/gen/ecg/v1/delivery.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { openWard } from '../monitor/support.js';
import { type Certificate, certificate, chained, revocations } from './authority.js';

const SECOND = 1 / 86_400;
const ENDS_WITHIN_MS = 5000;
const ca = certificate({ name: 'Hospital', isCa: true });
const server = certificate({ name: 'localhost', by: ca, usage: 'serverAuth' });
const stays = certificate({ name: 'gateway', by: ca, usage: 'clientAuth' });

let log: EmbeddedLog;
beforeAll(async () => void (log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 1 })));
afterAll(() => log.close());
const opened: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A monitor and an HL7 door over files that a test may exchange. */
async function open(more: { readonly clientCrl?: string } = {}, broken: unknown[] = []) {
  const files: PemFiles = { cert: server.cert, key: server.key, clientCa: chained(ca.cert), ...more };
  const tls = await secured(files, systemClock(), (error) => broken.push(error));
  const door = await openDoor({ clients: { gateway: ['read:*'] } }, systemClock(), () => {});
  const ward = await openWard(log, { door, grpc: { host: '127.0.0.1', port: 0, tls } }, undefined, undefined, tls);
  const mllp = await serveMllp({ host: '127.0.0.1', port: 0, tls, allow: [], clock: systemClock(), onMessage: () => Promise.resolve(undefined) });
  opened.push(() => tls.close(), () => ward.close(), () => mllp.close());
  return { files, ports: { http: ward.http.port, grpc: ward.monitor.grpcPort, mllp: mllp.port } };
}
type Ports = Awaited<ReturnType<typeof open>>['ports'];

const pem = ({ cert, key }: Certificate) => ({ ca: readFileSync(ca.cert), cert: readFileSync(cert), key: readFileSync(key) });

/** Everything that a client can hold open, and when each was ended from the other side. */
async function holdOpen(ports: Ports, by: Certificate) {
  const ended = new Map<string, number>();
  const end = (name: string) => () => void (ended.has(name) || ended.set(name, Date.now()));
  // An event stream.
  await new Promise<void>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: ports.http, path: '/alerts', ...pem(by), agent: false }, (response) => {
      response.on('data', () => resolve()).on('error', end('events')).on('close', end('events'));
    });
    asked.on('error', reject).end();
    opened.push(() => void asked.destroy());
  });
  // A connection that is kept for the next request, and has one each second: without, a server ends it after five.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () => new Promise<TLSSocket>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: ports.http, path: '/beds', ...pem(by), agent }, (response) => response.resume().on('end', () => resolve(asked.socket as TLSSocket)));
    asked.on('error', reject).end();
  });
  const kept = await ask();
  const again = setInterval(() => void ask().catch(() => {}), 1000);
  kept.on('close', () => (clearInterval(again), end('keep-alive')()));
  opened.push(() => (clearInterval(again), agent.destroy()));
  // A stream, and the channel that it is on.
  const channel = new AlertServiceClient(`127.0.0.1:${ports.grpc}`, grpc.credentials.createSsl(pem(by).ca, pem(by).key, pem(by).cert));
  opened.push(() => channel.close());
  await new Promise<void>((resolve, reject) => {
    const call = channel.subscribe({ units: [], beds: [], findings: [], priorities: [], evidence: [], cursor: '' });
    call.on('data', ({ message }: SubscribeResponse) => message?.$case === 'heartbeat' && resolve());
    call.on('error', (error: Error) => (end('grpc stream')(), reject(error)));
  });
  // A bare connection that has asked for nothing.
  for (const [name, port] of [['grpc idle', ports.grpc], ['mllp', ports.mllp]] as const) {
    const socket = await shakeHands(port, by);
    socket.on('close', end(name)).resume();
  }
  return ended;
}
const ALL_HELD = ['events', 'keep-alive', 'grpc stream', 'grpc idle', 'mllp'];

function shakeHands(port: number, by: Certificate, session?: Buffer): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ...pem(by), session, ALPNProtocols: ['h2', 'http/1.1'] });
    opened.push(() => void socket.destroy());
    socket.on('error', reject).once('secureConnect', () => resolve(socket));
  });
}

/** What TLS gives a client to come back with, by port of HTTP and gRPC. */
const sessionsOf = (ports: Ports, by: Certificate) =>
  Promise.all([ports.http, ports.grpc].map(async (port) => {
    const socket = await shakeHands(port, by);
    let session: Buffer | undefined;
    socket.on('session', (one: Buffer) => (session = one));
    if (socket.alpnProtocol !== 'h2') socket.write('GET /beds HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    return session;
  }));

/** In TLS 1.3 a client learns only after the handshake that it is refused. */
async function comesIn(port: number, by: Certificate, session?: Buffer): Promise<boolean> {
  const socket = await shakeHands(port, by, session).catch(() => undefined);
  if (socket === undefined) return false;
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true)).on('close', () => resolve(false)).on('error', () => resolve(false));
    if (socket.alpnProtocol !== 'h2') socket.write('GET /beds HTTP/1.1\r\nHost: x\r\n\r\n');
  });
}

const allEnded = (ended: ReadonlyMap<string, number>) => vi.waitFor(() => expect([...ended.keys()].sort()).toEqual([...ALL_HELD].sort()), { timeout: 12_000, interval: 50 });

describe('what a client certificate opened', () => {
  test('ends within 5 s of its end, and is not taken up by a TLS session either', async () => {
    const { ports } = await open();
    const untilMs = Math.ceil(Date.now() / 1000 + 9) * 1000;
    const short = certificate({ name: 'gateway', by: ca, usage: 'clientAuth', until: (untilMs - Date.now()) / 86_400_000 });
    const resumed = await sessionsOf(ports, short);
    const [ended, others] = [await holdOpen(ports, short), await holdOpen(ports, stays)];
    expect(ended.size).toBe(0);
    await allEnded(ended);
    for (const [name, atMs] of ended) expect([name, atMs > untilMs - 1500, atMs < untilMs + ENDS_WITHIN_MS]).toEqual([name, true, true]);
    expect([...others.keys()]).toEqual([]);
    expect(await Promise.all([ports.http, ports.grpc].map((port) => comesIn(port, short)))).toEqual([false, false]);
    expect(await Promise.all([ports.http, ports.grpc].map((port, i) => comesIn(port, short, resumed[i])))).toEqual([false, false]);
  }, 30_000);

  test('ends when the signer of a certificate between it and the authority ends', async () => {
    const { ports } = await open();
    const middle = certificate({ name: 'Middle', by: ca, isCa: true, until: 9 * SECOND });
    const own = certificate({ name: 'gateway', by: middle });
    const ended = await holdOpen(ports, { cert: chained(own.cert, middle.cert), key: own.key });
    expect(ended.size).toBe(0);
    await allEnded(ended);
  }, 30_000);

  test('ends within 5 s of an exchange of the authority, and begins again by the new one', async () => {
    const { files, ports } = await open();
    const ended = await holdOpen(ports, stays);
    const next = certificate({ name: 'Hospital', isCa: true });
    const newcomer = certificate({ name: 'gateway', by: next });
    copyFileSync(next.cert, files.clientCa!);
    const atMs = Date.now();
    await allEnded(ended);
    expect(Math.max(...ended.values())).toBeLessThan(atMs + ENDS_WITHIN_MS);
    expect(await Promise.all([ports.http, ports.grpc].map((port) => comesIn(port, stays)))).toEqual([false, false]);
    expect(await Promise.all([ports.http, ports.grpc].map((port) => comesIn(port, newcomer)))).toEqual([true, true]);
  }, 30_000);

  test('stays where its authority is renewed with the same key, and comes in with the old one in its chain', async () => {
    const { files, ports } = await open();
    const ended = await holdOpen(ports, stays);
    copyFileSync(certificate({ name: 'Hospital', isCa: true, keyOf: ca }).cert, files.clientCa!);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect([...ended.keys()]).toEqual([]);
    const shown = { cert: chained(stays.cert, ca.cert), key: stays.key };
    const again = await holdOpen(ports, shown);
    expect(await Promise.all([ports.http, ports.grpc].map((port) => comesIn(port, shown)))).toEqual([true, true]);
    expect([...again.keys()]).toEqual([]);
  }, 30_000);

  test('stays where another authority comes beside its own', async () => {
    const { files, ports } = await open();
    const ended = await holdOpen(ports, stays);
    copyFileSync(chained(ca.cert, certificate({ name: 'Second', isCa: true }).cert), files.clientCa!);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect([...ended.keys()]).toEqual([]);
  }, 30_000);
});

describe('a list of revoked certificates', () => {
  const lost = certificate({ name: 'gateway', by: ca, usage: 'clientAuth' });
  const list = (...certificates: Certificate[]) => chained(revocations(ca, certificates));

  test('ends within 5 s what it names, lets it in no more, not by a TLS session either, and leaves all others', async () => {
    const { files, ports } = await open({ clientCrl: list() });
    const resumed = await sessionsOf(ports, lost);
    const [ended, others] = [await holdOpen(ports, lost), await holdOpen(ports, stays)];
    expect([ended.size, others.size]).toEqual([0, 0]);
    copyFileSync(list(lost), files.clientCrl!);
    const atMs = Date.now();
    await allEnded(ended);
    expect(Math.max(...ended.values())).toBeLessThan(atMs + ENDS_WITHIN_MS);
    expect([...others.keys()]).toEqual([]);
    for (const [i, port] of [ports.http, ports.grpc].entries()) {
      expect(await comesIn(port, lost)).toBe(false);
      expect(await comesIn(port, lost, resumed[i])).toBe(false);
      expect(await comesIn(port, stays)).toBe(true);
    }
  }, 30_000);

  test('that of another authority with the same serial numbers ends nothing', async () => {
    const { files, ports } = await open({ clientCrl: list() });
    const ended = await holdOpen(ports, lost);
    const other = certificate({ name: 'Other', isCa: true });
    copyFileSync(chained(revocations(ca, []), revocations(other, [lost])), files.clientCrl!);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect([...ended.keys()]).toEqual([]);
  }, 30_000);

  test('one that is none is reported, and the old one holds; one that has run out is reported', async () => {
    const broken: unknown[] = [];
    const { files, ports } = await open({ clientCrl: list(lost) }, broken);
    copyFileSync(ca.cert, files.clientCrl!);
    await vi.waitFor(() => expect(String(broken[0])).toContain(`${files.clientCrl} holds no list of revoked certificates`), 8000);
    expect([await comesIn(ports.http, lost), await comesIn(ports.http, stays)]).toEqual([false, true]);
    const late: unknown[] = [];
    const outdated = await open({ clientCrl: chained(revocations(ca, [], -1)) }, late);
    expect(String(late[0])).toContain('has run out');
    expect(await comesIn(outdated.ports.http, stays)).toBe(false);
    await expect(secured({ ...files, clientCrl: ca.cert }, systemClock(), () => {})).rejects.toThrow('holds no list of revoked certificates');
  }, 30_000);
});
