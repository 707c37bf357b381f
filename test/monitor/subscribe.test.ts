/**
 * Alerts reach people: what is active first, then the stream, with nothing between and nothing twice; a reader who does not
 * read hurts nobody; a bed that is not watched is told as such. Over an embedded log, real sockets, a real gRPC client.
 * Invariants: I23, I24
 */
import { connect } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { type HttpServer, serveHttp } from '../../src/adapters/http/index.js';
import { type AlertEvent, sha256 } from '../../src/ecg/index.js';
import { type Monitor, startMonitor } from '../../src/monitor/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { alertOf, encodeAlert, encodeContext, encodeOutcome } from '../../src/wire/index.js';
import { AlertServiceClient, type SubscribeRequest, type SubscribeResponse } from '../../src/wire/gen/ecg/v1/delivery.js';
import { countingMeter } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';

let log: EmbeddedLog;
let monitor: Monitor;
let http: HttpServer;
const meter = countingMeter();

beforeEach(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
  monitor = await startMonitor({ log, clock: systemClock(), meter, address: { host: '127.0.0.1', port: 0 }, onStopped: () => {} });
  http = await serveHttp({ host: '127.0.0.1', port: 0, routes: monitor.routes });
});
afterEach(async () => {
  await monitor.close();
  await http.close();
  await log.close();
});

const snapshot: AlertEvent['snapshot'] = {
  ...{ device: 'bed-1', bed: 'bed-1', unit: 'icu', finding: 'atrial-fibrillation', kind: 'episodic', priority: 'medium', channel: 'bedside', probability: 0.9, threshold: 0.5 },
  ...{ onsetMs: 1000, segments: [], votes: [], measurements: { beats: [], voltages: [], st: [] }, reasons: [], score: 1, model: '', modelHash: '', policyHash: '', evidence: 'internal', simulated: false },
};

function event(n: number, state: AlertEvent['state'] = 'raised', more: Partial<AlertEvent['snapshot']> = {}): NewRecord {
  const alertId = sha256(String(n)).slice(0, 32);
  const told: AlertEvent = { alertId, sequence: state === 'raised' ? 1 : 2, state, snapshot: { ...snapshot, ...more }, cause: 'threshold', atMs: n, previousHash: '', hash: '' };
  return { topic: TOPICS.alerts, key: 'bed-1', value: encodeAlert(told) };
}
const idOf = (n: number) => sha256(String(n)).slice(0, 32);

function subscribe(request: SubscribeRequest = { units: [], beds: [], findings: [] }) {
  const client = new AlertServiceClient(`127.0.0.1:${monitor.grpcPort}`, grpc.credentials.createInsecure());
  const call = client.subscribe(request);
  const messages: SubscribeResponse['message'][] = [];
  call.on('data', ({ message }: SubscribeResponse) => messages.push(message));
  call.on('error', () => {});
  const events = () => messages.flatMap((message) => (message?.$case === 'event' ? [alertOf(message.value)] : []));
  const end = () => messages.findIndex((message) => message?.$case === 'snapshotEnd');
  return { events, end, messages, close: () => (call.cancel(), client.close()) };
}
const ended = (subscriber: ReturnType<typeof subscribe>) => vi.waitFor(() => expect(subscriber.end()).toBeGreaterThanOrEqual(0), 5000);

