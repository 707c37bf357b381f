/**
 * Alerts reach people: what is active first, then the stream, with nothing between and nothing twice; a reader who does not
 * read hurts nobody; a bed that is not watched is shown as such. Over an embedded log, real sockets, a real gRPC client.
 * Invariants: I23, I24, I33, I64
 */
import { connect } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { AlertEvent } from '../../src/ecg/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeContext, encodeOutcome } from '../../src/wire/index.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, ended, event, idOf, openWard, subscribe as subscribeAt, type Ward } from './support.js';

let log: EmbeddedLog;
let ward: Ward;
beforeEach(async () => {
  log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
  ward = await openWard(log);
});
afterEach(async () => {
  await ward.close();
  await log.close();
});
const subscribe = (asked: Parameters<typeof subscribeAt>[1] = {}) => subscribeAt(ward.monitor.grpcPort, asked);
/** One raised alert of each encounter: they spread over the partitions. */
const raised = (n: number, more: Partial<AlertEvent['snapshot']> = {}) => event(n, 'raised', { encounter: `encounter-${n % 7}`, ...more });

describe('AlertService.Subscribe', () => {
  test('what is active, the end of the snapshot, then what comes; what is over is not in it', async () => {
    await log.append([event(1), event(2), event(2, 'resolved')]);
    await vi.waitFor(async () => expect(await active()).toEqual([idOf(1)]), 5000);
    const subscriber = subscribe();
    await ended(subscriber);
    await log.append([event(3), event(1, 'acknowledged')]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(3), 5000);
    expect(subscriber.messages[1]?.$case).toBe('snapshotEnd');
    expect(subscriber.events().map(({ alertId, state }) => [alertId, state])).toEqual([[idOf(1), 'raised'], [idOf(3), 'raised'], [idOf(1), 'acknowledged']]);
    subscriber.close();
  });

  test('a filter lets through its units, beds, findings, priorities and evidence only; shadow is for nobody', async () => {
    const subscriber = subscribe({ filter: { units: ['icu'], beds: ['bed-1'], findings: ['atrial-fibrillation'], priorities: ['medium'], evidence: ['internal'] } });
    await ended(subscriber);
    await log.append([event(1, 'raised', { unit: 'ward' }), event(2, 'raised', { bed: 'bed-2' }), event(3, 'raised', { finding: 'stemi' }), event(4, 'raised', { channel: 'shadow' })]);
    await log.append([event(6, 'raised', { priority: 'low' }), event(7, 'raised', { evidence: 'rule' }), event(5)]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(1), 5000);
    expect(subscriber.events()[0].alertId).toBe(idOf(5));
    subscriber.close();
  });

  test.each([
    [{ priorities: ['urgent'] }, 'priority "urgent" is not known: one of high, medium, low, none'],
    [{ evidence: ['hearsay'] }, 'evidence "hearsay" is not known'],
    [{ units: [''] }, 'a filter has an empty value'],
    [{ beds: Array.from({ length: 1001 }, (_, n) => `bed-${n}`) }, 'a filter of 1001 values: at most 1000'],
  ])('a filter that makes no sense is refused, and why: %j', async (filter, why) => {
    const subscriber = subscribe({ filter });
    await vi.waitFor(() => expect(subscriber.status()).toMatchObject({ code: grpc.status.INVALID_ARGUMENT, details: expect.stringContaining(why) }), 5000);
    const query = new URLSearchParams(Object.entries(filter).flatMap(([key, values]) => values.map((value): [string, string] => [key === 'priorities' ? 'priority' : key.replace(/s$/, ''), value])));
    const answer = await ward.get(`/alerts?${query}`);
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, expect.stringContaining(why)]);
  });

  test('bytes that are no alert, and an alert whose numbers are none, are counted, an alarm names their place, and the stream goes on', async () => {
    const subscriber = subscribe();
    await ended(subscriber);
    await log.append([{ topic: TOPICS.alerts, key: 'bed-1', value: Uint8Array.of(0xff, 0xff) }, event(2, 'raised', { probability: NaN }), event(1)]);
    await vi.waitFor(() => expect(subscriber.events()).toHaveLength(1), 5000);
    expect(ward.meter.counts.get('purkinje_deliver_unreadable_total bad-number')).toBe(1);
    const { alarms } = (await (await ward.get('/status')).json()) as { alarms: { alarm: string; about: string }[] };
    expect(alarms.filter(({ alarm }) => alarm === 'alert-unreadable').map(({ about }) => about)).toEqual(expect.arrayContaining([expect.stringMatching(/\(bad-number\).* record \d+ of ecg\.alerts\.v1, partition \d/)]));
    expect(ward.meter.counts.get('purkinje_deliver_unreadable_total undecodable')).toBe(1);
    subscriber.close();
  });

  test('a patient who moves to another unit is gone for the old one, and there for the new one', async () => {
    const [icu, stepDown] = [subscribe({ token: 'icu/read:icu' }), subscribe({ token: 'down/read:step-down' })];
    await Promise.all([icu, stepDown].map(ended));
    await log.append([event(1), event(1, 'updated', { unit: 'step-down', bed: 'bed-9' }, 2), event(1, 'resolved', { unit: 'step-down', bed: 'bed-9' }, 3)]);
    await vi.waitFor(() => expect(stepDown.names()).toEqual([`${idOf(1)} 2`, `${idOf(1)} 3`]), 5000);
    expect(icu.names()).toEqual([`${idOf(1)} 1`]);
    expect(icu.messages.flatMap((message) => (message?.$case === 'gone' ? [message.value.alertId] : []))).toEqual([idOf(1)]);
    icu.close();
    stepDown.close();
  });
});

