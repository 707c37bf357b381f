/**
 * Alerts reach every target: in order, at least once, repeats only with the id they had; a dead one hurts nobody else, a
 * day of failure waits for a person, and a monitor that is started again goes on where it was. Over an embedded log.
 * Invariants: I35
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { FrameReader, frameOf } from '../../src/adapters/mllp/index.js';
import { configSchema } from '../../src/config/index.js';
import { type Answer, type Delivery, deliveryId, NO_FILTER, PARKED_AFTER_MS, WAIT_MAX_MS } from '../../src/deliver/index.js';
import type { AlertEvent, AlertState } from '../../src/ecg/index.js';
import type { Receiver } from '../../src/monitor/delivery-worker.js';
import type { Feed } from '../../src/monitor/feed.js';
import { AlertHub } from '../../src/monitor/hub.js';
import { openTargets, type Target, Targets } from '../../src/monitor/index.js';
import { lanesOf } from '../../src/monitor/lanes.js';
import { type Clock, type NewRecord, TOPICS } from '../../src/ports/index.js';
import { decodeTargetPosition, encodeTargetPosition, targetKey } from '../../src/wire/index.js';
import { countingMeter, seeded } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { SimulatedClock } from '../simulation/clock.js';
import { event, idOf } from './alerts.js';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const CATALOGUE = { schemaVersion: 1 as const, findings: [{ id: 'atrial-fibrillation', name: 'Atrial fibrillation', group: 'ecg', kind: 'episodic' as const, priority: 'medium' as const, codes: { scp: [], snomed: [] }, prompt: 'af' }] };

let disk: MemoryDisk;
let log: EmbeddedLog;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  disk = new MemoryDisk();
  log = await embeddedLog(disk, systemClock(), { partitions: 3 });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await log.close();
});

/** A monitor's hub and targets, as after a start; `close` as at its end. */
async function start(targets: readonly Target[], { clock = systemClock(), of = log, feedOf = (hub: AlertHub): Feed => hub, chance = () => 0 }: { clock?: Clock; of?: EmbeddedLog; feedOf?: (hub: AlertHub) => Feed; chance?: () => number } = {}) {
  const meter = countingMeter();
  const { hub, follower } = await AlertHub.start({ log: of, clock, meter, pages: lanesOf(meter).pages, onStopped: () => {} });
  const running = await Targets.start({ feed: feedOf(hub), log: of, clock, meter, targets, chance, onStopped: () => {} });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await running.close();
    await follower.close();
  };
  closing.push(close);
  return { targets: running, meter, close };
}

/** A receiver in memory: what it got, and what it answers, by default that it has it. */
function listener(answer: (delivery: Delivery, number: number) => Answer | Promise<Answer> = () => ({ type: 'accepted' })) {
  const got: Delivery[] = [];
  const receiver: Receiver = { send: async (delivery) => answer(delivery, got.push(delivery)), close() {} };
  return { got, ids: () => got.map(deliveryId), receiver };
}
const target = (receiver: Receiver, more: Partial<Target> = {}): Target => ({ name: 'pager', kind: 'webhook', to: 'pager.example', filter: NO_FILTER, receiver, ...more });
const FAILED: Answer = { type: 'failed', why: 'status', about: 'pager.example answers 500' };

/** Raised alerts of seven encounters: they spread over the partitions. */
const raised = (n: number, more: Partial<AlertEvent['snapshot']> = {}) => event(n, 'raised', { encounter: `encounter-${n % 7}`, ...more });
const later = (n: number, state: AlertState, sequence: number, more: Partial<AlertEvent['snapshot']> = {}) => event(n, state, { encounter: `encounter-${n % 7}`, ...more }, sequence);
const keptOf = async (name: string, of = log) => {
  const kept: ReturnType<typeof decodeTargetPosition>[] = [];
  const follower = await of.follow(TOPICS.checkpoints, (records) => kept.push(...records.flatMap(({ key, value }) => (key === targetKey(name) && value !== null ? [decodeTargetPosition(value)] : []))));
  await follower.close();
  return kept.at(-1);
};
const soon = (look: () => unknown) => vi.waitFor(look, 10_000);

