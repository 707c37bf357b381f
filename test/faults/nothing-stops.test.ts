/**
 * A ward whose broker holds what no engine can read, or refuses what an engine writes: nothing stops, what is lost is written, and
 * the other beds miss nothing. Invariants: I37, I38
 *
 * Not caught here: a broker that acknowledges and loses.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { kafkaLog } from '../../src/adapters/kafka/index.js';
import type { LostRecords } from '../../src/ecg/index.js';
import { type LogRecord, type Topic, TOPICS } from '../../src/ports/index.js';
import { decodeOutcome } from '../../src/wire/index.js';
import { startBroker } from '../kafka/broker.js';
import { openTopics, testConfig } from '../kafka/prefix.js';
import { AT, seal } from '../log/batch-bytes.js';
import { until } from '../log/probe-step.js';
import { readAll, segmentsOf } from './chronicle.js';
import { startEngine } from './processes.js';
import { NO_BROKER, Scene } from './scene.js';
import { contextOf, deviceOn, firstSamplesOf, PARTITIONS, signalOf, twelveLeads } from './ward.js';

const SECONDS = 60;

async function beds(seconds = SECONDS): Promise<{ device: string; chunks: Awaited<ReturnType<typeof twelveLeads>> }[]> {
  return Promise.all(
    Array.from({ length: PARTITIONS }, async (_, i) => {
      const device = deviceOn(i, `bed-${i}`);
      return { device, chunks: await twelveLeads({ device, condition: 'sinus-rhythm', seed: i + 1, seconds }) };
    }),
  );
}

const lostIn = (outcomes: readonly LogRecord[]): LostRecords[] =>
  outcomes.flatMap(({ value }) => {
    const decoded = decodeOutcome(value!);
    return decoded?.type === 'lost' ? [decoded.lost] : [];
  });

/** A producer's gzip that is none, in the nth batch of a segment file. */
async function spoil(folder: string, nth: number): Promise<void> {
  const file = join(folder, '00000000000000000000.log');
  const segment = await readFile(file);
  let at = 0;
  for (let i = 0; i < nth; i++) at += 12 + segment.readInt32BE(at + AT.length);
  const batch = segment.subarray(at, at + 12 + segment.readInt32BE(at + AT.length));
  batch[AT.attributes + 1] |= 1;
  seal(batch);
  await writeFile(file, segment);
}

