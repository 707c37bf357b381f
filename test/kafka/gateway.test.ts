/**
 * A ward's monitors send HL7 through an interface engine that is not ours (hl7 of Python). The gateway is killed again and again, and
 * the broker goes away; each message is sent again until it is acknowledged. In the end every sample is in Kafka, once. Invariants: I56
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, type KafkaLogConfig, kafkaLog } from '../../src/adapters/kafka/index.js';
import { type Chunk, LEADS } from '../../src/ecg/index.js';
import { type LogRecord, TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { ensureBuilt } from '../encoder/support.js';
import { hl7Time, waveMessage } from '../ingest/messages.js';
import { Dice } from '../simulation/random.js';
import { startBroker } from './broker.js';
import { python, startGateway, startSender } from './gateway-process.js';
import { testConfig } from './prefix.js';

const NO_BROKER = inject('kafka') === undefined;
const [BEDS, KILLS, RATE_HZ] = [6, 20, 500];
const START_MS = Date.UTC(2026, 2, 1, 12);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Counts as no other second, lead or bed has them. */
const countsOf = (bed: number, second: number, lead: number) => Array.from({ length: RATE_HZ }, (_, i) => ((second * 7919 + bed * 997 + lead * 101 + i * 13) % 30_000) - 15_000);

function files(seconds: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'purkinje-hl7-'));
  return Array.from({ length: BEDS }, (_, bed) => {
    const messages = Array.from({ length: seconds }, (_unused, second) =>
      waveMessage({ id: `${bed}-${second}`, device: `bed-${bed}`, time: hl7Time(START_MS + second * 1000), rateHz: RATE_HZ, resolution: 0.001221, leads: Object.fromEntries(LEADS.map((lead, k) => [lead, countsOf(bed, second, k)])) }),
    );
    const path = join(folder, `${bed}.json`);
    writeFileSync(path, JSON.stringify(messages));
    return path;
  });
}

async function chunksIn(config: KafkaLogConfig): Promise<Chunk[]> {
  const log = await kafkaLog(config, systemClock());
  const records: LogRecord[] = [];
  await (await log.follow(TOPICS.signal, (some) => records.push(...some))).close();
  await log.close();
  return records.map(({ key, value }) => {
    const decoded = decodeChunk(value!, key);
    if (!decoded.ok) throw new Error(decoded.reject.reason);
    return decoded.chunk;
  });
}

/** Every second of every bed, once, in one epoch, equal to the last count. */
function expectWhole(chunks: readonly Chunk[], seconds: number): void {
  for (let bed = 0; bed < BEDS; bed++) {
    const own = chunks.filter(({ device }) => device === `bed-${bed}`).sort((a, b) => a.firstSample - b.firstSample);
    expect(own.length, `bed ${bed}: none lost, none doubled`).toBe(seconds);
    expect(new Set(own.map(({ epoch }) => epoch)).size).toBe(1);
    for (const [second, chunk] of own.entries()) {
      expect(chunk.firstSample - own[0].firstSample).toBe(second * RATE_HZ);
      for (const [k, { lead, samples }] of chunk.blocks.entries()) expect([lead, ...samples]).toEqual([LEADS[k], ...countsOf(bed, second, k)]);
    }
  }
}

describe.skipIf(NO_BROKER || python === undefined)('HL7 waveforms to Kafka', () => {
  it(`killed ${KILLS} times, with everything sent again until it is acknowledged: none lost, none doubled`, { timeout: 300_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 4, replicationFactor: 1 }, systemClock());
    const dice = new Dice(1);
    const seconds = 120;
    let gateway = await startGateway(config, 0, closing);
    const { port } = gateway;
    let isDone = false;
    const sent = startSender(port, 0.25, files(seconds), closing).finally(() => (isDone = true));
    let kills = 0;
    while (!isDone && kills < KILLS) {
      await pause(dice.below(1200));
      await gateway.kill();
      kills++;
      gateway = await startGateway(config, port, closing);
    }
    const { acknowledged, resent, refused } = await sent;
    expect({ kills, acknowledged, refused }).toEqual({ kills: KILLS, acknowledged: BEDS * seconds, refused: [] });
    expect(resent).toBeGreaterThan(KILLS / 2);
    expectWhole(await chunksIn(config), seconds);
    console.log(`${acknowledged} messages, ${resent} sent again, ${kills} kills`);
  });

  it('messages that hl7apy builds from its own structures arrive count for count: decimals as nanovolts, a lost second a gap, a repeated one once', { timeout: 120_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 2, replicationFactor: 1 }, systemClock());
    const gateway = await startGateway(config, 0, closing);
    const [beds, seconds, rateHz, lost] = [2, 20, 250, 3];
    const { stdout } = await promisify(execFile)(python!.python, ['test/gateway/hl7apy_sender.py', String(gateway.port), String(beds), String(seconds)], { maxBuffer: 2 ** 24 });
    const { answers, sent } = JSON.parse(stdout) as { answers: unknown; sent: number[][][][] };
    expect(answers).toEqual({ AA: beds * seconds });
    const chunks = await chunksIn(config);
    expect(chunks.length).toBe(beds * (seconds - 1));
    for (let bed = 0; bed < beds; bed++) {
      const own = chunks.filter(({ device }) => device === `bed-${bed}`).sort((a, b) => a.firstSample - b.firstSample);
      expect(new Set(own.map(({ epoch }) => epoch)).size).toBe(1);
      for (const [k, { firstSample, blocks }] of own.entries()) {
        const second = k < lost ? k : k + 1;
        expect(firstSample - own[0].firstSample).toBe(second * rateHz);
        expect(blocks.map(({ lead, aduPerMv }) => [lead, aduPerMv])).toEqual([['I', 400], ['II', 400], ['V1', 1e6]]);
        const [i, ii, v1] = blocks.map(({ samples }) => [...samples]);
        expect([i, ii, v1.map((nanovolts) => nanovolts / 2500)]).toEqual(sent[bed][second]);
      }
    }
  });

  it('while the broker is away nothing is acknowledged and memory stays bounded; then everything is there', { timeout: 240_000 }, async () => {
    ensureBuilt();
    const broker = await startBroker();
    closing.push(() => broker.stop());
    const config = testConfig([broker.address]);
    await createKafkaTopics(config, { partitions: 4, replicationFactor: 1 }, systemClock());
    const gateway = await startGateway(config, 0, closing);
    const metric = async (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(`http://127.0.0.1:${gateway.httpPort}/metrics`)).text())?.[1]);
    const AA = 'purkinje_gateway_messages_total\\{code="AA"\\}';
    const seconds = 60;
    const sent = startSender(gateway.port, 0.1, files(seconds), closing);
    while ((await metric(AA)) < BEDS * 5) await pause(100);
    await broker.kill();
    await pause(3000);
    const [before, memoryBefore] = [await metric(AA), gateway.memoryMb()];
    // The senders give up waiting and come again over new connections, meanwhile.
    await pause(25_000);
    expect(await metric(AA)).toBe(before);
    expect(gateway.memoryMb()).toBeLessThan(memoryBefore + 60);
    expect(await metric('purkinje_gateway_waiting_messages')).toBeLessThanOrEqual(3 * BEDS);
    await broker.restart();
    const { acknowledged, refused } = await sent;
    expect({ acknowledged, refused }).toEqual({ acknowledged: BEDS * seconds, refused: [] });
    expectWhole(await chunksIn(config), seconds);
  });
});
