/** What stands between a ward and its alerts reaches people within ten seconds: a dead engine, a log that is away, a full disk. Silence is never health. Invariants: I36 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { FREE_MIN_BYTES, watchDiskSpace } from '../../src/adapters/disk-space.js';
import { type EmbeddedLog, embeddedLog } from '../../src/adapters/embedded/index.js';
import { checkpointKey, type FollowOptions, type Log, type NewRecord, POSITION_SUBJECT, type SkippedRange, type Topic, TOPICS } from '../../src/ports/index.js';
import { encodeCheckpoint, encodeOutcome } from '../../src/wire/index.js';
import { MemoryDisk } from '../log/memory-disk.js';
import { ended, event, idOf, openWard, subscribe, type Ward } from './support.js';

let log: EmbeddedLog;
const wards: Ward[] = [];
beforeEach(async () => void (log = await embeddedLog(new MemoryDisk(), systemClock(), { partitions: 2 })));
afterEach(async () => {
  for (const ward of wards.splice(0)) await ward.close();
  await log.close();
});
async function open(...more: Parameters<typeof openWard> extends [unknown, ...infer Rest] ? Rest : never): Promise<Ward> {
  const ward = await openWard(log, ...more);
  wards.push(ward);
  return ward;
}

interface Status {
  readonly oldestUnprocessedMs: number;
  readonly alarms: readonly { readonly alarm: string; readonly about: string; readonly sinceMs: number }[];
}
const status = async (ward: Ward) => (await (await ward.get('/status')).json()) as Status;
const alarms = async (ward: Ward) => (await status(ward)).alarms.map(({ alarm }) => alarm);

/** What the score step of an engine writes of a partition. */
const position = (partition: number, lowWater: number): NewRecord => ({
  topic: TOPICS.checkpoints,
  partition,
  key: checkpointKey('score', partition, POSITION_SUBJECT),
  value: encodeCheckpoint({ next: lowWater, lowWater, timeMs: 0, silent: [] }),
});
const signal = (partition: number): NewRecord => ({ topic: TOPICS.signal, partition, key: 'bed', value: Uint8Array.of(1) });

test('an engine that says nothing for seven seconds, in any partition, is reported; one that speaks is not', async () => {
  const ward = await open();
  const beat = setInterval(() => void log.append([position(0, 0), position(1, 0)]), 500);
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect(await alarms(ward)).toEqual([]);
  clearInterval(beat);
  const half = setInterval(() => void log.append([position(0, 0)]), 500);
  const killedMs = Date.now();
  const subscriber = subscribe(ward.monitor.grpcPort);
  await vi.waitFor(() => expect(subscriber.heartbeats().at(-1)).toMatchObject({ alarms: [{ alarm: 'engine-silent' }] }), { timeout: 12_000, interval: 50 });
  expect(Date.now() - killedMs).toBeLessThan(10_000);
  expect(await alarms(ward)).toEqual(['engine-silent']);
  subscriber.close();
  clearInterval(half);
}, 40_000);

test('the age of the oldest sample that waits is that of the first record an engine still needs', async () => {
  const ward = await open();
  await vi.waitFor(async () => expect((await status(ward)).oldestUnprocessedMs).toBe(0), 5000);
  await log.append([signal(0), signal(0), signal(1)]);
  const sinceMs = Date.now();
  await vi.waitFor(async () => expect((await status(ward)).oldestUnprocessedMs).toBeGreaterThan(2000), { timeout: 8000, interval: 100 });
  expect(Math.abs((await status(ward)).oldestUnprocessedMs - (Date.now() - sinceMs))).toBeLessThan(500);
  await log.append([position(0, 2), position(1, 1)]);
  await vi.waitFor(async () => expect((await status(ward)).oldestUnprocessedMs).toBe(0), { timeout: 8000, interval: 100 });
}, 30_000);

test('a log that does not answer, and one that takes nothing, are reported', async () => {
  let isAway = false;
  const shaky: Log = new Proxy(log, {
    get: (target, name) => {
      const real = Reflect.get(target, name) as unknown;
      if (name === 'scan') return (...args: Parameters<Log['scan']>) => (isAway ? new Promise(() => {}) : target.scan(...args));
      if (name === 'append') return (...args: Parameters<Log['append']>) => (isAway ? Promise.reject(new Error('no space left on device')) : target.append(...args));
      return typeof real === 'function' ? (real as (...args: unknown[]) => unknown).bind(target) : real;
    },
  });
  const ward = await open({ log: shaky });
  await log.append([event(1)]);
  const subscriber = subscribe(ward.monitor.grpcPort);
  await ended(subscriber);
  isAway = true;
  const answer = await ward.post('/acknowledge', { alertId: idOf(1) });
  expect([answer.status, await answer.json()]).toEqual([503, { error: expect.stringContaining('the log takes nothing now; try again') }]);
  expect(await alarms(ward)).toContain('log-refuses');
  await vi.waitFor(async () => expect(await alarms(ward)).toContain('log-away'), { timeout: 10_000, interval: 200 });
  isAway = false;
  subscriber.close();
}, 30_000);