describe('a cursor', () => {
  test('goes on where it was: nothing lost, nothing twice, over any number of breaks and a new monitor', async () => {
    const taken: string[] = [];
    let cursor = '';
    for (let n = 0; n < 60; n++) {
      const subscriber = subscribe({ cursor });
      await log.append([raised(3 * n), raised(3 * n + 1)]);
      await vi.waitFor(() => expect(subscriber.names().length).toBeGreaterThan(0), { timeout: 5000, interval: 5 });
      cursor = subscriber.cursor();
      taken.push(...subscriber.names());
      subscriber.close();
      await log.append([raised(3 * n + 2)]);
      if (n % 20 === 19) {
        await ward.close();
        ward = await openWard(log);
      }
    }
    const last = subscribe({ cursor });
    await vi.waitFor(() => expect(taken.length + last.names().length).toBe(180), 5000);
    expect(new Set([...taken, ...last.names()]).size).toBe(180);
    last.close();
  }, 60_000);

  test('older than what memory has is read from the log', async () => {
    const first = subscribe();
    await ended(first);
    const cursor = first.cursor();
    first.close();
    const count = 12_500;
    for (let n = 0; n < count; n += 500) await log.append(Array.from({ length: 500 }, (_, i) => raised(n + i)));
    const late = subscribe({ cursor });
    await vi.waitFor(() => expect(late.names()).toHaveLength(count), { timeout: 30_000, interval: 200 });
    expect(new Set(late.names()).size).toBe(count);
    // In the middle of what was read from the log it can be broken off as anywhere.
    const middle = late.delivered[700].cursor;
    late.close();
    const again = subscribe({ cursor: middle });
    await vi.waitFor(() => expect(again.names()).toHaveLength(count - 701), { timeout: 30_000, interval: 200 });
    expect(new Set([...late.names().slice(0, 701), ...again.names()]).size).toBe(count);
    again.close();
  }, 120_000);

  test('of another log brings a word that events were missed, and what is active', async () => {
    await log.append([event(1)]);
    for (const cursor of ['00000000.1.1', `${(await cursorNow()).split('.')[0]}.1.1.1`, `${(await cursorNow()).split('.')[0]}.zzz.1`]) {
      const subscriber = subscribe({ cursor });
      await ended(subscriber);
      expect(subscriber.messages.map((message) => message?.$case).slice(0, 3)).toEqual(['missed', 'event', 'snapshotEnd']);
      expect(subscriber.messages[0]?.value).toMatchObject({ why: 'another-log' });
      subscriber.close();
    }
  });

  test('whose events have expired does so too', async () => {
    const short = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2, retentionMs: { [TOPICS.alerts]: 1 } });
    const other = await openWard(short);
    await short.append([event(1), event(2)]);
    const before = subscribeAt(other.monitor.grpcPort);
    await vi.waitFor(() => expect(before.names()).toHaveLength(2), 5000);
    const cursor = before.cursor();
    before.close();
    await short.append([event(3), event(4)]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    while (await short.dropExpired());
    await other.close();
    await short.append([event(5)]);
    const next = await openWard(short);
    const after = subscribeAt(next.monitor.grpcPort, { cursor });
    await ended(after);
    expect(after.messages[0]).toMatchObject({ $case: 'missed', value: { why: 'expired' } });
    expect(after.names()).toEqual([`${idOf(5)} 1`]);
    after.close();
    await next.close();
    await short.close();
  });

  test.each(['x', '00000000', '00000000.', '00000000.-1', 'deadbeef.1.\r\ndata: x', '00000000.zzzzzzzzzzz'])('that is none is refused: %j', async (cursor) => {
    const subscriber = subscribe({ cursor });
    await vi.waitFor(() => expect(subscriber.status()).toMatchObject({ code: grpc.status.INVALID_ARGUMENT, details: expect.stringContaining('this is no cursor') }), 5000);
    expect((await ward.get(`/alerts?cursor=${encodeURIComponent(cursor)}`)).status).toBe(400);
  });
});

