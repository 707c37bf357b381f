/**
 * A ward over a real broker, its engine, encoder and monitor in processes of their own: what one device, one reader or one deleted
 * record does stays where it is, and what is reported is so. Invariants: I36, I38, I39, I40, I53
 *
 * Not caught here: wall clocks that differ (test/monitor/health.test.ts moves them).
 */
import { spawn } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import type { Chunk, LostRecords, Outcome } from '../../src/ecg/index.js';
import { type LogRecord, sleep, TOPICS } from '../../src/ports/index.js';
import { decodeEvidence, decodeOutcome } from '../../src/wire/index.js';
import { HOSTILE } from '../assemble/hostile.js';
import { until } from '../log/probe-step.js';
import { event, idOf } from '../monitor/alerts.js';
import { alertsOf, readAll, segmentsOf } from './chronicle.js';
import { type MonitorProcess, startEncoder, startMonitor } from './processes.js';
import { NO_BROKER, Scene } from './scene.js';
import { contextOf, deviceOn, firstSamplesOf, PARTITIONS, signalOf, twelveLeads, wardOf } from './ward.js';

const TOKEN = 'a-token-for-the-monitor-of-this-ward';
const clock = systemClock();
const SECONDS = 60;

const firstSamplesIn = (segments: readonly Outcome[], [{ device }]: readonly Chunk[]): number[] => segments.filter((one) => one.device === device).map(({ firstSample }) => firstSample);

const lostIn = (outcomes: readonly LogRecord[]): LostRecords[] =>
  outcomes.flatMap(({ value }) => {
    const decoded = decodeOutcome(value!);
    return decoded?.type === 'lost' ? [decoded.lost] : [];
  });

interface Status {
  readonly oldestUnprocessedMs: number;
  readonly alarms: readonly { readonly alarm: string; readonly about: string }[];
}

