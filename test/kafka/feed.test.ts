/** The example feeds, in Python over librdkafka and in TypeScript over kafkajs, as their first lines say to run them: every chunk counts. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { partitionOfKey } from '../../src/log/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { venv } from '../encoder/venv.js';
import { testConfig } from './prefix.js';

const ROOT = join(import.meta.dirname, '../..');
const PARTITIONS = 8;
const SECONDS = 4;
const python = venv('feed-2.12.2', ['confluent-kafka==2.12.2', 'grpcio-tools==1.76.0']);

/** A folder as a stranger's: with `proto`, and what the feeds' first lines make there. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'purkinje-feed-'));
  for (const name of ['proto', 'node_modules']) symlinkSync(join(ROOT, name), join(made, name));
  return made;
}

function run(program: string, args: readonly string[], cwd: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const out of [child.stdout, child.stderr]) out.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

async function chunksIn(config: ReturnType<typeof testConfig>): Promise<{ readonly partition: number; readonly chunk: Chunk }[]> {
  const log = await kafkaLog(config, systemClock());
  const found: { partition: number; chunk: Chunk }[] = [];
  const follower = await log.follow(TOPICS.signal, (records) => {
    for (const { key, value, partition } of records) {
      const decoded = decodeChunk(value!, key);
      if (!decoded.ok) throw new Error(decoded.reject.reason);
      found.push({ partition, chunk: decoded.chunk });
    }
  });
  await follower.close();
  await log.close();
  return found;
}

describe.skipIf(inject('kafka') === undefined || python === undefined)('an example feed', () => {
  const feeds: readonly { readonly name: string; readonly feed: (cwd: string, args: readonly string[]) => Promise<{ code: number | null; said: string }> }[] = [
    {
      name: 'feed.py',
      feed: async (cwd, [brokers, device, seconds, topic]) => {
        execFileSync(python!.python, ['-m', 'grpc_tools.protoc', '-I', 'proto', '--python_out=.', 'ecg/v1/signal.proto'], { cwd });
        return run(python!.python, [join(ROOT, 'examples/feed/feed.py'), brokers, device, '--seconds', seconds, '--topic', topic], cwd);
      },
    },
    {
      name: 'feed.ts',
      feed: async (cwd, args) => {
        mkdirSync(join(cwd, 'out'));
        await build({ entryPoints: [join(ROOT, 'examples/feed/feed.ts')], outfile: join(cwd, 'out/feed.mjs'), format: 'esm', platform: 'node', packages: 'external' });
        return run(process.execPath, ['out/feed.mjs', ...args], cwd);
      },
    },
  ];
  test.each(feeds)('$name: each second of each device is a chunk in the partition of its key, sample after sample', { timeout: 120_000 }, async ({ feed }) => {
    const config = testConfig();
    await createKafkaTopics(config, { partitions: PARTITIONS, replicationFactor: 1 }, systemClock());
    const devices = ['icu-1-bed-3', 'icu-1-bed-4', 'w7.m-B_0'];
    const runs = [];
    for (const device of devices) runs.push(await feed(folder(), [inject('kafka')!, device, String(SECONDS), `${config.topicPrefix}${TOPICS.signal}`]));
    for (const { code, said } of runs) expect(code, said).toBe(0);
    const found = await chunksIn(config);
    for (const device of devices) {
      const own = found.filter(({ chunk }) => chunk.device === device);
      expect(own.map(({ partition }) => partition)).toEqual(Array(SECONDS).fill(partitionOfKey(device, PARTITIONS)));
      expect(own.map(({ chunk }) => chunk.firstSample)).toEqual(Array.from({ length: SECONDS }, (_, i) => i * 250));
      expect(own.map(({ chunk }) => [chunk.sequence, chunk.endOfStream, chunk.demo])).toEqual(Array.from({ length: SECONDS }, (_, i) => [i, i === SECONDS - 1, true]));
      for (const { chunk } of own) {
        expect(chunk.blocks.map(({ lead, samples }) => [lead, samples.length, Math.round(Math.max(...samples) / 100)])).toEqual([['I', 250, 10], ['II', 250, 8], ['V1', 250, 6]]);
      }
    }
  });
});