describe('a hundred subscribers', () => {
  test('each get every one of two thousand alerts once, whenever they joined; the monitor is killed and started again on the way', async () => {
    const readers: { taken: string[]; cursor: string; open: ReturnType<typeof subscribe> }[] = [];
    const count = 2000;
    const all = Array.from({ length: count }, (_, n) => `${idOf(n)} 1`).sort();
    const reopen = async () => {
      for (const reader of readers) {
        reader.cursor = reader.open.cursor();
        // Who was cut off within the snapshot begins again.
        if (reader.cursor !== '') reader.taken.push(...reader.open.names());
        reader.open.close();
      }
      await ward.close();
      ward = await openWard(log);
      for (const reader of readers) reader.open = subscribe({ cursor: reader.cursor });
    };
    for (let n = 0; n < count; n += 20) {
      await log.append(Array.from({ length: 20 }, (_, i) => raised(n + i)));
      readers.push({ taken: [], cursor: '', open: subscribe() });
      if (n === 1000) await reopen();
      await new Promise((resolve) => setTimeout(resolve, (n * 7) % 5));
    }
    expect(readers).toHaveLength(100);
    for (const { taken, open } of readers) {
      await vi.waitFor(() => expect(taken.length + open.names().length).toBeGreaterThanOrEqual(count), { timeout: 120_000, interval: 100 });
      expect([...taken, ...open.names()].sort()).toEqual(all);
      open.close();
    }
  }, 300_000);
});