async function webhook(answer: (response: ServerResponse, number: number, request: IncomingMessage) => void) {
  const ids: string[] = [];
  const bodies: { type: string; data: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      bodies.push(JSON.parse(body));
      answer(response, ids.push(String(request.headers['webhook-id'])), request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => (server.closeAllConnections(), server.close()));
  return { ids, bodies, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
const settings = (...targets: object[]) => configSchema.parse({ monitor: { targets } }).monitor.targets;
const webhookSettings = (url: string, more: object = {}) => ({ name: 'pager', kind: 'webhook', url, secret: SECRET, allow: ['127.0.0.0/8'], ...more });
const opened = (...targets: object[]) => openTargets(settings(...targets), { clock: systemClock(), catalogue: CATALOGUE });

test('what another alert explains is not brought; once it stands by itself it is, and what is explained from then on is gone', async () => {
  const pager = listener();
  await start([target(pager.receiver)]);
  await log.append([raised(1), raised(8, { explainedBy: idOf(1) }), raised(2)]);
  await soon(() => expect(pager.got).toHaveLength(2));
  await log.append([later(8, 'updated', 2), later(2, 'updated', 2, { explainedBy: idOf(1) }), raised(3)]);
  await soon(() => expect(pager.got).toHaveLength(5));
  const sent = (n: number) => pager.got.filter(({ event: { alertId } }) => alertId === idOf(n)).map(({ as, event: { state } }) => `${as} ${state}`);
  expect([sent(1), sent(8), sent(2), sent(3)]).toEqual([['news raised'], ['news updated'], ['news raised', 'gone updated'], ['news raised']]);
});

describe('a target', () => {
  test('gets what is active when it begins, then what comes, in order', async () => {
    await log.append([raised(1), raised(2), later(2, 'resolved', 9)]);
    const { got, ids, receiver } = listener();
    await start([target(receiver)]);
    await soon(() => expect(ids()).toEqual([`${idOf(1)}-1`]));
    await log.append([later(1, 'updated', 2), later(1, 'acknowledged', 3), raised(3)]);
    await soon(() => expect(got).toHaveLength(4));
    expect(got.map(({ as }) => as)).toEqual(['active', 'news', 'news', 'news']);
    expect(ids().filter((id) => id.startsWith(idOf(1)))).toEqual([1, 2, 3].map((sequence) => `${idOf(1)}-${sequence}`));
  });

  test('that answers 500 gets it again until it answers 200: the same event, with the same id, and then the next', async () => {
    const { ids, bodies, url } = await webhook((response, number) => void response.writeHead(number <= 2 ? 500 : 200).end());
    const { meter, targets } = await start(await opened(webhookSettings(url)), { chance: () => 0.999 });
    await log.append([raised(1)]);
    await soon(() => expect(ids.length).toBeGreaterThan(0));
    await log.append([raised(8), raised(15)]);
    await soon(() => expect(ids).toHaveLength(5));
    expect(ids).toEqual([1, 1, 1, 8, 15].map((n) => `${idOf(n)}-1`));
    expect(bodies[4]).toMatchObject({ type: 'alert.raised', data: { alertId: idOf(15), name: 'Atrial fibrillation', bed: 'bed-1' } });
    await soon(() => expect(meter.counts.get('purkinje_deliver_target_delivered_total pager')).toBe(3));
    expect(meter.counts.get('purkinje_deliver_target_failures_total pager status')).toBe(2);
    expect(targets.status()).toMatchObject([{ name: 'pager', kind: 'webhook', to: url.slice(7, -1), parked: false, failingSinceMs: undefined, behindMs: 0, delivered: 3, refused: 0, lastFailure: { about: expect.stringContaining('answers 500') } }]);
    expect(JSON.stringify(targets.status())).not.toContain('whsec_');
  });

  test('that would not have an event gets the next, and people see how many, which and why', async () => {
    const { ids, url } = await webhook((response, number) => void response.writeHead(number === 2 ? 422 : 200).end());
    const { meter, targets } = await start(await opened(webhookSettings(url)));
    await log.append([raised(1), raised(8), raised(15)]);
    await soon(() => expect(ids).toEqual([1, 8, 15].map((n) => `${idOf(n)}-1`)));
    await soon(() => expect(targets.status()[0]).toMatchObject({ delivered: 2, refused: 1, lastRefusal: { about: expect.stringMatching(new RegExp(`^${idOf(8)}-1: .* 422$`)) } }));
    expect(meter.counts.get('purkinje_deliver_target_refused_total pager')).toBe(1);
    expect(targets.troubles()).toEqual([{ alarm: 'target-refuses', about: expect.stringContaining('pager') }]);
    await soon(async () => expect(await keptOf('pager')).toMatchObject({ refused: 1 }));
  });

  test('that hangs, closes or is not there holds back no other', async () => {
    const hangs = await webhook(() => {});
    const closes = await webhook((response) => void response.destroy());
    const away = await webhook(() => {});
    away.server.close();
    const lives = await webhook((response) => void response.writeHead(200).end());
    const { targets } = await start(await opened(webhookSettings(hangs.url, { name: 'hangs' }), webhookSettings(closes.url, { name: 'closes' }), webhookSettings(away.url, { name: 'away' }), webhookSettings(lives.url, { name: 'lives' })));
    const ns = Array.from({ length: 100 }, (_, n) => n * 7);
    await log.append(ns.map((n) => raised(n)));
    await soon(() => expect(lives.ids).toEqual(ns.map((n) => `${idOf(n)}-1`)));
    await soon(() => expect(targets.status().map(({ name, delivered, lastFailure }) => [name, delivered, lastFailure?.about.replace(/.*: /, '')])).toEqual([
      ['hangs', 0, undefined], ['closes', 0, 'ECONNRESET'], ['away', 0, 'ECONNREFUSED'], ['lives', 100, undefined],
    ]));
    expect(hangs.ids).toEqual([`${idOf(0)}-1`]);
    expect(new Set(closes.ids)).toEqual(new Set([`${idOf(0)}-1`]));
    expect(targets.status()[0].behindMs).toBeGreaterThan(0);
  });

  test('of HL7 has what a webhook has; AE is set aside, and a wrong acknowledgement is no answer', async () => {
    const messages: string[] = [];
    const server = createTcpServer((socket) => {
      const reader = new FrameReader();
      socket.on('error', () => {}).on('data', (piece: Buffer) => {
        for (const message of reader.push(piece) ?? []) {
          const text = message.toString('utf8');
          const id = text.split('|')[9];
          const number = messages.push(id);
          socket.write(frameOf(`MSH|^~\\&|R\rMSA|${number === 2 ? 'AE' : 'AA'}|${number === 3 ? 'another' : id}|no such bed\r`));
        }
      });
    }).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const { targets } = await start(await opened({ name: 'acm', kind: 'hl7', host: '127.0.0.1', port: (server.address() as AddressInfo).port }));
    await log.append([raised(1), raised(8), raised(15), raised(22)]);
    await soon(() => expect(messages).toEqual([1, 8, 15, 15, 22].map((n) => `${idOf(n)}-1`)));
    await soon(() => expect(targets.status()[0]).toMatchObject({ delivered: 3, refused: 1, lastRefusal: { about: `${idOf(8)}-1: AE: no such bed` }, lastFailure: { about: expect.stringContaining('MSA-2') } }));
  });

  test('of some units, findings and priorities gets those; of a patient who leaves them it learns that, and never where to', async () => {
    const icu = listener();
    await start([target(icu.receiver, { filter: { ...NO_FILTER, units: ['icu'], findings: ['atrial-fibrillation'], priorities: ['medium'] } })]);
    await log.append([raised(1), raised(8, { finding: 'stemi' }), raised(15, { priority: 'low' }), raised(22, { unit: 'ward' }), raised(29, { channel: 'shadow' })]);
    await log.append([later(1, 'updated', 2, { unit: 'ward' }), later(1, 'resolved', 3, { unit: 'ward' }), raised(36)]);
    await soon(() => expect(icu.got.map(({ event: { alertId, sequence }, as }) => [alertId, sequence, as])).toEqual([[idOf(1), 1, 'news'], [idOf(1), 2, 'gone'], [idOf(36), 1, 'news']]));
  });

  test('for which an event cannot be written fails like any other, and people see which', async () => {
    const { receiver } = listener(() => {
      throw new RangeError('no such time');
    });
    const { targets, meter } = await start([target(receiver)]);
    await log.append([raised(1)]);
    await soon(() => expect(targets.status()[0]).toMatchObject({ failingSinceMs: expect.any(Number), lastFailure: { about: `${idOf(1)}-1 cannot be written: no such time` } }));
    expect(meter.counts.get('purkinje_deliver_target_failures_total pager unwritable')).toBeGreaterThan(0);
  });

  test('gets its alerts though the log takes nothing; how far it is is kept when the log is back', async () => {
    const { ids, receiver } = listener();
    await start([target(receiver)]);
    await log.append([raised(1)]);
    await soon(() => expect(ids()).toHaveLength(1));
    await soon(async () => expect((await keptOf('pager'))?.owesSnapshot).toBe(false));
    const before = await keptOf('pager');
    let release = () => {};
    const append = log.append.bind(log);
    log.append = (records) => (records[0].topic === TOPICS.checkpoints ? new Promise((_, reject) => (release = () => reject(new Error('the disk is full')))) : append(records));
    await append([raised(8), raised(15)]);
    await soon(() => expect(ids()).toHaveLength(3));
    release();
    log.append = append;
    await soon(async () => expect((await keptOf('pager'))?.cursor).not.toBe(before?.cursor));
  });
});

describe('a monitor that is started again', () => {
  test('in the middle, many times, loses nothing, repeats only with the same id, and keeps the order of each alert', async () => {
    const random = seeded(7);
    const { ids, url } = await webhook((response) => void (random() < 0.02 ? response.destroy() : setTimeout(() => response.writeHead(random() < 0.02 ? 503 : 200).end(), random() * 4)));
    const events = Array.from({ length: 60 }, (_, k) => [raised(k), later(k, 'updated', 2), later(k, 'resolved', 3)]);
    const expected = events.flatMap((_, k) => [1, 2, 3].map((sequence) => `${idOf(k)}-${sequence}`));
    let running = await start(await opened(webhookSettings(url)));
    for (const [k, records] of events.entries()) {
      await log.append(records);
      if (k % 10 !== 9) continue;
      // At whatever moment that is: with a request out, or waiting for the next attempt.
      await new Promise((resolve) => setTimeout(resolve, random() * 60));
      await running.close();
      running = await start(await opened(webhookSettings(url)));
    }
    const missing = () => expected.filter((id) => !ids.includes(id));
    await vi.waitFor(() => expect(missing()).toEqual([]), 50_000);
    expect(new Set(ids)).toEqual(new Set(expected));
    for (let k = 0; k < events.length; k++) {
      const first = [1, 2, 3].map((sequence) => ids.indexOf(`${idOf(k)}-${sequence}`));
      expect(first).toEqual([...first].sort((a, b) => a - b));
    }
  }, 60_000);

  test('after it was killed at any moment, with any answers, has delivered every event, in the order of its alert', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = seeded(seed);
        const clock = new SimulatedClock();
        const simulated = await embeddedLog(new MemoryDisk(), clock, { partitions: 3 });
        const run = (ms: number) => clock.run(clock.monotonicMs() + ms);
        const never = new Promise<never>(() => {});
        const ids: string[] = [];
        /** One life of a monitor; once killed it says and writes nothing more. */
        const live = async () => {
          let isDead = false;
          const receiver: Receiver = {
            async send(delivery) {
              if (isDead) return never;
              if (random() < 0.5) ids.push(deliveryId(delivery));
              else if (random() < 0.5) return FAILED;
              await new Promise<void>((resolve) => void clock.after(random() * 50, resolve));
              if (isDead) return never;
              // Accepted only what was received; a receiver may also have it and fail to say so.
              return ids.at(-1) === deliveryId(delivery) && random() < 0.9 ? { type: 'accepted' } : FAILED;
            },
            close() {},
          };
          const own = Object.assign(Object.create(simulated) as EmbeddedLog, {
            append: (records: readonly NewRecord[]) => (isDead ? never : random() < 0.2 ? Promise.reject(new Error('not now')) : simulated.append(records)),
          });
          await start([target(receiver)], { clock, of: own });
          return () => (isDead = true);
        };
        let kill = await live();
        await run(10_000);
        const expected: string[] = [];
        for (let k = 0; k < 25; k++) {
          await simulated.append([raised(k), later(k, 'updated', 2), later(k, 'resolved', 3)]);
          expected.push(...[1, 2, 3].map((sequence) => `${idOf(k)}-${sequence}`));
          await run(random() * 3000);
          if (random() > 0.3) continue;
          kill();
          kill = await live();
        }
        await run(3 * 3_600_000);
        kill();
        closing.splice(0);
        expect(expected.filter((id) => !ids.includes(id))).toEqual([]);
        expect(new Set(ids)).toEqual(new Set(expected));
        for (let k = 0; k < 25; k++) {
          const first = [1, 2, 3].map((sequence) => ids.indexOf(`${idOf(k)}-${sequence}`));
          expect(first).toEqual([...first].sort((a, b) => a - b));
        }
      }),
      { numRuns: process.env.LONG === undefined ? 20 : 1000 },
    );
  }, 600_000);

  test('goes on where it was: nothing is delivered twice that was kept, and no snapshot', async () => {
    const first = listener();
    const running = await start([target(first.receiver)]);
    await log.append([raised(1), raised(8)]);
    await soon(() => expect(first.got).toHaveLength(2));
    await running.close();
    await log.append([raised(15)]);
    const second = listener();
    await start([target(second.receiver)]);
    await soon(() => expect(second.ids()).toEqual([`${idOf(15)}-1`]));
    expect(second.got[0].as).toBe('news');
  });

  test('while it still sends what was active sends the rest, and what has ended since', async () => {
    await log.append([raised(1), raised(8), raised(15)]);
    const first = listener((_delivery, number) => (number === 1 ? { type: 'accepted' } : FAILED));
    const running = await start([target(first.receiver)]);
    await soon(() => expect(first.got.length).toBeGreaterThanOrEqual(2));
    await soon(async () => expect(await keptOf('pager')).toMatchObject({ owesSnapshot: true }));
    await running.close();
    await log.append([later(1, 'resolved', 2), later(8, 'updated', 2), later(8, 'acknowledged', 3)]);
    const second = listener();
    await start([target(second.receiver)]);
    await soon(() => expect(second.got.length).toBeGreaterThanOrEqual(3));
    await soon(async () => expect((await keptOf('pager'))?.owesSnapshot).toBe(false));
    expect(second.got.map(({ event: { alertId, sequence }, as }) => `${alertId} ${sequence} ${as}`).sort()).toEqual([`${idOf(15)} 1 active`, `${idOf(8)} 3 active`, `${idOf(1)} 2 news`].sort());
  });

  test.each([
    ['of another log', 'ffffffff.1.1.1', 'another-log'],
    ['that nobody can read', 'nonsense', 'cannot be read'],
  ])('with a place %s begins with what is active, and says that something is missing', async (_name, cursor, why) => {
    await log.append([raised(1), { topic: TOPICS.checkpoints, key: targetKey('pager'), value: encodeTargetPosition({ cursor, owesSnapshot: false, refused: 4 }) }]);
    const { got, ids, receiver } = listener();
    const { targets } = await start([target(receiver)]);
    await soon(() => expect(ids()).toEqual([`${idOf(1)}-1`]));
    expect(got[0].as).toBe('active');
    expect(targets.status()[0]).toMatchObject({ refused: 4, lastMissed: { about: expect.stringContaining(why) } });
  });

  test('keeps its places beside the checkpoints of the engine, which sees none of them', async () => {
    const { got, receiver } = listener();
    await start([target(receiver)]);
    await log.append([raised(1)]);
    await soon(() => expect(got).toHaveLength(1));
    await soon(async () => expect(await keptOf('pager')).toBeDefined());
    const seen: string[] = [];
    for (const step of ['score', 'decide'] as const) {
      const membership = await log.join({
        step,
        inputs: [TOPICS.signal],
        run: async (assignment) => {
          seen.push(...assignment.checkpoints.keys());
          assignment.open({});
          while ((await assignment.read()) !== undefined);
        },
      });
      await membership.leave();
    }
    expect(seen).toEqual([]);
  });
});

