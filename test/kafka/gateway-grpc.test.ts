/** A thousand beds over gRPC, from a client that is not ours (grpcio): each chunk is answered when the log has it, and a log that is away stalls the sender. Invariants: I59 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, type KafkaLogConfig, kafkaLog } from '../../src/adapters/kafka/index.js';
import { CREDIT_CHUNKS } from '../../src/gateway/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { ensureBuilt } from '../encoder/support.js';
import { venv } from '../encoder/venv.js';
import { startBroker } from './broker.js';
import { startGateway } from './gateway-process.js';
import { testConfig } from './prefix.js';

const python = venv('grpcio-1.76.0', ['grpcio==1.76.0', 'grpcio-tools==1.76.0']);
const TOKEN = 'a-token-for-those-who-send-signals';
const pause = (ms: number) => new Promise((later) => setTimeout(later, ms));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const start = (config: KafkaLogConfig) => startGateway(config, 0, closing, 'grpc', [], { PURKINJE_MONITOR_TOKEN: TOKEN });

function startSender(port: number, streams: number, beds: number, seconds: number, token = TOKEN) {
  const child = spawn(python!.python, ['test/gateway/grpc_sender.py', String(port), token, resolve('proto'), String(streams), String(beds), String(seconds)], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => child.kill('SIGKILL'));
  const said: any[] = [];
  createInterface(child.stdout).on('line', (line) => said.push(JSON.parse(line)));
  const ended = new Promise<any>((done) => child.once('close', () => done(said.at(-1))));
  return { said, ended };
}

async function devicesIn(config: KafkaLogConfig): Promise<Map<string, Set<number>>> {
  const log = await kafkaLog(config, systemClock());
  const found = new Map<string, Set<number>>();
  const follower = await log.follow(TOPICS.signal, (records) => {
    for (const { key, value } of records) {
      const decoded = decodeChunk(value!, key);
      if (!decoded.ok) throw new Error(decoded.reject.reason);
      found.set(key!, (found.get(key!) ?? new Set()).add(decoded.chunk.firstSample));
    }
  });
  await follower.close();
  await log.close();
  return found;
}

describe.skipIf(inject('kafka') === undefined || python === undefined)('chunks over gRPC', () => {
  it('a thousand beds: every chunk has a place of its own in the log', { timeout: 180_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 4, replicationFactor: 1 }, systemClock());
    const gateway = await start(config);
    const [beds, seconds] = [1000, 10];
    const startMs = performance.now();
    const result = await startSender(gateway.port, 20, beds, seconds).ended;
    console.log(`${beds * seconds} chunks of ${beds} beds over 20 streams in ${((performance.now() - startMs) / 1000).toFixed(1)} s, at most ${result.most} of a stream under way`);
    expect(result).toMatchObject({ sent: beds * seconds, answered: beds * seconds, places: beds * seconds, lowest: 0, credit: CREDIT_CHUNKS, refused: [], errors: [] });
    const found = await devicesIn(config);
    expect(found.size).toBe(beds);
    for (const samples of found.values()) expect([...samples].sort((a, b) => a - b)).toEqual(Array.from({ length: seconds }, (_, k) => k * 250));
  });

  it('a broker that is away: nothing is answered, the senders stall, memory is bounded; then everything is there', { timeout: 180_000 }, async () => {
    ensureBuilt();
    const broker = await startBroker();
    closing.push(() => broker.stop());
    const config = testConfig([broker.address]);
    await createKafkaTopics(config, { partitions: 4, replicationFactor: 1 }, systemClock());
    const gateway = await start(config);
    const sender = startSender(gateway.port, 10, 200, 400);
    while ((sender.said.at(-1)?.answered ?? 0) < 2000) await pause(100);
    await broker.kill();
    await pause(4000);
    const [before, memoryMb] = [sender.said.at(-1), gateway.memoryMb()];
    await pause(8000);
    const after = sender.said.at(-1);
    expect(after).toEqual(before);
    expect(gateway.memoryMb()).toBeLessThan(memoryMb + 40);
    await broker.restart();
    const result = await sender.ended;
    expect(result).toMatchObject({ sent: 80_000, answered: 80_000, refused: [], errors: [] });
    expect((await devicesIn(config)).size).toBe(200);
    console.log(`stalled with ${after.sent - after.answered} chunks of ten streams sent and not answered`);
  });

  it('who has no right is not let in', { timeout: 60_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 1, replicationFactor: 1 }, systemClock());
    const gateway = await start(config);
    const result = await startSender(gateway.port, 1, 1, 5, 'another-token-that-nobody-knows-here').ended;
    expect(result).toMatchObject({ answered: 0, errors: [expect.stringMatching(/UNAUTHENTICATED.*bad-token/)] });
    expect((await devicesIn(config)).size).toBe(0);
  });
});
