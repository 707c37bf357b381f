/**
 * The encoder as a process that is killed, stopped and started again, and a client that must notice at once and recover
 * by itself. Times are generous: the machine may be busy.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EncoderAwayError } from '../../src/ports/index.js';
import { client, countingMeter, ensureBuilt, eventually, freePort, inputOf, segmentOf, spawnEncoder, type Spawned } from './support.js';

beforeAll(ensureBuilt, 120_000);

const running: Spawned[] = [];
function start(...args: readonly string[]): Spawned {
  const spawned = spawnEncoder(['--model', 'models/purkinje-s', '--log-level', 'info', ...args]);
  running.push(spawned);
  return spawned;
}
afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
});

const inputs = (count: number): ReturnType<typeof inputOf>[] => Array.from({ length: count }, (_, i) => inputOf(segmentOf(i)));
const DEADLINE = { deadlineMs: 10_000 };

describe('an encoder that is killed', () => {
  it('is away at once, and back when it is back', async () => {
    const port = await freePort();
    const first = start('--port', String(port));
    await first.ready;
    const encoder = await client([`127.0.0.1:${port}`], { healthIntervalMs: 200 });
    expect(encoder.ready()).toBe(true);
    const under = Promise.allSettled(Array.from({ length: 4 }, () => encoder.score(inputs(32), DEADLINE)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const killedAt = performance.now();
    first.child.kill('SIGKILL');
    const results = await under;
    const tookMs = performance.now() - killedAt;
    expect(results.map((result) => result.status === 'rejected' && result.reason instanceof EncoderAwayError)).toContain(true);
    expect(tookMs).toBeLessThan(3_000);
    const askedAt = performance.now();
    await expect(encoder.score(inputs(1), DEADLINE)).rejects.toBeInstanceOf(EncoderAwayError);
    console.log(`kill -9: calls under way rejected after ${tookMs.toFixed(0)} ms, the next after ${(performance.now() - askedAt).toFixed(1)} ms`);
    expect(encoder.ready()).toBe(false);
    await start('--port', String(port)).ready;
    const backAt = performance.now();
    await eventually(() => encoder.ready(), 10_000);
    expect(await encoder.score(inputs(3), DEADLINE)).toHaveLength(3);
    console.log(`restart: usable ${(performance.now() - backAt).toFixed(0)} ms after it was ready`);
    await encoder.close();
  }, 60_000);

  it('is made good by another one: no call fails', async () => {
    const [a, b] = [start('--port', '0'), start('--port', '0')];
    const ports = await Promise.all([a, b].map(async ({ ready }) => (await ready)!.port));
    const meter = countingMeter();
    const encoder = await client(ports.map((port) => `127.0.0.1:${port}`), { meter, healthIntervalMs: 200 });
    let answered = 0;
    const callers = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 10; i++) {
        const scores = await encoder.score(inputs(4), DEADLINE);
        answered += scores.length;
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    a.child.kill('SIGKILL');
    await Promise.all(callers);
    expect(answered).toBe(160);
    expect(encoder.endpoints().map(({ status }) => status)).toEqual(['away', 'ready']);
    await encoder.close();
  }, 60_000);
});

describe('an encoder that is asked to stop', () => {
  it('ends the calls under way, logs it, and exits 0 within 10 s', async () => {
    const spawned = start('--port', '0');
    const { port } = (await spawned.ready)!;
    const encoder = await client([`127.0.0.1:${port}`]);
    const calls = Promise.all(Array.from({ length: 4 }, () => encoder.score(inputs(16), DEADLINE)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const stoppedAt = performance.now();
    spawned.child.kill('SIGTERM');
    expect((await calls).flat()).toHaveLength(64);
    expect(await spawned.exit).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000);
    await encoder.close();
    const lines = spawned.stderr().trim().split('\n').map((line) => JSON.parse(line).msg);
    expect(lines).toEqual(['serving', 'draining', 'stopped']);
  }, 60_000);
});

describe('an encoder that cannot start', () => {
  it('on a taken port says so in one line', async () => {
    const { port } = (await start('--port', '0').ready)!;
    const second = start('--port', String(port));
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toBe(`encoder: port ${port} on 127.0.0.1 is taken (stop what listens there, or choose another port)\n`);
  }, 60_000);

  it('without CUDA libraries says so in one line', async () => {
    const spawned = start('--port', '0', '--provider', 'cuda');
    expect(await spawned.exit).toBe(1);
    expect(spawned.stderr().trim().split('\n')).toEqual([expect.stringMatching(/^encoder: provider cuda cannot open the model: .*\(.*Triton/)]);
  }, 60_000);
});

it('does not block its event loop while the model runs', async () => {
  const spawned = start('--port', '0', '--metrics-port', '0');
  const { port, metricsPort } = (await spawned.ready)!;
  const encoder = await client([`127.0.0.1:${port}`]);
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const value = (text: string, name: string): number => Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  await scrape();
  for (let i = 0; i < 12; i++) await encoder.score(inputs(32), DEADLINE);
  const text = await scrape();
  const delayMs = ['p50', 'p99', 'max'].map((statistic) => value(text, `purkinje_encoder_event_loop_delay_seconds{statistic="${statistic}"}`) * 1000);
  const computeMs = (value(text, 'purkinje_encoder_compute_seconds_sum') / value(text, 'purkinje_encoder_compute_seconds_count')) * 1000;
  console.log(`event loop late by p50 ${delayMs[0].toFixed(1)}, p99 ${delayMs[1].toFixed(1)}, max ${delayMs[2].toFixed(1)} ms while batches took ${computeMs.toFixed(1)} ms`);
  // Blocked, the middle delay would be a batch's time.
  expect(delayMs[0]).toBeLessThan(Math.max(5, computeMs / 4));
  await encoder.close();
}, 60_000);
