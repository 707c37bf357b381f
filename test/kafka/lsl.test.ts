/** The example bridge: a stream of the Lab Streaming Layer (liblsl) arrives in the log, sample for sample, through the gateway's gRPC. */
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, kafkaLog } from '../../src/adapters/kafka/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import { ensureBuilt } from '../encoder/support.js';
import { venv } from '../encoder/venv.js';
import { startGateway } from './gateway-process.js';
import { testConfig } from './prefix.js';

const python = venv('lsl-1.18.6', ['pylsl==1.18.6', 'grpcio==1.76.0', 'grpcio-tools==1.76.0']);
const TOKEN = 'a-token-for-those-who-send-signals';
const [RATE_HZ, SECONDS, GAP_S] = [250, 8, 2];
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function run(env: Readonly<Record<string, string>>, script: string, ...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(python!.python, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  closing.push(() => child.kill('SIGKILL'));
  let said = '';
  for (const out of [child.stdout, child.stderr]) out.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

describe.skipIf(inject('kafka') === undefined || python === undefined)('the bridge of the Lab Streaming Layer', () => {
  it('every sample, in microvolts as it was sent, with the seconds that the stream lost as a gap', { timeout: 120_000 }, async () => {
    ensureBuilt();
    const config = testConfig();
    await createKafkaTopics(config, { partitions: 2, replicationFactor: 1 }, systemClock());
    const gateway = await startGateway(config, 0, closing, 'grpc', [], { PURKINJE_MONITOR_TOKEN: TOKEN });
    const name = `ecg-${process.pid}`;
    const outlet = run({}, 'test/gateway/lsl_outlet.py', name, String(SECONDS), String(GAP_S));
    const bridge = await run({ PURKINJE_MONITOR_TOKEN: TOKEN }, 'examples/lsl-bridge/bridge.py', '--name', name, '--device', 'lab-1', '--gateway', `127.0.0.1:${gateway.port}`);
    expect(bridge, bridge.said).toMatchObject({ code: 0, said: expect.stringMatching(/\d+ chunks sent, 0 refused/) });
    expect((await outlet).code).toBe(0);

    const log = await kafkaLog(config, systemClock());
    closing.push(() => log.close());
    const chunks: Chunk[] = [];
    const follower = await log.follow(TOPICS.signal, (records) => {
      for (const { key, value } of records) {
        const decoded = decodeChunk(value!, key);
        if (!decoded.ok) throw new Error(decoded.reject.reason);
        chunks.push(decoded.chunk);
      }
    });
    await follower.close();
    expect(new Set(chunks.map(({ device, rateHz }) => `${device} ${rateHz}`))).toEqual(new Set([`lab-1 ${RATE_HZ}`]));
    const sent = chunks.flatMap(({ firstSample, blocks }) => {
      const [one, two, v1] = ['I', 'II', 'V1'].map((lead) => blocks.find((block) => block.lead === lead)!);
      expect([one, two, v1].map(({ aduPerMv }) => Math.round(aduPerMv))).toEqual([1000, 1000, 1000]);
      return [...one.samples].map((k, i) => ({ at: firstSample + i, k, two: two.samples[i], v1: v1.samples[i] }));
    });
    // What was pushed before the inlet was open is not the bridge's.
    const first = sent[0].k;
    expect(first).toBeLessThan(RATE_HZ);
    expect(sent.map(({ k }) => k)).toEqual(Array.from({ length: SECONDS * RATE_HZ - first }, (_, i) => first + i));
    expect(sent.every(({ k, two, v1 }) => two === -2 * k && v1 === k % 100)).toBe(true);
    const gaps = sent.slice(1).flatMap(({ at, k }, i) => (at - sent[i].at > 1 ? [{ after: k, samples: at - sent[i].at - 1 }] : []));
    expect(gaps).toHaveLength(1);
    expect(Math.abs(gaps[0].samples - GAP_S * RATE_HZ)).toBeLessThanOrEqual(0.2 * RATE_HZ);
  });
});
