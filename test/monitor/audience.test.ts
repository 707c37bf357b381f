/**
 * A subscriber that does not read is not connected: what waits for it is bounded, it counts as nobody, and it is let go; a unit whose
 * alerts nobody receives is an alarm. On real sockets, attacked by clients that stop. Invariants: I100, I101
 */
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { grantsOf, NO_FILTER, type Principal } from '../../src/deliver/index.js';
import { Audience } from '../../src/monitor/audience.js';
import { OtherMonitors } from '../../src/monitor/other-monitors.js';
import { Outlet, type Transport } from '../../src/monitor/outlet.js';
import { SubscriptionLimit } from '../../src/monitor/subscription-limit.js';
import { WAITING_MAX_BYTES } from '../../src/monitor/waiting.js';
import type { Clock } from '../../src/ports/index.js';
import { alertOf, encodeReceivers } from '../../src/wire/index.js';
import { AlertEvent } from '../../src/wire/gen/ecg/v1/alert.js';
import { countingMeter } from '../encoder/support.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { SimulatedClock } from '../simulation/clock.js';
import { ALL, event, openWard, subscribe, type Ward } from './support.js';

const principalOf = (...words: string[]): Principal => ({ who: words.join(), grants: grantsOf(words) });
const ALARM_AFTER_S = 150;
const ALONE = { isReached: () => false, announce: () => {} };

describe('who receives', () => {
  let clock: SimulatedClock;
  let audience: Audience;
  let meter: ReturnType<typeof countingMeter>;
  /** Received at other monitors; announced to them. */
  let reached: (string | undefined)[];
  let announced: readonly (string | undefined)[];
  beforeEach(() => {
    reached = [];
    const others = { isReached: (unit: string | undefined) => reached.includes(unit), announce: (units: readonly (string | undefined)[]) => void (announced = units) };
    clock = new SimulatedClock();
    meter = countingMeter();
    audience = new Audience(clock, meter, others);
  });
  const enter = (principal: Principal, more: Partial<Parameters<Audience['enter']>[0]> = {}) => audience.enter({ principal, filter: NO_FILTER, isConfirmed: false, takenMs: () => clock.monotonicMs(), ...more });
  /** Looks every two seconds, as health does. */
  async function unheard(seconds: number, pushed: Parameters<Audience['troubles']>[1] = [], each = () => {}): Promise<readonly (string | undefined)[]> {
    for (let s = 0; s < seconds; s += 2) {
      each();
      audience.troubles(new Set(['icu', 'er']), pushed);
      await clock.run(clock.monotonicMs() + 2000);
    }
    return audience.troubles(new Set(['icu', 'er']), pushed).map(({ key }) => key);
  }
  const receivers = () => meter.counts.get('purkinje_deliver_receivers');

  test('of nobody every unit with beds is an alarm after two minutes, not before, and none without beds', async () => {
    expect(await unheard(118)).toEqual([]);
    expect(await unheard(6)).toEqual(['icu', 'er']);
    expect(audience.troubles(new Set(), [])).toEqual([]);
  });

  test('one who may read one unit, or asked for one, receives that one; who asked for some beds, findings or priorities receives no unit', async () => {
    enter(principalOf('read:icu'));
    expect(await unheard(ALARM_AFTER_S)).toEqual(['er']);
    for (const narrow of [{ beds: ['bed-1'] }, { findings: ['atrial-fibrillation'] }, { priorities: ['high'] }, { evidence: ['rule'] }]) enter(principalOf('read:*'), { filter: { ...NO_FILTER, ...narrow } });
    expect(await unheard(ALARM_AFTER_S)).toEqual(['er']);
    enter(principalOf('read:*'), { filter: { ...NO_FILTER, units: ['er'] } });
    expect(await unheard(4)).toEqual([]);
  });

  test('who took nothing for 30 s does not count, nor who never took anything', async () => {
    let tookMs: number | undefined;
    enter(principalOf('read:*'), { takenMs: () => tookMs });
    expect(await unheard(ALARM_AFTER_S)).toEqual(['icu', 'er']);
    tookMs = clock.monotonicMs();
    expect([await unheard(28), receivers()]).toEqual([[], 1]);
    expect([await unheard(ALARM_AFTER_S), receivers()]).toEqual([['icu', 'er'], 0]);
  });

  test('where what lies beneath takes everything, only what is confirmed counts, and nobody confirms for another', async () => {
    const [nurse, other] = [principalOf('read:*'), principalOf('read:*', 'read:er')];
    const { id, leave } = enter(nurse, { isConfirmed: true });
    expect(await unheard(ALARM_AFTER_S, [], () => audience.confirm(other, id))).toEqual(['icu', 'er']);
    expect(audience.confirm(other, id)).toBe(false);
    expect(await unheard(ALARM_AFTER_S, [], () => expect(audience.confirm(nurse, id)).toBe(true))).toEqual([]);
    leave();
    expect(audience.confirm(nurse, id)).toBe(false);
    expect(await unheard(ALARM_AFTER_S)).toEqual(['icu', 'er']);
  });

  test('of a unit that is received at another monitor there is no alarm here; what is received here is announced there', async () => {
    reached = ['icu'];
    enter(principalOf('read:er'), { takenMs: () => undefined });
    expect(await unheard(ALARM_AFTER_S)).toEqual(['er']);
    enter(principalOf('read:er'));
    expect(await unheard(ALARM_AFTER_S)).toEqual([]);
    expect(announced).toEqual(['er']);
    reached = [];
    expect(await unheard(ALARM_AFTER_S)).toEqual(['icu']);
  });

  test('a target that can be reached receives what it is for; one that fails does not', async () => {
    expect(await unheard(ALARM_AFTER_S, [{ filter: { ...NO_FILTER, units: ['icu'] }, isReached: true }, { filter: NO_FILTER, isReached: false }])).toEqual(['er']);
    expect(receivers()).toBe(1);
  });
});

