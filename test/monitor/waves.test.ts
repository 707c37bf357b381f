/** Live samples over HTTP: to who may, of the beds that were asked for, counted, audited, bounded, and cut when the right ends. Invariants: I34, I137 */
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { type NewRecord, TOPICS } from '../../src/ports/index.js';
import { encodeChunk, encodeOutcome } from '../../src/wire/index.js';
import { chunksOf } from '../bench/material.js';
import { outcome } from '../decide/series.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ALL, openWard, type Ward } from './support.js';

const soon = { timeout: 8000, interval: 20 };

describe('the stream of live samples', () => {
  let log: EmbeddedLog;
  let ward: Ward;
  const ends: (() => void)[] = [];

  beforeEach(async () => {
    log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
    ward = await openWard(log);
    await log.append([place('bed-1', 'icu'), place('bed-2', 'icu'), place('bed-9', 'ward-9')]);
    await vi.waitFor(async () => expect(await (await ward.get('/beds')).json()).toHaveLength(3), soon);
  });
  afterEach(async () => {
    ends.splice(0).forEach((end) => end());
    await ward.close();
    await log.close();
  });

  const place = (device: string, unit: string): NewRecord => ({ topic: TOPICS.outcomes, key: device, value: encodeOutcome({ type: 'segment', outcome: { ...outcome(0, 0.1), device, association: { bed: device, unit, knownConditions: [], contextOffset: 0 } } }) });
  const signal = (chunk: Chunk): NewRecord => ({ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) });
  const send = async (device: string, seconds = 4, from = 0) => log.append((await chunksOf(device, from + seconds, 500)).slice(2 * from).map(signal));

  /** A caller. */
  function open(path: string, token = ALL) {
    const messages: { place: number; leads: number; first: number }[] = [];
    let status: number | undefined;
    let isOver = false;
    let answered: IncomingMessage | undefined;
    let rest = Buffer.alloc(0);
    const asked = request({ host: '127.0.0.1', port: ward.http.port, path, agent: false, headers: token === '' ? {} : { authorization: `Bearer ${token}` } }, (response) => {
      status = response.statusCode;
      answered = response;
      response.on('close', () => (isOver = true));
      response.on('data', (part: Buffer) => {
        rest = Buffer.concat([rest, part]);
        for (let length = 0; rest.length >= 4 && rest.length >= 4 + (length = rest.readUInt32LE(0)); rest = rest.subarray(4 + length)) {
          if (length > 0) messages.push({ place: rest.readUInt16LE(4), leads: rest[7], first: rest.readDoubleLE(16) });
        }
      });
    });
    asked.on('error', () => (isOver = true));
    asked.end();
    ends.push(() => void asked.destroy());
    return { messages, status: () => status, isOver: () => isOver, pause: () => void answered?.pause(), resume: () => void answered?.resume(), end: () => void asked.destroy() };
  }
  const began = (caller: ReturnType<typeof open>) => vi.waitFor(() => expect(caller.status()).toBeDefined(), soon);
  /** Sends until the first caller that follows hears of it: a follower begins at some moment of now. */
  const heard = async (caller: ReturnType<typeof open>, device = 'bed-1') => {
    let from = 0;
    await vi.waitFor(async () => {
      await send(device, 1, from++);
      expect(caller.messages.length).toBeGreaterThan(0);
    }, { timeout: 10_000, interval: 200 });
    return from;
  };

  test('brings two leads of each bed that was asked for, and of no other; the reading is on the audit', async () => {
    const caller = open('/waves?device=bed-2&device=bed-1');
    await began(caller);
    const from = await heard(caller);
    await send('bed-9', 2);
    await send('bed-2', 2);
    await send('bed-1', 2, from);
    await vi.waitFor(() => expect(caller.messages.filter(({ place }) => place === 0).length).toBeGreaterThanOrEqual(4), soon);
    await vi.waitFor(() => expect(caller.messages.filter(({ place }) => place === 1).length).toBeGreaterThanOrEqual(4), soon);
    expect(new Set(caller.messages.map(({ leads }) => leads))).toEqual(new Set([2]));
    expect(new Set(caller.messages.map(({ place }) => place))).toEqual(new Set([0, 1]));
    // One after the other, without a hole: half a second is 62 or 64 values.
    const firsts = caller.messages.filter(({ place }) => place === 0).map(({ first }) => first);
    expect(firsts.slice(1).map((first, k) => first - firsts[k]).every((step) => step >= 60 && step <= 64)).toBe(true);
    expect(ward.audit.filter(({ surface }) => surface === 'http /waves')).toMatchObject([{ who: 'everyone', action: 'read', outcome: 'allowed' }]);
    expect(JSON.stringify(ward.audit)).not.toContain('bed-');
  });

  test('is closed to nobody and to a stranger, and holds back what lies in another unit', async () => {
    for (const [token, status] of [['', 401], ['/', 401], ['stranger/acknowledge:*', 403]] as const) {
      const refused = open('/waves?device=bed-1', token);
      await began(refused);
      expect(refused.status()).toBe(status);
    }
    const nurse = open('/waves?device=bed-1&device=bed-9&device=nobody', 'nurse/read:icu');
    await began(nurse);
    await heard(nurse);
    await send('bed-9', 2);
    await send('nobody', 2);
    await send('bed-1', 2, 20);
    await vi.waitFor(() => expect(nurse.messages.length).toBeGreaterThan(4), soon);
    expect(new Set(nurse.messages.map(({ place }) => place))).toEqual(new Set([0]));
  });

  test('a bed that moves to a unit that its caller may not see is not sent from there on', async () => {
    const nurse = open('/waves?device=bed-1', 'nurse/read:icu');
    await began(nurse);
    const from = await heard(nurse);
    await log.append([place('bed-1', 'ward-9')]);
    await vi.waitFor(async () => expect(await (await ward.get('/beds')).json()).toEqual(expect.arrayContaining([expect.objectContaining({ device: 'bed-1', unit: 'ward-9' })])), soon);
    const before = nurse.messages.length;
    await send('bed-1', 3, from);
    const everyone = open('/waves?device=bed-1');
    await began(everyone);
    await heard(everyone);
    expect(nurse.messages.length).toBe(before);
  });

  test('ends when the right does, with or without samples', async () => {
    const [still, busy] = [open('/waves?device=nobody', `a/read:*/expires:${Date.now() + 1500}`), open('/waves?device=bed-1', `b/read:*/expires:${Date.now() + 1500}`)];
    await began(busy);
    await heard(busy);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await send('bed-1', 1, 30);
    await vi.waitFor(() => expect(busy.isOver()).toBe(true), { timeout: 1000, interval: 20 });
    await vi.waitFor(() => expect(still.isOver()).toBe(true), { timeout: 6000, interval: 50 });
    expect(ward.meter.counts.get('purkinje_deliver_subscriptions_ended_total expired')).toBe(2);
  });

  test('a request that makes no sense says what is wrong', async () => {
    const many = Array.from({ length: 129 }, (_, n) => `device=${n}`).join('&');
    for (const [path, about] of [['/waves', 'name 1 to 128 devices'], [`/waves?${many}`, 'name 1 to 128 devices'], ['/waves?device=a&leads=13', '1 to 12'], ['/waves?device=a&leads=x', '1 to 12']]) {
      const response = await ward.get(path);
      expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, expect.stringContaining(about)]);
    }
  });

  test('who does not read gets no more than buffers hold, then the newest; nobody else waits', async () => {
    const idle = open('/waves?device=bed-1&leads=12');
    await began(idle);
    await heard(idle);
    idle.pause();
    const other = open('/waves?device=bed-2');
    await began(other);
    const [chunk] = await chunksOf('bed-1', 2, 2000);
    const length = chunk.blocks[0].samples.length;
    const [before, all] = [idle.messages.length, 4000];
    // Far more than the system's buffers hold: 24 MB.
    for (let n = 0; n < all; n += 100) await log.append(Array.from({ length: 100 }, (_, k) => signal({ ...chunk, firstSample: 1e6 + (n + k) * length, sequence: 1e6 + n + k })));
    const startMs = Date.now();
    await heard(other, 'bed-2');
    expect(Date.now() - startMs).toBeLessThan(3000);
    const count = (result: string) => ward.meter.counts.get(`purkinje_deliver_wave_messages_total ${result}`) ?? 0;
    expect(count('dropped')).toBeGreaterThan(500);
    idle.resume();
    const newest = (1e6 + (all - 1) * length) / 4;
    await vi.waitFor(() => expect(idle.messages.at(-1)!.first).toBe(newest), soon);
    expect(idle.messages.length - before).toBeLessThan(all - 500);
  }, 120_000);

  test('a log that cannot hand over the signal ends the stream, not the monitor; who comes back is served once it can', async () => {
    await ward.close();
    let isAway = true;
    const onStopped = vi.fn();
    const partly = Object.create(log) as EmbeddedLog;
    partly.follow = (topic, ...rest) => (topic === TOPICS.signal && isAway ? Promise.reject(new Error('away')) : log.follow(topic, ...rest));
    ward = await openWard(partly, { onStopped });
    const first = open('/waves?device=bed-1');
    await vi.waitFor(() => expect(first.isOver()).toBe(true), soon);
    isAway = false;
    await log.append([place('bed-1', 'icu')]);
    const next = open('/waves?device=bed-1');
    await began(next);
    await heard(next);
    expect(onStopped).not.toHaveBeenCalled();
  });

  test('counts among the subscriptions of its principal, and makes room when it ends', async () => {
    const callers = Array.from({ length: 5 }, () => open('/waves?device=bed-1'));
    for (const caller of callers) await began(caller);
    expect(callers.map(({ status }) => status())).toEqual([200, 200, 200, 200, 200]);
    callers.forEach(({ end }) => end());
    const next = open('/waves?device=bed-1');
    await began(next);
    await heard(next);
  });
});