describe('a day of failure', () => {
  test('parks it, over restarts too, with nothing skipped; another target has all; a person resumes it', async () => {
    const clock = new SimulatedClock();
    const simulated = await embeddedLog(new MemoryDisk(), clock, { partitions: 3 });
    closing.push(() => simulated.close());
    let answer: Answer = FAILED;
    const [pager, other] = [listener(() => answer), listener()];
    const both = () => [target(pager.receiver), target(other.receiver, { name: 'other' })];
    const run = (ms: number) => clock.run(clock.monotonicMs() + ms);
    let running = await start(both(), { clock, of: simulated });
    const HOUR_MS = 3_600_000;
    for (let hour = 0; hour < 24; hour++) {
      await simulated.append([raised(hour * 7)]);
      await run(HOUR_MS);
      expect(running.targets.status()[0]).toMatchObject({ parked: false, delivered: 0, failingSinceMs: expect.any(Number) });
      if (hour === 11) {
        await running.close();
        running = await start(both(), { clock, of: simulated });
      }
    }
    expect(running.targets.troubles()).toEqual([{ alarm: 'target-failing', about: expect.stringContaining('pager') }]);
    await run(WAIT_MAX_MS);
    const [status] = running.targets.status();
    expect(status).toMatchObject({ parked: true, nextAttemptMs: undefined });
    expect(status.parkedSinceMs! - status.failingSinceMs!).toBeGreaterThanOrEqual(PARKED_AFTER_MS);
    expect(status.behindMs).toBeGreaterThanOrEqual(PARKED_AFTER_MS);
    expect(running.targets.troubles()).toEqual([{ alarm: 'target-parked', about: expect.stringContaining('pager') }]);
    expect([...new Set(pager.ids())]).toEqual([`${idOf(0)}-1`]);
    expect(pager.got.length).toBeGreaterThan(PARKED_AFTER_MS / WAIT_MAX_MS);
    const hours = Array.from({ length: 24 }, (_, hour) => `${idOf(hour * 7)}-1`);
    expect(other.ids()).toEqual(hours);

    // Parked it stays: whatever comes, and no matter who starts the monitor again.
    const attempts = pager.got.length;
    await run(HOUR_MS);
    await running.close();
    running = await start(both(), { clock, of: simulated });
    await simulated.append([raised(24 * 7)]);
    await run(HOUR_MS);
    expect(pager.got.length).toBe(attempts);
    expect(running.targets.status()[0]).toMatchObject({ parked: true });
    expect(running.meter.counts.get('purkinje_deliver_target_parked')).toBeDefined();

    answer = { type: 'accepted' };
    expect(running.targets.resume('nobody')).toBe(false);
    expect(running.targets.resume('pager')).toBe(true);
    await run(1000);
    expect(pager.ids().slice(attempts)).toEqual([...hours, `${idOf(24 * 7)}-1`]);
    expect(running.targets.status()[0]).toMatchObject({ parked: false, failingSinceMs: undefined, behindMs: 0, delivered: 25 });
    expect(running.targets.troubles()).toEqual([]);
    const closed = running.close();
    await run(5000);
    await closed;
  });

  test('less one answer is none', async () => {
    const clock = new SimulatedClock();
    const simulated = await embeddedLog(new MemoryDisk(), clock, { partitions: 3 });
    closing.push(() => simulated.close());
    const pager = listener((_delivery, number) => (number % 50 === 0 ? { type: 'accepted' } : FAILED));
    const { targets, close } = await start([target(pager.receiver)], { clock, of: simulated });
    await simulated.append(Array.from({ length: 30 }, (_, n) => raised(n * 7)));
    await clock.run(2 * PARKED_AFTER_MS);
    expect(targets.status()[0]).toMatchObject({ parked: false });
    expect(targets.status()[0].delivered).toBeGreaterThanOrEqual(10);
    const closed = close();
    await clock.run(clock.monotonicMs() + 5000);
    await closed;
  });
});