test('of a snapshot as large as may be, one who takes nothing is given no more than the bound and one message; who takes a piece gets a piece', async () => {
  const long = alertOf(AlertEvent.decode(event(1, 'raised', { segments: Array.from({ length: 200 }, (_, n) => `${'x'.repeat(100)}/1/${n}`) }).value!));
  const taken: (() => void)[] = [];
  let bytes = 0;
  const message = (length: number) => () => Buffer.alloc(length);
  const transport: Transport = {
    ...{ alert: message(20_000), gone: message(100), missed: message(100), snapshotEnd: message(100), heartbeat: message(100), end: () => {}, isConfirmed: false },
    write(given, done) {
      bytes += given.length;
      taken.push(() => ((bytes -= given.length), done()));
    },
  };
  const snapshot = Array<typeof long>(10_000).fill(long);
  const clock = new SimulatedClock();
  const meter = countingMeter();
  let change = () => {};
  const health = { onChange: (listener: () => void) => ((change = listener), () => {}) } as never;
  const deps = { feed: { open: () => Promise.resolve({ snapshot, cursor: 'c', next: () => undefined, close: () => {} }) }, clock, health, subscriptions: new SubscriptionLimit({ all: 9, one: 9 }, meter), audience: new Audience(clock, meter, ALONE) };
  const ended: string[] = [];
  await Outlet.open({ ...deps, onEnd: (why) => void ended.push(why) }, principalOf('read:*'), { filter: NO_FILTER }, transport);
  const most = WAITING_MAX_BYTES + 20_000;
  // An alarm, and every heartbeat there is: none of them goes beyond the bound either.
  for (let n = 0; n < 1000; n++) change();
  await clock.run(29_000);
  expect([bytes <= most, taken.length]).toEqual([true, 4]);
  let least = Infinity;
  for (let n = 0; n < 10_003 && taken.length > 0; n++) {
    taken.shift()!();
    if (n < 9000) least = Math.min(least, bytes);
    expect(bytes).toBeLessThanOrEqual(most);
  }
  expect(least).toBeGreaterThan(WAITING_MAX_BYTES / 2);
  expect(taken).toEqual([]);
  expect(ended).toEqual([]);
});