test('a disk that is nearly full is reported, and so is that it has room again', async () => {
  let free = FREE_MIN_BYTES;
  const space = watchDiskSpace('/', systemClock(), () => Promise.resolve(free));
  const ward = await open({ lookouts: [() => (space.lowBytes === undefined ? [] : [{ alarm: 'disk-full', about: `${space.lowBytes} bytes left` }])] });
  expect(await alarms(ward)).not.toContain('disk-full');
  free = 4096;
  await vi.waitFor(async () => expect((await status(ward)).alarms).toContainEqual({ alarm: 'disk-full', key: '4096 bytes left', about: '4096 bytes left', sinceMs: expect.any(Number) }), { timeout: 10_000, interval: 200 });
  free = FREE_MIN_BYTES;
  await vi.waitFor(async () => expect(await alarms(ward)).not.toContain('disk-full'), { timeout: 10_000, interval: 200 });
  space.close();
}, 30_000);

test('records that no engine will process are counted, and an alarm for a minute that says how many, where and what to do', async () => {
  const { nowMs, monotonicMs, after } = systemClock();
  // A minute in three seconds.
  const ward = await open({}, { nowMs, monotonicMs: () => monotonicMs() * 20, after: (ms, run) => after(ms / 20, run) });
  const lost = (partition: number, fromOffset: number, toOffset: number, reason: string): NewRecord => ({ topic: TOPICS.outcomes, partition, key: 'lost', value: encodeOutcome({ type: 'lost', lost: { topic: TOPICS.signal, partition, fromOffset, toOffset, reason, atMs: 1 } }) });
  await log.append([lost(0, 10, 1010, 'expired')]);
  const about = async () => (await status(ward)).alarms.filter(({ alarm }) => alarm === 'signal-lost').map((one) => one.about);
  await vi.waitFor(async () => expect(await about()).toEqual(['1000 records of ecg.signal.v1, partition 0 will not be processed; retention deleted them first: raise retention.ms of the topic, or add engines']), 2000);
  await log.append([lost(1, 0, 234, 'expired'), lost(0, 500, 3, 'recreated'), lost(0, 7, 8, 'of a newer engine')]);
  await vi.waitFor(async () => expect(await about()).toEqual([expect.stringMatching(/^1234 records of ecg.signal.v1, 2 partitions will not/), expect.stringMatching(/^0 records .*recreated/), expect.stringMatching(/^1 records .*see the log of the engine$/)]), 2000);
  expect(['expired', 'recreated', 'other'].map((reason) => ward.meter.counts.get(`purkinje_deliver_lost_records_total engine ${reason}`))).toEqual([1234, 0, 1]);
  await log.append([lost(1, 70, 71, 'wrong-partition')]);
  await vi.waitFor(async () => expect(await about()).toContainEqual(expect.stringMatching(/^1 records of ecg.signal.v1, partition 1 will not be processed; nor are others like them, and beds may be unwatched: .*murmur2/)), 2000);
  await vi.waitFor(async () => expect(await about()).toEqual([]), { timeout: 10_000, interval: 100 });
}, 30_000);

test('partitions that were added while it runs are an alarm until it is started again', async () => {
  const { nowMs, monotonicMs, after } = systemClock();
  const ward = await open({}, { nowMs, monotonicMs: () => monotonicMs() * 60, after: (ms, run) => after(ms / 60, run) });
  ward.monitor.partitionsChanged(TOPICS.signal, 2, 4);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await status(ward)).alarms).toContainEqual(expect.objectContaining({ alarm: 'partitions-changed', about: expect.stringContaining('ecg.signal.v1 has 4 partitions, 2 when this monitor started') }));
}, 30_000);

test('what the log does not hand over to the monitor is reported as well, for every topic that people see of', async () => {
  const skippers = new Map<string, (skipped: SkippedRange) => void>();
  const spied: Log = new Proxy(log, {
    get: (target, name) => {
      const real = Reflect.get(target, name) as unknown;
      if (typeof real !== 'function') return real;
      if (name !== 'follow') return (real as (...args: unknown[]) => unknown).bind(target);
      return (topic: Topic, onRecords: Parameters<Log['follow']>[1], options: FollowOptions = {}) => {
        if (options.onSkipped !== undefined) skippers.set(topic, options.onSkipped);
        return target.follow(topic, onRecords, options);
      };
    },
  });
  const ward = await open({ log: spied });
  expect([...skippers.keys()].sort()).toEqual([TOPICS.alerts, TOPICS.context, TOPICS.outcomes]);
  skippers.get(TOPICS.alerts)!({ topic: TOPICS.alerts, partition: 1, from: 5, to: 9, reason: 'unreadable', detail: '' });
  expect((await status(ward)).alarms).toEqual([expect.objectContaining({ alarm: 'signal-lost', about: expect.stringMatching(/^4 records of ecg.alerts.v1, partition 1 are not seen by this monitor; they cannot be decoded/) })]);
});