describe.skipIf(NO_BROKER)('a whole ward', () => {
  let scene: Scene;
  let monitor: MonitorProcess | undefined;
  beforeEach(async () => void (scene = await Scene.open('none')));
  afterEach(async () => {
    await monitor?.stop();
    monitor = undefined;
    await scene.close();
  });

  const openMonitor = async (): Promise<MonitorProcess> => (monitor = await startMonitor({ brokers: scene.config.brokers as string[], prefix: scene.config.topicPrefix!, token: TOKEN }));
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`http://127.0.0.1:${monitor!.port}${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } });
  const status = async (): Promise<Status> => (await ask('/status')).json() as Promise<Status>;
  const alarms = async (): Promise<string[]> => (await status()).alarms.map(({ alarm }) => alarm);
  const raises = (alarm: string, withinMs: number): Promise<void> => until(`the alarm ${alarm}`, async () => (await alarms()).includes(alarm), withinMs);
  const admin = async <T>(work: (kafka: ReturnType<Kafka['admin']>, topic: string) => Promise<T>): Promise<T> => {
    const kafka = new Kafka({ brokers: scene.config.brokers, logLevel: logLevel.NOTHING }).admin();
    await kafka.connect();
    await kafka.fetchTopicOffsets(`${scene.config.topicPrefix}${TOPICS.signal}`);
    return work(kafka, `${scene.config.topicPrefix}${TOPICS.signal}`).finally(() => kafka.disconnect());
  };
  const bed = (partition: number, seconds = SECONDS) => twelveLeads({ device: deviceOn(partition, 'bed'), condition: 'sinus-rhythm', seed: partition + 1, seconds });
  const send = async (streams: readonly (readonly Chunk[])[]): Promise<void> => {
    for (let i = 0; i < Math.max(...streams.map(({ length }) => length)); i += 20) {
      await scene.append(streams.flatMap((chunks) => chunks.slice(i, i + 20).map(signalOf)));
    }
  };

  it('devices that cut their streams to pieces: the broker takes all that is written of them, and the beds beside them miss nothing', async () => {
    const engine = await scene.engine();
    const healthy = await Promise.all(Array.from({ length: PARTITIONS }, (_, i) => bed(i)));
    const hostile = Object.values(HOSTILE).map((make, i) => make().slice(0, 2500).map((chunk) => ({ ...chunk, device: deviceOn(i % PARTITIONS, `hostile-${i}`) })));
    await send([...healthy, ...hostile]);
    const { records } = await scene.finish();
    const segments = segmentsOf(records);
    for (const chunks of healthy) expect(firstSamplesIn(segments, chunks), chunks[0].device).toEqual(firstSamplesOf(chunks));
    const rejected = records.get(TOPICS.rejects)!;
    for (const [{ device }] of hostile) expect(segments.some((one) => one.device === device) || rejected.some(({ key }) => key === device), device).toBe(true);
    expect(rejected.every(({ headers }) => headers.reason !== 'output-refused' && headers.reason !== 'processing-failed')).toBe(true);
    const largest = Math.max(...[...(await readAll(scene.log, [TOPICS.outcomes, TOPICS.rejects, TOPICS.checkpoints])).values()].flat().map(({ value }) => value?.length ?? 0));
    expect(largest).toBeLessThan(512 * 1024);
    expect(await engine.ended).toEqual({ code: 0, signal: null });
  }, 240_000);

  it('signal that was deleted while no engine ran: written as lost with its reason, an alarm; the beds of other partitions miss nothing', async () => {
    const streams = await Promise.all([bed(0), bed(1)]);
    const before = await scene.engine();
    await send(streams.map((chunks) => chunks.slice(0, 20)));
    await until('the first segment of each', () => scene.chronicle.ids.size >= 2, 60_000);
    await before.stop();
    await send(streams.map((chunks) => chunks.slice(20)));
    await admin((kafka, topic) => kafka.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '45' }] }));
    await openMonitor();
    await scene.engine();
    await raises('signal-lost', 30_000);
    const { about } = (await status()).alarms.find(({ alarm }) => alarm === 'signal-lost')!;
    expect(about).toMatch(/^25 records of ecg\.signal\.v1, partition 0 will not be processed; retention deleted them/);
    const { records } = await scene.finish();
    expect(lostIn(records.get(TOPICS.outcomes)!).map(({ partition, fromOffset, toOffset, reason }) => [partition, fromOffset, toOffset, reason])).toEqual([[0, 20, 45, 'expired']]);
    const segments = segmentsOf(records);
    expect(firstSamplesIn(segments, streams[1])).toEqual(firstSamplesOf(streams[1]));
    // What was open when the engine stopped had its samples deleted too: a gap.
    const kept = firstSamplesOf(streams[0].filter((_, second) => second < 20 || second >= 45)).filter((first) => first + 2500 <= 5000 || first >= 10_000);
    expect(firstSamplesIn(segments, streams[0])).toEqual(kept);
    const gaps = records.get(TOPICS.outcomes)!.flatMap(({ value }) => { const one = decodeOutcome(value!); return one?.type === 'gap' ? [[one.gap.device, one.gap.firstSample, one.gap.segments]] : []; });
    expect(gaps).toEqual([[streams[0][0].device, 3250, 3]]);
  }, 120_000);

  it('partitions that are added: an alarm within a minute, and an engine that starts afterwards refuses with what to do', async () => {
    await openMonitor();
    const engine = await scene.engine();
    await send([await bed(0), await bed(1)]);
    await scene.chronicle.complete(60_000);
    await admin((kafka, topic) => kafka.createPartitions({ topicPartitions: [{ topic, count: PARTITIONS + 2 }] }));
    await raises('partitions-changed', 60_000);
    await until('the gauge of the engine', async () => (await engine.metrics()).get('purkinje_log_partitions_changed') === 1, 60_000);
    expect(await engine.stop()).toEqual({ code: 0, signal: null });
    const late = await scene.engine();
    await late.ended;
    expect((await late.ended).code).not.toBe(0);
    expect(late.tail()).toMatch(new RegExp(`had ${PARTITIONS} partitions .* has ${PARTITIONS + 2}: drain the engines, then begin with topics of ${PARTITIONS + 2} partitions`));
    const ids = segmentsOf(await readAll(scene.log)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }, 240_000);

  it('an engine that hangs is reported within ten seconds, and until it works again; streams that ended regularly leave nothing waiting', async () => {
    await openMonitor();
    const engine = await scene.engine();
    const streams = await Promise.all([bed(0), bed(1)]);
    await scene.append(streams.map(([{ device }]) => contextOf(device, `encounter-${device}`)));
    await send(streams);
    await scene.chronicle.complete(60_000);
    await until('both beds to have ended', async () => ((await (await ask('/beds')).json()) as { watch: string }[]).filter(({ watch }) => watch === 'ended').length === 2, 20_000);
    // Longer than an engine may be behind.
    await sleep(clock, 12_000);
    expect(await alarms()).toEqual([]);
    expect((await status()).oldestUnprocessedMs).toBe(0);
    engine.signal('SIGSTOP');
    const stoppedMs = performance.now();
    await raises('engine-silent', 15_000);
    expect(performance.now() - stoppedMs).toBeLessThan(12_000);
    engine.signal('SIGCONT');
    await until('the alarm to end', async () => (await alarms()).length === 0, 60_000);
  }, 180_000);

  it('400 reads of samples at once: every acknowledgement beside them is taken', async () => {
    await scene.append(Array.from({ length: 33 }, (_, n) => event(n)));
    await openMonitor();
    const reads = Promise.all(Array.from({ length: 400 }, async (_, n) => (await ask(`/evidence?alert=${idOf(n % 33)}`)).status));
    const acknowledged = await Promise.all(Array.from({ length: 33 }, async (_, n) => {
      await sleep(clock, n * 10);
      return (await ask('/acknowledge', { method: 'POST', body: JSON.stringify({ alertId: idOf(n) }) })).status;
    }));
    expect(acknowledged.filter((code) => code !== 202)).toEqual([]);
    // 404: no samples were kept. 503: too many reads at once.
    expect([...new Set(await reads)].filter((code) => code !== 404 && code !== 503)).toEqual([]);
    const { [TOPICS.commands]: commands } = Object.fromEntries(await readAll(scene.log, [TOPICS.commands]));
    expect(commands).toHaveLength(33);
  }, 60_000);
});

describe.skipIf(NO_BROKER)('a busy machine', () => {
  it('ill beds while four programs compete for each processor: no alert lacks its samples, and each is announced', async () => {
    const encoder = await startEncoder();
    const scene = await Scene.open(encoder.address);
    const busy = Array.from({ length: 8 }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    try {
      await scene.engine();
      const ward = await wardOf({ seed: 11, seconds: 160, patients: ['atrial-fibrillation', 'anterior-stemi', 'left-bundle-branch-block', 'complete-av-block'], beds: 2 });
      await scene.append(ward.context);
      for (let i = 0; i < ward.signal.length; i += 50) await scene.append(ward.signal.slice(i, i + 50));
      await scene.chronicle.complete(120_000, () => scene.tails());
      const raised = (): Promise<string[]> => readAll(scene.log).then((records) => alertsOf(records).filter(({ state }) => state === 'raised').map(({ alertId }) => alertId));
      const ids = await raised();
      expect(ids.length).toBeGreaterThan(5);
      const kept = async (): Promise<Set<string>> => new Set((await readAll(scene.log, [TOPICS.evidence])).get(TOPICS.evidence)!.flatMap(({ value }) => {
        const { alertId, chunks, missing } = decodeEvidence(value!)!;
        return chunks.length > 0 && missing === '' ? [alertId] : [];
      }));
      await until('the samples of every alert', async () => {
        const there = await kept();
        return ids.every((id) => there.has(id));
      }, 60_000);
    } finally {
      for (const child of busy) child.kill('SIGKILL');
      await scene.close();
      await encoder.stop();
    }
  }, 300_000);
});