describe('monitors over one log', () => {
  test('know of each other which units are received there, until one has been silent for a minute and a half, or has closed', async () => {
    const clock = new SimulatedClock();
    const records: { key: string; value: Uint8Array | null; timestampMs: number }[] = [];
    const all: OtherMonitors[] = [];
    const append = (some: readonly { key?: string; value: Uint8Array | null }[]) => {
      for (const { key, value } of some) {
        const record = { key: key!, value, timestampMs: clock.nowMs() };
        records.push(record);
        for (const one of all) one.take(record);
      }
      return Promise.resolve();
    };
    const open = () => {
      const one = new OtherMonitors({ append } as never, clock);
      for (const record of records) one.take(record);
      all.push(one);
      return one;
    };
    const [a, b] = [open(), open()];
    const units = ['icu', undefined, 'er'];
    const seenAt = (one: OtherMonitors) => units.map((unit) => one.isReached(unit));
    a.announce([]);
    await clock.run(clock.monotonicMs() + 1000);
    expect(records).toEqual([]);
    a.announce(['icu', undefined]);
    await clock.run(clock.monotonicMs() + 1000);
    expect([seenAt(a), seenAt(b)]).toEqual([[false, false, false], [true, true, false]]);
    // Twice a minute, not with each look.
    for (let s = 0; s < 120; s += 2) {
      a.announce(['icu', undefined]);
      await clock.run(clock.monotonicMs() + 2000);
      expect(seenAt(b)).toEqual([true, true, false]);
    }
    expect(records.length).toBe(4);
    a.announce(['er']);
    await clock.run(clock.monotonicMs() + 1000);
    expect([seenAt(b), seenAt(open())]).toEqual([[false, false, true], [false, false, true]]);
    await clock.run(clock.monotonicMs() + 91_000);
    expect(seenAt(b)).toEqual([false, false, false]);
    a.announce(['er']);
    await clock.run(clock.monotonicMs() + 1000);
    expect(seenAt(b)).toEqual([false, false, true]);
    const closed = a.close();
    await clock.run(clock.monotonicMs() + 3000);
    await closed;
    expect([seenAt(b), records.at(-1)!.value]).toEqual([[false, false, false], null]);
  });

  test('remove from the topic what one announced that has been gone for an hour, and count it for nothing', async () => {
    const clock = new SimulatedClock();
    const removed: unknown[] = [];
    const one = new OtherMonitors({ append: (some: readonly { key: string; value: unknown }[]) => (removed.push(...some.map(({ key, value }) => [key, value])), Promise.resolve()) } as never, clock);
    one.take({ key: 'receivers/gone', value: encodeReceivers({ units: ['icu'] }), timestampMs: clock.nowMs() - 3_700_000 });
    await clock.run(clock.monotonicMs() + 1000);
    expect([one.isReached('icu'), removed]).toEqual([false, [['receivers/gone', null]]]);
    one.take({ key: 'receivers/odd', value: Buffer.from('{'), timestampMs: clock.nowMs() });
    expect(one.isReached('icu')).toBe(false);
  });
});