describe('AlertService.Subscribe', () => {
  test('what is active, the end of the snapshot, then what comes; what is over is not in it', async () => {
    await log.append([event(1), event(2), event(2, 'resolved')]);
    await vi.waitFor(() => expect(monitorActive()).resolves.toEqual([idOf(1)]), 5000);
    const subscriber = subscribe();
    await ended(subscriber);
    await log.append([event(3), event(1, 'acknowledged')]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(3), 5000);
    expect(subscriber.end()).toBe(1);
    expect(subscriber.events().map(({ alertId, state }) => [alertId, state])).toEqual([[idOf(1), 'raised'], [idOf(3), 'raised'], [idOf(1), 'acknowledged']]);
    subscriber.close();
  });

  test('forty who come while two hundred alerts are raised: each gets every one, and none twice', async () => {
    const subscribers: ReturnType<typeof subscribe>[] = [];
    const raising = (async () => {
      for (let n = 0; n < 200; n += 4) {
        await log.append([0, 1, 2, 3].map((i) => event(n + i)));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    for (let i = 0; i < 40; i++) {
      subscribers.push(subscribe());
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await raising;
    const all = Array.from({ length: 200 }, (_, n) => idOf(n)).sort();
    for (const subscriber of subscribers) {
      await vi.waitFor(() => expect(subscriber.events()).toHaveLength(200), 10_000);
      expect(subscriber.events().map(({ alertId }) => alertId).sort()).toEqual(all);
      subscriber.close();
    }
  }, 60_000);

  test('a filter lets through its units, beds and findings only; shadow is for nobody', async () => {
    const subscriber = subscribe({ units: ['icu'], beds: ['bed-1'], findings: ['atrial-fibrillation'] });
    await ended(subscriber);
    await log.append([event(1, 'raised', { unit: 'ward' }), event(2, 'raised', { bed: 'bed-2' }), event(3, 'raised', { finding: 'stemi' }), event(4, 'raised', { channel: 'shadow' }), event(5)]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(1), 5000);
    expect(subscriber.events()[0].alertId).toBe(idOf(5));
    subscriber.close();
  });

  test('bytes that are no alert are counted, and the stream goes on', async () => {
    const subscriber = subscribe();
    await ended(subscriber);
    await log.append([{ topic: TOPICS.alerts, key: 'bed-1', value: Uint8Array.of(0xff, 0xff) }, event(1)]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(1), 5000);
    expect(meter.counts.get('purkinje_deliver_unreadable_total')).toBe(1);
    subscriber.close();
  });
});

/** Ids of what is active, as a page that connects now would see it. */
async function monitorActive(): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${http.port}/alerts`);
  const reader = response.body!.getReader();
  let text = '';
  while (!text.includes('event: snapshot-end')) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  return [...text.matchAll(/event: alert\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data).alertId as string);
}

test('a browser that never reads is let go; others and the log do not wait for it', async () => {
  const socket = connect(http.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write('GET /alerts HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.pause();
  const reader = subscribe();
  await ended(reader);
  const long = 'x'.repeat(4000);
  for (let n = 0; n < 6000; n += 500) {
    await log.append(Array.from({ length: 500 }, (_, i) => event(n + i, 'raised', { finding: long })));
    await vi.waitFor(() => expect(reader.events().length).toBe(n + 500), { timeout: 30_000, interval: 300 });
  }
  // It had 1,000 to catch up with; then it is gone, and the heartbeat writes to nobody.
  await vi.waitFor(() => expect(meter.counts.get('purkinje_deliver_subscribers')).toBe(1), 5000);
  reader.close();
  socket.destroy();
}, 240_000);

describe('beds', () => {
  const beds = async () => (await (await fetch(`http://127.0.0.1:${http.port}/beds`)).json()) as { bed: string; watch: string }[];
  const outcome = (device: string, status: 'scored' | 'unscored', grade: 'good' | 'unusable'): NewRecord => ({
    topic: TOPICS.outcomes,
    key: device,
    value: encodeOutcome({
      type: 'segment',
      outcome: {
        ...{ id: `${device}/1/0`, device, epoch: 1, firstSample: 0, samples: 5000, rateHz: 500, startMs: 0, steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0, status, grade, score: 1, gates: { rate: grade === 'good', morphology: grade === 'good', twelveLead: grade === 'good' }, reasons: [], leads: [] },
        ...{ measurements: { beats: [], voltages: [], st: [] }, findings: [], model: '', modelHash: '', source: { partition: 0, offsets: [] }, association: { knownConditions: [], contextOffset: -1 } },
        ...{ demo: false, partial: false, pacing: 'none', placement: 'standard', phase: 'unknown' },
      },
    }),
  });

  test('a stay that is over, or taken back, is no bed any more', async () => {
    const stay = (bed: string, sinceMs: number, untilMs?: number): NewRecord => ({
      topic: TOPICS.context,
      key: `${bed}@${sinceMs}`,
      value: encodeContext({ device: bed, sinceMs, untilMs, encounter: 'e', bed, knownConditions: [] }),
    });
    await log.append([stay('over', 0, 1000), stay('wrong', 5), { topic: TOPICS.context, key: 'wrong@5', value: null }, stay('here', 10), stay('here', 0, 10)]);
    await vi.waitFor(async () => expect((await beds()).map(({ bed }) => bed)).toEqual(['here']), 5000);
  });

  test('without a policy nothing is told of single findings', async () => {
    expect(await (await fetch(`http://127.0.0.1:${http.port}/surveillance`)).json()).toEqual([]);
  });

  test('each says whether it is watched, and if not why', async () => {
    await log.append([
      { topic: TOPICS.context, key: 'a@0', value: encodeContext({ device: 'a', sinceMs: 0, encounter: 'e', bed: 'bed-a', knownConditions: [] }) },
      ...['b', 'c', 'd', 'e'].map((device, i) => outcome(device, i === 1 ? 'unscored' : 'scored', i === 2 ? 'unusable' : 'good')),
      { topic: TOPICS.outcomes, key: 'e', value: encodeOutcome({ type: 'silence', silence: { device: 'e', silent: true, atMs: 1, lastRecordMs: 0 } }) },
    ]);
    await vi.waitFor(async () => expect(await beds()).toHaveLength(5), 5000);
    expect((await beds()).map(({ bed, watch }) => `${bed} ${watch}`)).toEqual(['b watched', 'bed-a no-signal', 'c rules-only', 'd poor-signal', 'e silent']);
  });
});
