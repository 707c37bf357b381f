import { Kafka, logLevel } from 'kafkajs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { OFFSETS_EVERY_MS } from '../../src/adapters/kafka/backend.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import type { KafkaLog, KafkaLogConfig } from '../../src/adapters/kafka/index.js';
import { FencedError, sleep, TOPICS } from '../../src/ports/index.js';
import { bytes, copyStep, ProbeStep, textOf, until } from '../log/probe-step.js';
import { startBroker } from './broker.js';
import { openTopics, testConfig } from './prefix.js';
import { startMember } from './program.js';

const PARTITIONS = 2;
const quiet = (config: KafkaLogConfig): Kafka => new Kafka({ brokers: config.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 5 } });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.skipIf(inject('kafka') === undefined)('Kafka, when things go wrong', () => {
  const opened: KafkaLog[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  const open = async (config: KafkaLogConfig): Promise<KafkaLog> => {
    const log = await openTopics(config, PARTITIONS);
    opened.push(log);
    return log;
  };
  /** Appends number after number, until asked to stop; returns how many. */
  const writeSteadily = (log: KafkaLog): (() => Promise<number>) => {
    let going = true;
    let written = 0;
    const writing = (async () => {
      while (going) {
        const record = { topic: TOPICS.signal, key: 'd', value: bytes(String(written)), partition: written % PARTITIONS };
        try {
          await log.append([record]);
        } catch (error) {
          // The end of a test that has failed.
          if ((error as { code?: unknown }).code === 'log-closed') return;
          throw error;
        }
        written++;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    return async () => {
      going = false;
      await writing;
      return written;
    };
  };
  const copiesIn = async (log: KafkaLog): Promise<() => number[]> => {
    const copies: number[] = [];
    await log.follow(TOPICS.outcomes, (records) => copies.push(...records.map(({ value }) => Number(textOf(value)))));
    return () => [...copies].sort((a, b) => a - b);
  };

  it('a second writer under the same id fences the first, which takes the partition again and goes on without loss or repeat', async () => {
    const config = testConfig();
    const log = await open(config);
    const copies = await copiesIn(log);
    const step = copyStep('score', TOPICS.signal, TOPICS.outcomes);
    const commit = step.onRecords;
    const refusals: unknown[] = [];
    step.onRecords = (records, assignment) =>
      commit(records, assignment).catch((error: unknown) => {
        refusals.push(error);
        throw error;
      });
    await log.join(step);
    await log.append([{ topic: TOPICS.signal, key: 'd', value: bytes('0'), partition: 0 }]);
    await until('the first copy', () => copies().length === 1);

    const usurper = quiet(config).producer({ transactionalId: `${config.topicPrefix}purkinje-score-0` });
    await usurper.connect();
    const transaction = await usurper.transaction();
    await log.append([{ topic: TOPICS.signal, key: 'd', value: bytes('1'), partition: 0 }]);
    await until('the commit to be refused', () => refusals.length > 0);
    expect(refusals[0]).toBeInstanceOf(FencedError);
    await transaction.abort();
    await usurper.disconnect();
    await until('the second copy', () => copies().length === 2);
    expect(step.events.filter((event) => /(take|lost) 0/.test(event))).toEqual(['take 0', 'lost 0', 'take 0']);
    expect(copies()).toEqual([0, 1]);
  });

  it('a member that dies without a word loses its partitions when its session ends, and what it had begun is never seen', async () => {
    const config = testConfig();
    const log = await open(config);
    const other = await kafkaLog(config, systemClock());
    opened.push(other);
    const copies = await copiesIn(log);
    const dying = await other.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    const staying = await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    await until('a half each', () => dying.partitions().length === 1 && staying.partitions().length === 1);
    const stop = writeSteadily(log);
    await until('some copies', () => copies().length > 50);
    await dying.vanish();
    await until('the other to have all', () => staying.partitions().length === PARTITIONS);
    const written = await stop();
    await until('every copy', () => copies().length >= written);
    expect(copies()).toEqual(numbers(written));
  });

  it('a process that stands still past its session and wakes up writes nothing, and joins again', async () => {
    const config = testConfig();
    const log = await open(config);
    const copies = await copiesIn(log);
    const stop = writeSteadily(log);
    const member = await startMember(config);
    await member.said('ready');
    await until('some copies', () => copies().length > 50);
    member.signal('SIGSTOP');
    const successor = await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    await until('the successor to have all', () => successor.partitions().length === PARTITIONS);
    const before = copies().length;
    await until('copies by the successor', () => copies().length > before + 50);
    member.signal('SIGCONT');
    await until('the woken one to notice', () => member.lines.some((line) => line.startsWith('lost')));
    await until('a half each', () => successor.partitions().length === 1);
    await until('the woken one to own again', () => member.lines.filter((line) => line.startsWith('take')).length > PARTITIONS);
    const written = await stop();
    await until('every copy', () => copies().length >= written);
    member.signal('SIGTERM');
    await member.ended();
    expect(copies()).toEqual(numbers(written));
  });

  it('a process that is killed in mid-work is followed by another without loss or repeat, again and again', async () => {
    const config = testConfig();
    const log = await open(config);
    const copies = await copiesIn(log);
    const stop = writeSteadily(log);
    for (let round = 0; round < 3; round++) {
      const member = await startMember(config);
      await member.said('ready');
      const before = copies().length;
      await until('some copies', () => copies().length > before + 50);
      member.signal('SIGKILL');
      await member.ended();
    }
    const written = await stop();
    await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    await until('every copy', () => copies().length >= written);
    expect(copies()).toEqual(numbers(written));
  });

  it('a broker that is killed and comes back loses and doubles nothing of a copy', async () => {
    const broker = await startBroker();
    try {
      const config = testConfig([broker.address]);
      const log = await open(config);
      const copies = await copiesIn(log);
      await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
      const stop = writeSteadily(log);
      for (let round = 0; round < 2; round++) {
        const before = copies().length;
        await until('some copies', () => copies().length > before + 100, 60_000);
        await broker.kill();
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await broker.restart();
      }
      const before = copies().length;
      await until('copies after the last restart', () => copies().length > before + 100, 60_000);
      const written = await stop();
      await until('every copy', () => copies().length >= written, 60_000);
      expect(copies()).toEqual(numbers(written));
      // Closing does not wait for a broker that is away.
      await broker.kill();
      const closing = performance.now();
      await Promise.all(opened.splice(0).map((one) => one.close()));
      expect(performance.now() - closing).toBeLessThan(15_000);
    } finally {
      await broker.stop();
    }
  }, 240_000);

  it('aborted transactions that overlap are seen by nobody, wherever one begins to read, and nobody waits for them', async () => {
    const config = testConfig();
    const log = await open(config);
    const topic = `${config.topicPrefix}${TOPICS.outcomes}`;
    const kafka = quiet(config);
    const writers = ['a', 'b', 'c'].map((id) => kafka.producer({ transactionalId: `${config.topicPrefix}${id}` }));
    await Promise.all(writers.map((writer) => writer.connect()));
    const send = (transaction: { send(record: object): Promise<unknown> }, text: string): Promise<unknown> =>
      transaction.send({ topic, messages: [{ key: 'k', value: text, partition: 0 }] });
    for (let round = 0; round < 3; round++) {
      const [a, b, c] = await Promise.all(writers.map((writer) => writer.transaction()));
      for (let i = 0; i < 3; i++) {
        await send(a, 'aborted a');
        await send(b, 'aborted b');
        await send(c, `kept ${round}${i}`);
      }
      if (round === 1) await log.append([{ topic: TOPICS.outcomes, key: 'k', value: bytes('plain'), partition: 0 }]);
      await b.abort();
      await c.commit();
      await a.abort();
    }
    const seen: (string | undefined)[] = [];
    const follower = await log.follow(TOPICS.outcomes, (records) => seen.push(...records.map(({ value }) => textOf(value))));
    await follower.close();
    const kept = ['kept 00', 'kept 01', 'kept 02', 'kept 10', 'kept 11', 'kept 12', 'plain', 'kept 20', 'kept 21', 'kept 22'];
    expect(seen).toEqual(kept);
    const each = await Promise.all(numbers(40).map((offset) => log.read(TOPICS.outcomes, 0, [offset])));
    expect(each.flat().map(({ value }) => textOf(value))).toEqual(kept);
    for (let from = 0; from < 40; from += 5) {
      const step = new ProbeStep('decide', [TOPICS.outcomes]);
      step.from = () => ({ [TOPICS.outcomes]: from });
      const membership = await log.join(step);
      const expected = each.flat().filter(({ offset }) => offset >= from).length;
      await until(`those from ${from} on`, () => step.records.length >= expected);
      await membership.leave();
      expect(step.texts()).toEqual(kept.slice(kept.length - expected));
    }
    await Promise.all(writers.map((writer) => writer.disconnect()));
  });

  it('an offset that has expired moves up to the earliest there is', async () => {
    const config = testConfig();
    const log = await open(config);
    await log.append(numbers(10).map((n) => ({ topic: TOPICS.signal, key: 'd', value: bytes(String(n)), partition: 0 })));
    const admin = quiet(config).admin();
    await admin.connect();
    const topic = `${config.topicPrefix}${TOPICS.signal}`;
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
    await admin.disconnect();
    expect((await log.read(TOPICS.signal, 0, [2, 5, 6, 9, 12])).map(({ offset }) => offset)).toEqual([6, 9]);
    const step = new ProbeStep();
    step.from = () => ({ [TOPICS.signal]: 2 });
    await log.join(step);
    await until('what is left', () => step.records.length === 4);
    expect(step.texts()).toEqual(['6', '7', '8', '9']);
  });

  it('a step that is slow for longer than its session keeps its partition', async () => {
    const log = await open(testConfig());
    const step = new ProbeStep();
    let done = false;
    step.onRecords = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      done = true;
    };
    const membership = await log.join(step);
    await log.append([{ topic: TOPICS.signal, key: 'd', value: bytes('0'), partition: 0 }]);
    await until('the slow step', () => done);
    expect(step.events.filter((event) => event.startsWith('lost'))).toEqual([]);
    expect(membership.partitions()).toEqual([0, 1]);
  });

  it('a commit larger than one request is still one transaction', async () => {
    const log = await open(testConfig());
    const step = new ProbeStep();
    await log.join(step);
    const large = numbers(30).map((n) => ({ topic: TOPICS.evidence, key: 'd', value: new Uint8Array(100_000).fill(n), partition: 0 }));
    await step.assignments.get(0)!.commit({ records: large, nextOffsets: {} });
    const seen: number[] = [];
    await log.follow(TOPICS.evidence, (records) => seen.push(...records.map(({ value }) => value![0])));
    expect(seen).toEqual(numbers(30));
  });

  it('shows the step’s offsets to ordinary tools: with a transaction once a second', async () => {
    const config = testConfig();
    const log = await open(config);
    const copies = await copiesIn(log);
    await log.join(copyStep('score', TOPICS.signal, TOPICS.outcomes));
    const append = (count: number) => log.append(numbers(count).map((n) => ({ topic: TOPICS.signal, key: 'd', value: bytes(String(n)), partition: 0 })));
    await append(2);
    await until('two copies', () => copies().length === 2);
    await sleep(systemClock(), OFFSETS_EVERY_MS);
    await append(1);
    await until('three copies', () => copies().length === 3);
    const admin = quiet(config).admin();
    await admin.connect();
    const topic = `${config.topicPrefix}${TOPICS.signal}`;
    const offsets = await admin.fetchOffsets({ groupId: `${config.topicPrefix}purkinje-score`, topics: [topic] });
    expect(offsets[0].partitions.find(({ partition }) => partition === 0)?.offset).toBe('3');
    const { groups } = await admin.describeGroups([`${config.topicPrefix}purkinje-score`]);
    expect(groups[0].state).toBe('Stable');
    await admin.disconnect();
  });

  it('refuses inputs with different numbers of partitions', async () => {
    const config = testConfig();
    await createKafkaTopics(config, { partitions: PARTITIONS, replicationFactor: 1 }, systemClock());
    const admin = quiet(config).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: `${config.topicPrefix}${TOPICS.commands}`, count: 3 }] });
    const topic = `${config.topicPrefix}${TOPICS.commands}`;
    while ((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length !== 3) await sleep(systemClock(), 20);
    await admin.disconnect();
    const log = await kafkaLog(config, systemClock());
    opened.push(log);
    await expect(log.join(new ProbeStep('decide', [TOPICS.outcomes, TOPICS.commands]))).rejects.toMatchObject({ code: 'partitions-differ' });
  });
});