describe('attacked', () => {
  let log: EmbeddedLog;
  let ward: Ward;
  const sessions: ClientHttp2Session[] = [];
  const sockets: Socket[] = [];
  /** Half a minute in five seconds: a machine that is busy stalls for one. */
  const { nowMs, monotonicMs, after } = systemClock();
  const quick: Clock = { nowMs, monotonicMs: () => monotonicMs() * 6, after: (ms, run) => after(ms / 6, run) };
  const count = (name: string) => ward.meter.counts.get(name);

  beforeEach(async () => {
    log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 });
    ward = await openWard(log, {}, quick);
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
    await ward.close();
    await log.close();
  });

  /** Asks for alerts and leaves its window shut. */
  function shut(session: ClientHttp2Session): ClientHttp2Stream {
    const stream = session.request({ ':method': 'POST', ':path': '/ecg.v1.AlertService/Subscribe', 'content-type': 'application/grpc', te: 'trailers', authorization: `Bearer ${ALL}` });
    stream.on('error', () => {});
    stream.resume();
    // No compression, length 0: a filter of everything.
    stream.end(Buffer.alloc(5));
    return stream;
  }

  test('by 300 gRPC subscriptions with a window of 0: none counts as served, each is let go after 30 s, and one who reads is', async () => {
    await log.append(Array.from({ length: 200 }, (_, n) => event(n)));
    for (let n = 0; n < 3; n++) {
      const session = connectHttp2(`http://127.0.0.1:${ward.monitor.grpcPort}`, { settings: { initialWindowSize: 0 } });
      session.on('error', () => {});
      sessions.push(session);
    }
    let closed = 0;
    await Promise.all(Array.from({ length: 300 }, (_, n) => new Promise((open) => void shut(sessions[n % 3]).once('response', open).once('close', () => (closed++, open(undefined))))));
    const reader = subscribe(ward.monitor.grpcPort);
    await vi.waitFor(() => expect(reader.end()).toBeGreaterThan(0), 20_000);
    await vi.waitFor(() => expect(count('purkinje_deliver_receivers')).toBe(1), 20_000);
    await vi.waitFor(() => expect(count('purkinje_deliver_subscriptions_ended_total slow')).toBe(300), 20_000);
    await vi.waitFor(() => expect(count('purkinje_deliver_subscribers')).toBe(1), 20_000);
    expect(count('purkinje_deliver_receivers')).toBe(1);
    // None of them waits on for an end that it does not take.
    await vi.waitFor(() => expect(closed).toBe(300), 20_000);
    reader.close();
  }, 60_000);

  /** A browser that answers heartbeats until it is stopped. Its system goes on to take what is sent. */
  async function browser(): Promise<{ readonly subscription: string; readonly stop: () => void }> {
    let isStopped = false;
    const socket = connect(ward.http.port, '127.0.0.1', () => void socket.write(`GET /alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ALL}\r\n\r\n`));
    sockets.push(socket);
    const first = new Promise<string>((resolve) =>
      socket.on('data', (part) => {
        for (const [, subscription] of part.toString().matchAll(/"subscription":"([\w-]+)"/g)) {
          if (!isStopped) void ward.post('/heard', { subscription }).then(({ status }) => status === 204 && resolve(subscription), () => {});
        }
      }),
    );
    return { subscription: await first, stop: () => ((isStopped = true), socket.pause()) };
  }

  test('by a browser that stops: it counts until 30 s after what it last confirmed, then it is let go; a computer that sleeps is no alarm', async () => {
    const { stop } = await browser();
    await browser();
    await vi.waitFor(() => expect(count('purkinje_deliver_receivers')).toBe(2), 20_000);
    stop();
    await vi.waitFor(() => expect(count('purkinje_deliver_subscriptions_ended_total unread')).toBe(1), 20_000);
    await vi.waitFor(() => expect([count('purkinje_deliver_receivers'), count('purkinje_deliver_subscribers')]).toEqual([1, 1]), 20_000);
    const { alarms } = (await (await ward.get('/status')).json()) as { alarms: { alarm: string }[] };
    expect(alarms.map(({ alarm }) => alarm)).not.toContain('subscriber-lost');
  }, 60_000);

  test('by words that confirm nothing: a subscription that is not there, one of somebody else, none at all: 404', async () => {
    const { subscription, stop } = await browser();
    for (const body of [{ subscription: 999 }, { subscription: 'x' }, {}, { subscription: null }, { subscription: [subscription] }]) expect((await ward.post('/heard', body)).status).toBe(404);
    expect((await ward.post('/heard', { subscription }, 'other/read:*')).status).toBe(404);
    const bare = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ subscription }) };
    expect((await fetch(`http://127.0.0.1:${ward.http.port}/heard`, bare)).status).toBe(401);
    expect((await ward.post('/heard', { subscription }, 'other/dismiss:*')).status).toBe(403);
    expect((await ward.post('/heard', { subscription })).status).toBe(204);
    stop();
  });
});