test('a feed that is lost is opened again where it was: nothing lost, nothing twice', async () => {
  const losing: (() => void)[] = [];
  let refusals = 1;
  const feedOf = (hub: AlertHub): Feed => ({
    open(asked) {
      losing.push(() => asked.lost(new Error('the log cannot be read')));
      return refusals-- > 0 ? Promise.reject(new Error('not now')) : hub.open(asked);
    },
  });
  const { ids, receiver } = listener();
  await start([target(receiver)], { feedOf });
  await log.append([raised(1)]);
  await soon(() => expect(ids()).toHaveLength(1));
  losing.at(-1)!();
  await log.append([raised(8), raised(15)]);
  await soon(() => expect(ids()).toEqual([1, 8, 15].map((n) => `${idOf(n)}-1`)));
});

test('a feed that cannot be opened holds up no end', async () => {
  const { receiver } = listener();
  const { close } = await start([target(receiver)], { feedOf: () => ({ open: () => new Promise<never>(() => {}) }) });
  await close();
});

test('a target whose file cannot be read is named', async () => {
  await expect(opened({ name: 'acm', kind: 'hl7', host: 'acm.example', port: 2575, tls: true, ca: '/nowhere.pem' })).rejects.toThrow(/'ca' of acm, \/nowhere\.pem, cannot be read \(ENOENT\)/);
});
