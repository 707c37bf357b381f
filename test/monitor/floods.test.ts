/**
 * What one client may take of gRPC: attacked over raw HTTP/2 by clients that open, send half, send much, or send nothing. The monitor's
 * clock runs eight times as fast. Invariants: I102, I103
 */
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { connect, type Socket } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { METADATA_MAX_BYTES, serveGrpc } from '../../src/adapters/http/index.js';
import type { Clock } from '../../src/ports/index.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, ended, event, openWard, subscribe, type Ward } from './support.js';

const { nowMs, monotonicMs, after } = systemClock();
const quick: Clock = { nowMs, monotonicMs: () => monotonicMs() * 8, after: (ms, run) => after(ms / 8, run) };
const OF_ADDRESS = 8;

let log: EmbeddedLog;
let ward: Ward;
const sessions: ClientHttp2Session[] = [];
const sockets: Socket[] = [];
const count = (name: string) => ward.meter.counts.get(name);

beforeEach(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
  ward = await openWard(log, { grpc: { host: '127.0.0.1', port: 0, connectionsOfAddress: OF_ADDRESS } }, quick);
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const socket of sockets.splice(0)) socket.destroy();
  await ward.close();
  await log.close();
});

function session(port = ward.monitor.grpcPort, initialWindowSize = 65_535): ClientHttp2Session {
  const opened = connectHttp2(`http://127.0.0.1:${port}`, { settings: { initialWindowSize } });
  opened.on('error', () => {});
  sessions.push(opened);
  return opened;
}

/** A call whose end is never sent, unless it is whole; its answer, when it has closed. */
function call(over: ClientHttp2Session, { token = ALL, method = 'List', body = Buffer.alloc(0), isWhole = false, more = {} }: { token?: string; method?: string; body?: Buffer; isWhole?: boolean; more?: Record<string, string> } = {}) {
  const stream: ClientHttp2Stream = over.request({ ':method': 'POST', ':path': `/ecg.v1.AlertService/${method}`, 'content-type': 'application/grpc', te: 'trailers', ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...more }, { endStream: false });
  if (body.length > 0) stream.write(body);
  if (isWhole) stream.end();
  const startMs = performance.now();
  return new Promise<{ status: string | undefined; message: string; afterMs: number }>((resolve) => {
    let headers: IncomingHttpHeaders = {};
    stream.on('response', (got) => (headers = { ...headers, ...got }));
    stream.on('trailers', (got) => (headers = { ...headers, ...got }));
    stream.on('error', () => {});
    stream.on('close', () => resolve({ status: headers['grpc-status']?.toString(), message: decodeURI(String(headers['grpc-message'])), afterMs: performance.now() - startMs }));
    stream.resume();
  });
}
const statuses = (answers: readonly { status: string | undefined }[]) => [...new Set(answers.map(({ status }) => status))];
/** Announces 60,000 bytes, and sends half of them. */
const half = () => Buffer.concat([Buffer.of(0, 0, 0, 0xea, 0x60), Buffer.alloc(30_000)]);

describe('without a token', () => {
  test('300 half-sent messages of three connections are refused before they are read, and closed', async () => {
    const over = [session(), session(), session()];
    const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => call(over[n % 3], { token: '', body: half() })));
    expect(statuses(answers)).toEqual([String(grpc.status.UNAUTHENTICATED)]);
    expect(count('purkinje_deliver_refused_total no-credentials')).toBe(300);
    // One line at once, then sums: not 300, and none is left out.
    const refusals = () => ward.audit.reduce((sum, { repeated = 1 }) => sum + repeated, 0);
    await vi.waitFor(() => expect(refusals()).toBe(300), 5000);
    expect(ward.audit.length).toBeLessThan(20);
  });

  test('streams that send nothing at all, too', async () => {
    const over = session();
    expect(statuses(await Promise.all(Array.from({ length: 100 }, () => call(over, { token: '', method: 'Subscribe' }))))).toEqual([String(grpc.status.UNAUTHENTICATED)]);
  });
});

