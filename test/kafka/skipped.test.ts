/** What a broker holds and nobody can decode, and what it deleted: skipped, and reported. Invariants: I42 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { kafkaLog, type KafkaLog, type KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import { type LogRecord, type SkippedRange, type Topic, TOPICS } from '../../src/ports/index.js';
import { AT, seal } from '../log/batch-bytes.js';
import { bytes, ProbeStep, textOf, until } from '../log/probe-step.js';
import { type Broker, startBroker } from './broker.js';
import { openTopics, testConfig } from './prefix.js';

/** Each append makes one batch of two records. */
const BATCHES = 60;

/** What is done to the tenth batch of a partition's segment, on the disk of the broker. */
const SPOILED: readonly ((batch: Buffer, next: Buffer) => void)[] = [
  // As a producer would send it that says gzip and sends none: brokers of old took that.
  (batch) => {
    batch[AT.attributes + 1] |= 1;
    seal(batch);
  },
  // A bit that the disk flipped in a record.
  (batch) => void (batch[AT.records + 8] ^= 1),
  // One flipped in its length: the broker itself finds no batch there.
  (batch) => void (batch[AT.length + 2] ^= 0x40),
  // And one in its magic.
  (batch) => void (batch[AT.magic] ^= 0x10),
];

describe.skipIf(inject('kafka') === undefined)('what cannot be read on Kafka', () => {
  let broker: Broker;
  let config: KafkaLogConfig;
  let log: KafkaLog;

  beforeAll(async () => {
    broker = await startBroker();
    config = testConfig([broker.address]);
    log = await openTopics(config, SPOILED.length);
    for (const topic of [TOPICS.signal, TOPICS.context]) {
      for (let i = 0; i < BATCHES; i++) {
        for (const partition of SPOILED.keys()) {
          await log.append([0, 1].map((n) => ({ topic, key: `k${i}-${n}`, value: bytes(`${i * 2 + n} ${'x'.repeat(200)}`), partition })));
        }
      }
    }
    await log.close();
    await broker.shutDown();
    for (const topic of [TOPICS.signal, TOPICS.context]) {
      for (const [partition, spoil] of SPOILED.entries()) await spoilTenth(join(broker.dataFolder, `${config.topicPrefix}${topic}-${partition}`), spoil);
    }
    await broker.restart();
    log = await kafkaLog(config, systemClock());
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await broker?.stop();
  });

  async function spoilTenth(folder: string, spoil: (batch: Buffer, next: Buffer) => void): Promise<void> {
    const file = join(folder, '00000000000000000000.log');
    const segment = await readFile(file);
    let at = 0;
    for (let i = 0; i < 10; i++) at += 12 + segment.readInt32BE(at + AT.length);
    const end = at + 12 + segment.readInt32BE(at + AT.length);
    spoil(segment.subarray(at, end), segment.subarray(end));
    await writeFile(file, segment);
  }

  /** Every offset is handed over once or skipped once, in order, and no more is lost than the batch that was spoiled. */
  const expectAccounted = (partition: number, records: readonly LogRecord[], skipped: readonly SkippedRange[]): void => {
    const ours = skipped.filter((one) => one.partition === partition);
    expect(ours).toMatchObject([{ from: 20, to: 22, reason: 'unreadable' }]);
    const offsets = records.filter((record) => record.partition === partition).map(({ offset }) => offset);
    expect(offsets).toEqual(Array.from({ length: BATCHES * 2 }, (_, i) => i).filter((offset) => offset !== 20 && offset !== 21));
    for (const { offset, value } of records) expect(textOf(value)).toMatch(new RegExp(`^${offset} `));
  };

  it('is skipped by a step, which goes on behind it', async () => {
    const step = new ProbeStep();
    const membership = await log.join(step);
    await until('all the rest', () => step.records.length >= SPOILED.length * (BATCHES * 2 - 2), 60_000);
    for (const partition of SPOILED.keys()) expectAccounted(partition, step.records, step.skipped);
    expect(step.events.filter((event) => event.startsWith('lost'))).toEqual([]);
    await log.append([{ topic: TOPICS.signal, key: 'd', value: bytes('120 more'), partition: 2 }]);
    await until('what comes later', () => step.records.length === SPOILED.length * (BATCHES * 2 - 2) + 1);
    await membership.leave();
  });

  it.each([TOPICS.signal, TOPICS.context] as Topic[])('is skipped by a follower of %s, which catches up', async (topic) => {
    const [records, skipped]: [LogRecord[], SkippedRange[]] = [[], []];
    const stopped: unknown[] = [];
    const follower = await log.follow(topic, (some) => records.push(...some), { onSkipped: (one) => skipped.push(one), onStopped: (error) => stopped.push(error) });
    for (const partition of SPOILED.keys()) expectAccounted(partition, records.filter(({ offset }) => offset < BATCHES * 2), skipped);
    await follower.close();
    expect(stopped).toEqual([]);
  });

  it('is skipped by a scan, and left out of single reads', async () => {
    for (const partition of SPOILED.keys()) {
      const [records, skipped]: [LogRecord[], SkippedRange[]] = [[], []];
      for (let next = 0; ; ) {
        const scanned = await log.scan(TOPICS.context, partition, next);
        if (scanned.next === next) break;
        records.push(...scanned.records);
        if (scanned.skipped) skipped.push(scanned.skipped);
        next = scanned.next;
      }
      expectAccounted(partition, records, skipped);
      expect((await log.read(TOPICS.context, partition, [19, 20, 21, 22])).map(({ offset }) => offset)).toEqual([19, 22]);
    }
  });

  it('is skipped where reading begins right there, or within', async () => {
    for (const partition of SPOILED.keys()) {
      for (const from of [20, 21]) {
        const { records, skipped } = await log.scan(TOPICS.context, partition, from);
        expect(skipped, `${partition}/${from}`).toMatchObject({ from, reason: 'unreadable' });
        // Where the broker itself finds no way past the damage, it goes on at the next place that its index knows: some kilobytes further.
        if (partition < 2) expect(skipped!.to).toBe(22);
        else expect(skipped!.to).toBeLessThan(60);
        expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: BATCHES * 2 - skipped!.to }, (_, i) => skipped!.to + i));
      }
    }
    const step = new ProbeStep();
    step.from = () => ({ [TOPICS.signal]: 21 });
    const membership = await log.join(step);
    const last = (): number[] => step.records.filter(({ offset }) => offset === BATCHES * 2 - 1).map(({ partition }) => partition);
    await until('the end of each', () => last().length === SPOILED.length);
    for (const partition of SPOILED.keys()) {
      const [skipped, ...others] = step.skipped.filter((one) => one.partition === partition);
      expect(others).toEqual([]);
      expect(skipped).toMatchObject({ from: 21, reason: 'unreadable' });
      expect(step.records.find((record) => record.partition === partition)!.offset).toBe(skipped.to);
    }
    expect(step.events.filter((event) => event.startsWith('lost'))).toEqual([]);
    await membership.leave();
  });

  it('because it was deleted before it was read is reported as expired, to a step and by a scan', async () => {
    const admin = new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const partition = 1;
    await log.append(Array.from({ length: 10 }, (_, i) => ({ topic: TOPICS.outcomes, key: 'd', value: bytes(String(i)), partition })));
    await admin.fetchTopicOffsets(`${config.topicPrefix}${TOPICS.outcomes}`);
    await admin.deleteTopicRecords({ topic: `${config.topicPrefix}${TOPICS.outcomes}`, partitions: [{ partition, offset: '6' }] });
    await admin.disconnect();
    const expired = { topic: TOPICS.outcomes, partition, from: 2, to: 6, reason: 'expired' };
    expect(await log.scan(TOPICS.outcomes, partition, 2)).toMatchObject({ expired: true, skipped: expired, next: 10 });
    const step = new ProbeStep('decide', [TOPICS.outcomes]);
    step.from = (assignment) => (assignment.partition === partition ? { [TOPICS.outcomes]: 2 } : {});
    const membership = await log.join(step);
    await until('what is left', () => step.records.length === 4);
    expect(step.skipped).toMatchObject([expired]);
    expect(step.texts()).toEqual(['6', '7', '8', '9']);
    await membership.leave();
    const fresh = new ProbeStep('decide', [TOPICS.outcomes]);
    const again = await log.join(fresh);
    await until('what is left, from the earliest', () => fresh.records.length === 4);
    expect(fresh.skipped).toEqual([]);
    await again.leave();
  });
});