describe.skipIf(NO_BROKER)('nothing stops', () => {
  it('a batch that nobody can decode, in signal and in context: written as lost, once, over restarts; the other beds miss nothing', async () => {
    const broker = await startBroker();
    try {
      const config = testConfig([broker.address]);
      let log = await openTopics(config, PARTITIONS);
      const ward = await beds();
      const sent = ward.reduce((sum, { chunks }) => sum + firstSamplesOf(chunks).length, 0);
      for (const { device } of ward) for (let i = 0; i < 3; i++) await log.append([{ ...contextOf(device, `encounter-${device}`, i), partition: 1 }]);
      for (let s = 0; s < SECONDS; s++) for (const { chunks } of ward) await log.append([signalOf(chunks[s])]);
      await log.close();
      await broker.shutDown();
      await spoil(join(broker.dataFolder, `${config.topicPrefix}${TOPICS.signal}-0`), 25);
      await spoil(join(broker.dataFolder, `${config.topicPrefix}${TOPICS.context}-1`), 4);
      await broker.restart();
      log = await kafkaLog(config, systemClock());
      const outcomes: LogRecord[] = [];
      const follower = await log.follow(TOPICS.outcomes, (records) => outcomes.push(...records));
      for (let round = 0; round < 2; round++) {
        const engine = await startEngine({ brokers: [broker.address], prefix: config.topicPrefix!, encoder: 'none' });
        await engine.ready();
        const ids = (): Set<string> => new Set(outcomes.flatMap(({ value }) => { const one = decodeOutcome(value!); return one?.type === 'segment' ? [one.outcome.id] : []; }));
        await until('every segment and both losses', () => ids().size >= sent && lostIn(outcomes).length >= 2, 60_000).catch((error: Error) => { throw new Error(`${error.message}: ${ids().size} segments, ${lostIn(outcomes).length} lost\n${engine.tail()}`); });
        const metrics = await engine.metrics();
        if (round === 0) expect(metrics.get('purkinje_line_skipped_records_total{topic="ecg.signal.v1",reason="unreadable"}')).toBe(1);
        expect(metrics.get('purkinje_line_skipped_records_total{topic="ecg.context.v1",reason="unreadable"}')).toBe(1);
        // Long enough for a second round to write again what it must not.
        await new Promise((resolve) => setTimeout(resolve, 2500));
        expect(await engine.stop()).toEqual({ code: 0, signal: null });
      }
      await follower.close();
      const lost = lostIn((await readAll(log, [TOPICS.outcomes])).get(TOPICS.outcomes)!);
      expect(lost.map(({ topic, partition, fromOffset, toOffset, reason }) => [topic, partition, fromOffset, toOffset, reason]).sort()).toEqual([
        [TOPICS.context, 1, 4, 5, 'unreadable'],
        [TOPICS.signal, 0, 25, 26, 'unreadable'],
      ]);
      const segments = segmentsOf(new Map([[TOPICS.outcomes, outcomes]]));
      for (const { device, chunks } of ward) {
        const own = segments.filter((outcome) => outcome.device === device);
        expect(own.map(({ firstSample }) => firstSample)).toEqual(firstSamplesOf(chunks));
        // A stream that ends within a segment leaves a gap too.
        const gaps = own.filter(({ partial }) => !partial).flatMap(({ leads }) => leads.filter(({ lead }) => lead === 'I').flatMap((one) => one.gaps));
        expect(gaps.length > 0).toBe(device === ward[0].device);
      }
      await log.close();
    } finally {
      await broker.stop();
    }
  }, 240_000);

  it('a broker that refuses what it finds too large: each segment keeps its one outcome, the engine never ends, and small ones pass', async () => {
    const scene = await Scene.open('none');
    try {
      // Two segments a bed: a third failure would put it into quarantine, and its later chunks among the rejects.
      const seconds = 20;
      const ward = await beds(seconds);
      // The context of one bed makes its outcomes larger than the topic takes.
      await scene.append(ward.map(({ device }, i) => contextOf(device, i === 0 ? `encounter-${'x'.repeat(100)}` : `e${i}`)));
      const largest = 900;
      await limitOf(scene, TOPICS.outcomes, largest);
      const engine = await scene.engine();
      await engine.ready();
      for (let s = 0; s < seconds; s++) for (const { chunks } of ward) await scene.append([signalOf(chunks[s])]);
      const { records } = await scene.finish();
      const segments = segmentsOf(records);
      for (const { device, chunks } of ward) expect(segments.filter((outcome) => outcome.device === device).map(({ firstSample }) => firstSample), device).toEqual(firstSamplesOf(chunks));
      const refused = segments.filter(({ reasons }) => reasons.includes('output-refused'));
      expect(refused.length).toBeGreaterThan(0);
      expect(records.get(TOPICS.rejects)!.filter(({ headers }) => headers.reason === 'output-refused')).toHaveLength(refused.length);
      expect(await engine.ended).toEqual({ code: 0, signal: null });
    } finally {
      await scene.close();
    }
  }, 120_000);
});

async function limitOf(scene: Scene, topic: Topic, bytes: number): Promise<void> {
  const { brokers, topicPrefix } = scene.config;
  const admin = new Kafka({ brokers: brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: `${topicPrefix}${topic}`, configEntries: [{ name: 'max.message.bytes', value: String(bytes) }, { name: 'message.timestamp.type', value: 'LogAppendTime' }] }] });
  await admin.disconnect();
}