describe('with a token', () => {
  test('a message that is half sent ends after ten seconds, and the others on the connection continue', async () => {
    const over = session();
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(over, { body: half() })));
    expect(statuses(answers)).toEqual([String(grpc.status.DEADLINE_EXCEEDED)]);
    for (const { afterMs } of answers) expect(afterMs).toBeGreaterThan(1200);
    const { status, message } = await call(over, { body: Buffer.alloc(5), more: { 'grpc-timeout': '300m' } });
    // The library's own end, not ours.
    expect([status, message]).toEqual([String(grpc.status.DEADLINE_EXCEEDED), 'Deadline exceeded']);
  });

  test('a message over 64 KiB is refused', async () => {
    expect(statuses([await call(session(), { body: Buffer.concat([Buffer.of(0, 0, 1, 0, 1), Buffer.alloc(100)]) })])).toEqual([String(grpc.status.RESOURCE_EXHAUSTED)]);
  });

  test.each([
    ['just within', METADATA_MAX_BYTES - 1000, String(grpc.status.DEADLINE_EXCEEDED)],
    ['beyond', METADATA_MAX_BYTES, String(grpc.status.RESOURCE_EXHAUSTED)],
    ['far beyond', 50_000, String(grpc.status.RESOURCE_EXHAUSTED)],
  ])('metadata %s the bound', async (_what, bytes, status) => {
    expect(statuses([await call(session(), { more: { 'x-flood': 'x'.repeat(bytes) } })])).toEqual([status]);
  });

  test('of 200 streams of one connection 128 are taken', async () => {
    const over = session();
    for (let n = 0; n < 200; n++) {
      const stream = over.request({ ':method': 'POST', ':path': '/ecg.v1.AlertService/Subscribe', 'content-type': 'application/grpc', te: 'trailers', authorization: `Bearer ${ALL}` });
      stream.on('error', () => {}).resume().end(Buffer.alloc(5));
    }
    await vi.waitFor(() => expect(count('purkinje_deliver_subscribers')).toBe(128), 5000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(count('purkinje_deliver_subscribers')).toBe(128);
  });

  test('an answer that is not taken is closed after thirty seconds', async () => {
    await log.append(Array.from({ length: 20 }, (_, n) => event(n)));
    const shut = session(ward.monitor.grpcPort, 0);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(shut, { body: Buffer.alloc(5), isWhole: true })));
    for (const { afterMs } of answers) expect(afterMs).toBeGreaterThan(3600);
  }, 15_000);

  test('a subscriber that takes nothing is closed two seconds after its token has run out', async () => {
    await log.append(Array.from({ length: 20 }, (_, n) => event(n)));
    const token = `nurse/read:*/expires:${Date.now() + 400}`;
    await call(session(ward.monitor.grpcPort, 0), { token, method: 'Subscribe', body: Buffer.alloc(5), isWhole: true });
    // It was not let go for being slow.
    expect(count('purkinje_deliver_subscriptions_ended_total slow') ?? 0).toBe(0);
    expect(count('purkinje_deliver_subscriptions_ended_total expired')).toBe(1);
  });

  test('a list that is larger than an answer may be is refused, with what to do; a subscription gets it', async () => {
    const long = Array.from({ length: 60 }, (_, n) => `${'x'.repeat(120)}/1/${n}`);
    await log.append(Array.from({ length: 600 }, (_, n) => event(n, 'raised', { segments: long })));
    const subscriber = subscribe(ward.monitor.grpcPort);
    await ended(subscriber);
    expect(subscriber.events()).toHaveLength(600);
    const stream = session().request({ ':method': 'POST', ':path': '/ecg.v1.AlertService/List', 'content-type': 'application/grpc', te: 'trailers', authorization: `Bearer ${ALL}` });
    stream.end(Buffer.alloc(5));
    const headers = await new Promise<IncomingHttpHeaders>((resolve) => stream.on('response', resolve));
    expect([headers['grpc-status'], decodeURI(String(headers['grpc-message']))]).toEqual([String(grpc.status.RESOURCE_EXHAUSTED), '600 alerts are more than one answer of 4 MiB holds: narrow the filter, or subscribe']);
    subscriber.close();
  }, 20_000);
});

describe('connections', () => {
  const refused = () => count('purkinje_process_connections_refused_total grpc own');
  function raw(localAddress: string): { readonly connected: Promise<unknown>; readonly closed: Promise<unknown> } {
    const socket = connect({ port: ward.monitor.grpcPort, host: '127.0.0.1', localAddress });
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    return { closed, connected: Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))]) };
  }

  test(`of one address more than ${OF_ADDRESS} are closed, of another they are open; who leaves makes room`, async () => {
    const all = Array.from({ length: 20 }, () => raw('127.0.0.1'));
    await vi.waitFor(() => expect(refused()).toBe(20 - OF_ADDRESS), 10_000);
    await Promise.race(all.map(({ closed }) => closed));
    await raw('127.0.0.2').connected;
    await vi.waitFor(() => expect(count('purkinje_process_connections')).toBeGreaterThan(0), 10_000);
    for (const socket of sockets.splice(0)) socket.destroy();
    await vi.waitFor(() => expect(count('purkinje_process_connections')).toBe(0), 10_000);
    await raw('127.0.0.1').connected;
    await vi.waitFor(() => expect(count('purkinje_process_connections')).toBe(1), 1500);
    expect(refused()).toBe(20 - OF_ADDRESS);
  });

  test('that make no call are closed after fifteen seconds, whether they say nothing or only begin', async () => {
    const begun = session();
    const ended = new Promise((resolve) => begun.once('close', resolve));
    const { connected, closed } = raw('127.0.0.1');
    await connected;
    const startMs = performance.now();
    await Promise.all([ended, closed]);
    expect(performance.now() - startMs).toBeGreaterThan(1000);
  });

  test('that have made one are closed when they have been idle', async () => {
    const listener = await serveGrpc(() => {}, { host: '127.0.0.1', port: 0, limits: { connections: 9, connectionsOfAddress: 9, streams: 9, idleMs: 300 }, clock: systemClock() });
    const over = session(listener.port);
    const { status } = await call(over, {});
    expect(status).toBe(String(grpc.status.UNIMPLEMENTED));
    await new Promise((resolve) => over.once('close', resolve));
    listener.close();
  });
});
