/** The dashboard and the rules against a real Prometheus that scrapes a real ward. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { openInferenceEncoder } from '../../src/adapters/inference/index.js';
import { contractOf, countingMeter, ensureBuilt, inputOf } from '../encoder/support.js';
import { dashboard, metricNames, queries, substituted } from './dashboard.js';
import { type Program, startPurkinje } from './programs.js';
import { type Prometheus, startPrometheus } from './prometheus.js';

const folder = inject('prometheus');
/** Longest wait for every query to have data. */
const DATA_MAX_MS = 45_000;
const WINDOW = '20s';

/** Named, never called: its metrics are there as soon as a language model is configured. */
const LANGUAGE = { PURKINJE_LANGUAGE_URL: 'http://127.0.0.1:9/v1', PURKINJE_LANGUAGE_MODEL: 'none' };

/** Queries that rightly have no data in this run, and why. */
const EMPTY: Readonly<Record<string, string>> = {
  "Triton, where it takes the encoder's place / A": 'Triton needs a GPU; its metrics are its own',
  "Triton, where it takes the encoder's place / B": 'Triton needs a GPU; its metrics are its own',
  "Triton, where it takes the encoder's place / C": 'Triton needs a GPU; its metrics are its own',
  ...Object.fromEntries(
    queries(dashboard())
      .filter(({ expr }) => expr.includes('purkinje_gateway_'))
      .map(({ name }) => [name, 'a gateway writes to Kafka, which is not here: test/kafka/gateway.test.ts']),
  ),
};

const sleep = (ms: number) => new Promise((later) => setTimeout(later, ms));
const text = async (address: string) => (await fetch(address)).text();

