/** What one client may take of the encoder: idle sockets, connections, and messages that are half sent. Invariants: I102, I104 */
import { get } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EncoderServer, startEncoderServer } from '../../src/encoder/index.js';
import { MODEL } from './support.js';

const { nowMs, monotonicMs, after } = systemClock();
/** Ten seconds in one. */
const quick = { nowMs, monotonicMs, after: (ms: number, run: () => void) => after(ms / 10, run) };
const silent = { info() {}, warn() {}, error() {} };
let server: EncoderServer;
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = await startEncoderServer({ model: MODEL, host: '127.0.0.1', port: 0, metricsPort: 0, provider: 'cpu', threads: 1, workers: 1, maxBatch: 4, preferred: [4], longestWaitMs: 0, clock: quick, log: silent });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.drain();
});

function idle(port: number): void {
  const socket = connect({ port, host: '127.0.0.1' });
  sockets.add(socket);
  socket.on('error', () => {}).resume().on('close', () => sockets.delete(socket));
}

const ready = () =>
  new Promise<number | undefined>((resolve) => {
    get({ port: server.metricsPort, host: '127.0.0.1', path: '/ready', agent: false, timeout: 10_000 }, (response) => (response.resume(), resolve(response.statusCode))).on('error', () => resolve(undefined)).on('timeout', () => resolve(undefined));
  });

test.each([
  ['port for metrics keeps sixteen of 1,000 idle sockets', () => server.metricsPort!, 16],
  ['port of gRPC keeps 64 of them', () => server.port, 64],
])('the %s', async (_what, port, kept) => {
  for (let n = 0; n < 1000; n += 250) {
    for (let i = 0; i < 250; i++) idle(port());
    await vi.waitFor(() => expect(sockets.size).toBeLessThanOrEqual(kept), 10_000);
    if (n === 0) expect(sockets.size).toBeGreaterThan(kept / 2);
  }
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => expect(await ready()).toBe(200), 5000);
}, 30_000);

test('an answer that is not taken is closed after thirty seconds', async () => {
  const session = connectHttp2(`http://127.0.0.1:${server.port}`, { settings: { initialWindowSize: 0 } });
  const startMs = performance.now();
  const after = await Promise.all(Array.from({ length: 50 }, () => {
    const stream = session.request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ModelInfer', 'content-type': 'application/grpc', te: 'trailers' });
    // A request of no segment: an error, as a status without a message. And metadata of the server: an answer.
    stream.end(Buffer.alloc(5));
    const metadata = session.request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ServerMetadata', 'content-type': 'application/grpc', te: 'trailers' });
    metadata.end(Buffer.alloc(5));
    return Promise.all([stream, metadata].map((one) => new Promise<number>((resolve) => one.on('error', () => {}).on('close', () => resolve(performance.now() - startMs)).resume())));
  }));
  expect(Math.max(...after.flat())).toBeLessThan(10_000);
  expect(Math.min(...after.map(([, metadata]) => metadata))).toBeGreaterThan(2700);
  session.destroy();
}, 20_000);

test('100 messages that are half sent end after ten seconds', async () => {
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  const statuses = await Promise.all(Array.from({ length: 100 }, () => {
    const stream = session.request({ ':method': 'POST', ':path': '/inference.GRPCInferenceService/ModelInfer', 'content-type': 'application/grpc', te: 'trailers' }, { endStream: false });
    stream.write(Buffer.concat([Buffer.of(0, 0, 16, 0, 0), Buffer.alloc(20_000)]));
    return new Promise<unknown>((resolve) => {
      let status: unknown;
      stream.on('response', (headers) => (status = headers['grpc-status'])).on('error', () => {}).on('close', () => resolve(status)).resume();
    });
  }));
  expect([...new Set(statuses)]).toEqual(['4']);
  session.destroy();
}, 20_000);