describe('server-sent events', () => {
  test('a browser that comes back with Last-Event-ID gets what it missed and no snapshot', async () => {
    await log.append([event(1)]);
    const first = await read('/alerts', {}, 'event: snapshot-end');
    const id = [...first.matchAll(/^id: (.*)$/gm)].at(-1)![1];
    await log.append([event(2)]);
    const second = await read('/alerts', { 'last-event-id': id }, idOf(2));
    expect(second).not.toContain('snapshot-end');
    expect(second).not.toContain(idOf(1));
  });

  test('line breaks in what a device claims cannot begin another event', async () => {
    await log.append([event(1, 'raised', { bed: 'bed\r\n\r\nevent: alert\ndata: {}\u2028' })]);
    const text = await read('/alerts', {}, 'event: snapshot-end');
    expect(text.match(/^event: alert$/gm)).toHaveLength(1);
  });

  test('credentials that run out end the stream, and say so, on both ways', async () => {
    const token = `nurse/read:*/expires:${Date.now() + 1500}`;
    const subscriber = subscribe({ token });
    await ended(subscriber);
    await log.append([event(1)]);
    expect(await read('/alerts', { authorization: `Bearer ${token}` }, 'event: expired')).toContain(idOf(1));
    await vi.waitFor(() => expect(subscriber.status()).toMatchObject({ code: grpc.status.UNAUTHENTICATED }), 10_000);
    await log.append([event(2)]);
    expect(subscriber.names()).toEqual([`${idOf(1)} 1`]);
  }, 20_000);
});

describe('who does not read', () => {
  test('costs the others nothing, is let go after half a minute, and an alarm says so', async () => {
    await ward.close();
    // Half a minute in a second and a half.
    const { nowMs, monotonicMs, after } = systemClock();
    ward = await openWard(log, {}, { nowMs, monotonicMs: () => monotonicMs() * 20, after: (ms, run) => after(ms / 20, run) });
    const socket = connect(ward.http.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`GET /alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ALL}\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.pause();
    const reader = subscribe();
    await ended(reader);
    const long = Array.from({ length: 40 }, (_, n) => `${'x'.repeat(100)}/1/${n}`);
    for (let n = 0; n < 3000; n += 500) {
      await log.append(Array.from({ length: 500 }, (_, i) => event(n + i, 'raised', { segments: long })));
      await vi.waitFor(() => expect(reader.events().length).toBe(n + 500), { timeout: 30_000, interval: 100 });
    }
    await vi.waitFor(() => expect(ward.meter.counts.get('purkinje_deliver_subscriptions_ended_total slow')).toBe(1), 10_000);
    expect(ward.meter.counts.get('purkinje_deliver_subscribers')).toBe(1);
    await vi.waitFor(() => expect(reader.heartbeats().flatMap(({ alarms }) => alarms.map(({ alarm }) => alarm))).toContain('subscriber-lost'), 5000);
    reader.close();
    socket.destroy();
  }, 120_000);
});

/** Ids of what is active, as a page that connects now would see it. */
async function active(): Promise<string[]> {
  return [...(await read('/alerts', {}, 'event: snapshot-end')).matchAll(/event: alert\ndata: (.*)\n/g)].map(([, body]) => (JSON.parse(body) as { alertId: string }).alertId);
}

async function cursorNow(): Promise<string> {
  const subscriber = subscribe();
  await ended(subscriber);
  subscriber.close();
  return subscriber.cursor();
}

/** Reads a stream until it says so. */
async function read(path: string, headers: Record<string, string>, until: string): Promise<string> {
  const response = await ward.get(path, headers);
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes(until)) text += decoder.decode((await reader.read()).value, { stream: true });
  await reader.cancel();
  return text;
}

describe('beds', () => {
  const beds = async () => (await (await ward.get('/beds')).json()) as { bed: string; watch: string }[];
  const outcome = (device: string, status: 'scored' | 'unscored', grade: 'good' | 'unusable'): NewRecord => ({
    topic: TOPICS.outcomes,
    key: device,
    value: encodeOutcome({
      type: 'segment',
      outcome: {
        ...{ id: `${device}/1/0`, device, epoch: 1, firstSample: 0, samples: 5000, rateHz: 500, startMs: 0, steps: [], brokerOffsetMs: 0, brokerUncertaintyMs: 0, status, grade, signalQuality: 1, gates: { rate: grade === 'good', morphology: grade === 'good', twelveLead: grade === 'good' }, reasons: [], leads: [] },
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

  test('without a policy nothing is known of single findings', async () => {
    expect(await (await ward.get('/surveillance')).json()).toEqual([]);
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