describe.skipIf(folder === undefined)('a ward, an encoder and a Prometheus', () => {
  let ward: Program;
  let encoder: Program;
  let prometheus: Prometheus;
  let page: string;
  let encoderMetrics: string;
  /** Held: an answer that nobody holds is collected, and its connection ends. */
  let listener: Response;
  const listening = new AbortController();
  const calling = new AbortController();
  let calls: Promise<void>;

  beforeAll(async () => {
    ensureBuilt();
    ward = await startPurkinje(['up', '--port', '0', '--duration', '90s', '--speed', '4'], /http:\/\/(127\.0\.0\.1:\d+)\/#token=(\S+)/, { env: LANGUAGE });
    page = ward.found[1];
    encoder = await startPurkinje(['encoder', '--port', '0', '--metrics-port', '0'], /"port":(\d+),"metricsPort":(\d+)/);
    encoderMetrics = `127.0.0.1:${encoder.found[2]}`;
    prometheus = await startPrometheus(folder!, { 'purkinje-engine': page, 'purkinje-encoder': encoderMetrics });
    listener = await fetch(`http://${page}/alerts`, { headers: { authorization: `Bearer ${ward.found[2]}` }, signal: listening.signal });
    calls = callEncoder(`127.0.0.1:${encoder.found[1]}`, calling.signal);
  });

  afterAll(async () => {
    listening.abort();
    calling.abort();
    await calls;
    await Promise.all([ward?.stop(), encoder?.stop(), prometheus?.stop()]);
  });

  test('every query of the dashboard is valid and has data', async () => {
    const all = queries(dashboard());
    let left = all.filter(({ name }) => !(name in EMPTY));
    const deadline = performance.now() + DATA_MAX_MS;
    while (left.length > 0 && performance.now() < deadline) {
      await sleep(1000);
      const answers = await Promise.all(left.map(({ expr }) => prometheus.query(substituted(expr, WINDOW))));
      left = left.filter((_, i) => answers[i].length === 0 || answers[i].some(({ value }) => value[1] === 'NaN'));
    }
    expect(left.map(({ name }) => name), 'no data').toEqual([]);
    expect(all.length).toBeGreaterThan(50);
  });

  test('a query that is to be empty here is valid, and is still in the dashboard', async () => {
    const all = new Map(queries(dashboard()).map(({ name, expr }) => [name, expr]));
    for (const name of Object.keys(EMPTY)) {
      expect(all.has(name), name).toBe(true);
      expect(await prometheus.query(substituted(all.get(name)!, WINDOW)), name).toEqual([]);
    }
  });

  test('the annotation is valid', async () => {
    const [annotation] = dashboard().annotations.list.filter(({ expr }) => expr !== undefined);
    await expect(prometheus.query(annotation.expr!)).resolves.toBeDefined();
  });

  test('figures that belong together add up in Prometheus too', async () => {
    const one = async (expr: string) => Number((await prometheus.query(expr))[0].value[1]);
    const all = new Map(queries(dashboard()).map(({ name, expr }) => [name, substituted(expr, WINDOW)]));
    expect(await one(all.get('Samples not accounted for / A')!)).toBe(0);
    expect(await one(all.get('Heartbeat age / A')!)).toBeLessThan(5);
    expect(await one(all.get('Encoders usable / A')!)).toBe(1);
    expect(listener.ok).toBe(true);
    expect(await one(all.get('Subscribers / A')!)).toBe(1);
    expect(await one(all.get('Scored share / A')!)).toBeGreaterThan(0.9);
  });

  test('on a ward that is well, every rule evaluates and only the watchdog fires', async () => {
    await sleep(2000);
    const { groups } = await prometheus.api('rules');
    const rules = groups.flatMap((group: { rules: { name: string; health: string; lastError?: string; state: string }[] }) => group.rules);
    expect(rules.filter(({ health }: { health: string }) => health !== 'ok')).toEqual([]);
    expect(rules.filter(({ state }: { state: string }) => state === 'firing').map(({ name }: { name: string }) => name)).toEqual(['Watchdog']);
  });

  test('promtool has nothing to say about what the programs expose', async () => {
    for (const address of [page, encoderMetrics]) {
      const { code, said } = await promtool(['check', 'metrics'], await text(`http://${address}/metrics`));
      expect(said).toBe('');
      expect(code).toBe(0);
    }
  });

  test('every metric of dashboard and rules is there to be scraped', async () => {
    // No gateway runs here: what one would expose is in its sources.
    const gateway = ['metrics.ts', 'ingest.ts'].map((name) => readFileSync(`src/gateway/${name}`, 'utf8')).join();
    const exposed = new Set(metricNames((await text(`http://${page}/metrics`)) + (await text(`http://${encoderMetrics}/metrics`)) + gateway));
    const asked = metricNames(queries(dashboard()).map(({ expr }) => expr).join('\n')).filter((name) => !name.startsWith('nv_'));
    const { groups } = await prometheus.api('rules');
    asked.push(...metricNames(JSON.stringify(groups)));
    expect([...new Set(asked)].filter((name) => !exposed.has(name))).toEqual([]);
  });

  test('no label names a bed, a device or a patient', async () => {
    const beds = ward.said.flatMap((line) => /^ {2}(bed-\d+)/.exec(line)?.[1] ?? []);
    expect(beds.length).toBe(12);
    const exposed = (await text(`http://${page}/metrics`)) + (await text(`http://${encoderMetrics}/metrics`));
    expect(beds.filter((bed) => exposed.includes(bed))).toEqual([]);
    const labels = new Set([...exposed.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label));
    const bounded = ['alarm', 'channel', 'closed_by', 'code', 'detail', 'door', 'fate', 'finding', 'grade', 'lane', 'le', 'model', 'priority', 'quantile', 'reason', 'result', 'stage', 'state', 'statistic', 'status', 'step', 'target', 'topic', 'unit', 'whose', 'why'];
    expect([...labels].filter((label) => !bounded.includes(label))).toEqual([]);
  });
});

/** A few batches now and again, so that the encoder has something to report. */
async function callEncoder(endpoint: string, stopped: AbortSignal): Promise<void> {
  const contract = contractOf();
  const client = await openInferenceEncoder({ endpoints: [endpoint], contract, clock: systemClock(), meter: countingMeter() });
  const input = inputOf(new Float32Array(contract.input.leads.length * contract.input.samples));
  while (!stopped.aborted) {
    await client.score([input, input], { deadlineMs: 5000 }).catch(() => undefined);
    await sleep(250);
  }
  await client.close();
}

function promtool(args: readonly string[], input: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(`${folder}/promtool`, args, { timeout: 20_000 }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, said: (stdout + stderr).trim() }));
    child.stdin!.end(input);
  });
}
