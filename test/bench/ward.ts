/**
 * `npm run bench:ward -- [--beds 100,400,1000] [--start spread|together] [--restart] [--away 60] [--engines 2] [--kill] [--minutes 2] [--brokers host:port] [--json]`:
 * a ward in real time over a real broker, with the engines, the encoder and the beds in processes of their own. What each costs once it is
 * warm, and how soon after the end of a window its outcome is in the log. `--restart`: half-way the beds' gateway restarts, and all begin
 * again together. `--away`: after a quarter of the time the encoder is away for so many seconds. `--kill`: half-way one engine is killed.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics, type KafkaLog, kafkaLog } from '../../src/adapters/kafka/index.js';
import { type LogRecord, sleep, type Topic, TOPICS } from '../../src/ports/index.js';
import { decodeOutcome } from '../../src/wire/index.js';
import { startBroker } from '../kafka/broker.js';
import type { Plan } from './ward-producer.js';

const PARTITIONS = 8;
const TICKS_PER_S = 100;
/** Windows that end within this of the start of a bed, or of its epoch, are its first: a start of all beds shows there. */
const FIRST_MS = 12_000;
/** A ward runs for days: what V8 and the JVM compile at first is none of its cost. Of each run, at most a third. */
const WARM_S = 30;
/** After an engine was killed, an outcome later than this is still of its loss. */
const LATE_MS = 2_500;
const MAIN = join(import.meta.dirname, '../../../../dist/cli/main.js');

const { values: asked } = parseArgs({
  options: { beds: { type: 'string', default: '10,100,400' }, start: { type: 'string', default: 'spread' }, restart: { type: 'boolean', default: false }, away: { type: 'string', default: '0' }, engines: { type: 'string', default: '1' }, kill: { type: 'boolean', default: false }, minutes: { type: 'string', default: '2' }, brokers: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const awayS = Number(asked.away);
if (awayS > Number(asked.minutes) * 40) throw new Error(`--away ${awayS}: at most two thirds of the time`);
if (!(Number(asked.engines) >= 1)) throw new Error(`--engines ${asked.engines}: 1 or more`);
if (asked.kill && Number(asked.engines) < 2) throw new Error('--kill: of several --engines');
const clock = systemClock();

interface Program {
  readonly child: ChildProcess;
  readonly port: number;
}

/** A program of ours, once it says its port. */
async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  process.once('exit', () => child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"port":(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
  return { child, port };
}

/** User and system time of a process and its threads, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

function residentMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** A counter of several programs, by its labels. */
async function counted(programs: readonly Program[], name: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { port } of programs) {
    const rows = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n').filter((row) => row.startsWith(`${name}{`));
    for (const row of rows) {
      const labels = row.slice(name.length + 1, row.lastIndexOf('}'));
      sums[labels] = (sums[labels] ?? 0) + Number(row.slice(row.lastIndexOf(' ') + 1));
    }
  }
  return sums;
}

interface Seen {
  readonly first: boolean;
  readonly id: string;
  readonly atMs: number;
  readonly stream: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly delayMs: number;
  readonly status: string;
}

/** Outcomes as they come: how long after the end of their window the log has them. */
function seenIn(records: readonly LogRecord[], began: Map<string, number>): Seen[] {
  return records.flatMap(({ value, timestampMs }) => {
    const decoded = decodeOutcome(value!);
    if (decoded?.type !== 'segment') return [];
    const { device, epoch, startMs, status, samples, rateHz } = decoded.outcome;
    const stream = `${device}/${epoch}`;
    if (!began.has(stream)) began.set(stream, startMs);
    const endMs = startMs + (samples / rateHz) * 1000;
    return [{ first: endMs - began.get(stream)! < FIRST_MS, id: decoded.outcome.id, atMs: timestampMs, stream, startMs, endMs, delayMs: timestampMs - endMs, status }];
  });
}

/** Time of a bed between the first and the last of its windows that is in none of them, s. */
function missingS(seen: readonly Seen[]): number {
  const through = new Map<string, number>();
  let missing = 0;
  for (const { stream, startMs, endMs } of [...seen].sort((a, b) => a.startMs - b.startMs)) {
    const before = through.get(stream) ?? startMs;
    missing += Math.max(0, startMs - before) / 1000;
    through.set(stream, Math.max(before, endMs));
  }
  return Number(missing.toFixed(3));
}

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;

async function bytesOf(log: KafkaLog, topics: readonly Topic[]): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const topic of topics) {
    sizes[topic] = 0;
    const follower = await log.follow(topic, (records) => {
      for (const { value } of records) sizes[topic] += value?.length ?? 0;
    });
    await follower.close();
  }
  return sizes;
}

async function run(brokers: string[], brokerPid: number | undefined, beds: number) {
  const prefix = `ward-${Math.round(clock.nowMs())}.`;
  await createKafkaTopics({ brokers, topicPrefix: prefix }, { partitions: PARTITIONS, replicationFactor: 1 }, clock);
  let encoder = await start(['encoder', '--port', '0']);
  const startEngine = () => start(['engine', '--brokers', brokers.join(','), '--encoder', `127.0.0.1:${encoder.port}`, '--port', '0'], { PURKINJE_KAFKA_PREFIX: prefix });
  const engines = [await startEngine()];
  while (engines.length < Number(asked.engines)) engines.push(await startEngine());
  const log = await kafkaLog({ brokers, topicPrefix: prefix }, clock);
  const seen: Seen[] = [];
  const began = new Map<string, number>();
  const outcomes = await log.follow(TOPICS.outcomes, (records) => void seen.push(...seenIn(records, began)));
  const plan: Plan = { brokers, prefix, beds, start: asked.start as Plan['start'], seconds: Number(asked.minutes) * 60, ...(asked.restart && { restartAfterS: Number(asked.minutes) * 30 }), name: 'bed' };
  const producer = fork(join(import.meta.dirname, 'ward-producer.js'), [JSON.stringify(plan)]);
  const says = (type: string) => new Promise<{ lateMs: number }>((resolve, reject) => {
    producer.once('exit', (code) => reject(new Error(`the beds ended with ${code}`)));
    producer.on('message', (message: { type: string; reason?: string; lateMs: number }) => (message.type === type ? resolve(message) : message.type === 'failed' && reject(new Error(message.reason))));
  });
  await says('ready');
  const done = says('done');
  const pids: Record<string, number[]> = { engine: engines.map(({ child }) => child.pid!), encoder: [encoder.child.pid!], producer: [producer.pid!], ...(brokerPid !== undefined && { broker: [brokerPid] }) };
  /** Of programs that have ended. */
  const gone: Record<string, number> = {};
  const cpu = () => Object.entries(pids).map(([name, some]) => [name, some.reduce((sum, pid) => sum + cpuSeconds(pid), gone[name] ?? 0)] as const);
  const end = (name: string, pid: number, signal: NodeJS.Signals) => {
    gone[name] = (gone[name] ?? 0) + cpuSeconds(pid);
    pids[name] = pids[name].filter((other) => other !== pid);
    process.kill(pid, signal);
  };
  const goAway = async (): Promise<void> => {
    if (awayS === 0) return;
    await sleep(clock, plan.seconds * 250);
    end('encoder', encoder.child.pid!, 'SIGTERM');
    await sleep(clock, awayS * 1000);
    encoder = await start(['encoder', '--port', String(encoder.port)]);
    pids.encoder = [encoder.child.pid!];
  };
  let killedMs: number | undefined;
  const kill = async (): Promise<void> => {
    if (!asked.kill) return;
    await sleep(clock, plan.seconds * 500);
    const [{ child }] = engines.splice(0, 1);
    killedMs = clock.nowMs();
    end('engine', child.pid!, 'SIGKILL');
  };
  // The start of programs is none of the ward's.
  await sleep(clock, 3000);
  producer.send('go');
  // Until a second before the last bed ends.
  const wholeS = plan.seconds + (plan.start === 'spread' ? 10 * (1 - 1 / beds) : 0.5) - 1;
  const faults = Promise.all([goAway(), kill()]);
  await sleep(clock, Math.min(WARM_S, wholeS / 3) * 1000);
  const [before, fromMs] = [cpu(), clock.monotonicMs()];
  await Promise.all([faults, sleep(clock, (wholeS - Math.min(WARM_S, wholeS / 3)) * 1000)]);
  const seconds = (clock.monotonicMs() - fromMs) / 1000;
  const cores: Partial<Record<string, number>> = Object.fromEntries(cpu().map(([name, used], i) => [name, (used - before[i][1]) / seconds]));
  const { lateMs } = await done;
  await sleep(clock, 5000);
  const shed = await counted(engines, 'purkinje_score_shed_total');
  const residentMbs = { engine: Math.max(...pids.engine.map(residentMb)), encoder: residentMb(encoder.child.pid!) };
  await outcomes.close();
  const sizes = await bytesOf(log, [TOPICS.signal, TOPICS.outcomes, TOPICS.evidence, TOPICS.checkpoints, TOPICS.alerts]);
  for (const { child } of [...engines, encoder]) child.kill('SIGTERM');
  await log.close();
  const later = seen.filter(({ first }) => !first).map(({ delayMs }) => delayMs).sort((a, b) => a - b);
  const statuses: Record<string, number> = {};
  for (const { status } of seen) statuses[status] = (statuses[status] ?? 0) + 1;
  const firstShed = seen.filter(({ first, status }) => first && status === 'shed').length;
  const share = Object.fromEntries(Object.entries(sizes).map(([topic, size]) => [topic, size / sizes[TOPICS.signal]]));
  const twice = seen.length - new Set(seen.map(({ id }) => id)).size;
  const recoveredS = killedMs === undefined ? undefined : Math.max(0, ...seen.filter(({ atMs, delayMs }) => atMs > killedMs! && delayMs > LATE_MS).map(({ atMs }) => (atMs - killedMs!) / 1000));
  return { beds, start: plan.start, segments: seen.length, p50Ms: quantile(later, 0.5), p99Ms: quantile(later, 0.99), maxMs: later.at(-1) ?? NaN, statuses, twice, missingS: missingS(seen), recoveredS, firstShed, shed, cores, residentMbs, share, producerLateMs: lateMs };
}

const own = asked.brokers === undefined ? await startBroker() : undefined;
const brokers = own === undefined ? asked.brokers!.split(',') : [own.address];
const results: Awaited<ReturnType<typeof run>>[] = [];
for (const beds of asked.beds.split(',').map(Number)) results.push(await run(brokers, own?.pid, beds));
if (asked.json) process.stdout.write(`${JSON.stringify(results)}\n`);
else {
  process.stdout.write(`${availableParallelism()} processors (${cpus()[0].model}), ${asked.minutes} minutes, beds start ${asked.start}${asked.restart ? ', their gateway restarts half-way' : ''}${awayS > 0 ? `, the encoder is away for ${awayS} s` : ''}${Number(asked.engines) > 1 ? `, ${asked.engines} engines${asked.kill ? ', one killed half-way' : ''}` : ''}\n\n`);
  const columns = ['beds', 'engine, cores', 'encoder', 'broker', 'producer', 'end of window → outcome p50 / p99 / most', 'engine RSS', 'shed', 'unscored', 'twice', 'missing', ...(asked.kill ? ['none late any more after'] : []), 'written of the signal'];
  process.stdout.write(`| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}\n`);
  for (const { beds, segments, p50Ms, p99Ms, maxMs, statuses, twice, missingS: missing, recoveredS, firstShed, shed, cores, residentMbs, share } of results) {
    const written = Object.entries(share).filter(([topic]) => topic !== TOPICS.signal).map(([topic, part]) => `${topic.split('.')[1]} ${(100 * part).toFixed(1)}%`);
    process.stdout.write(`| ${beds} | ${[cores.engine, cores.encoder, cores.broker, cores.producer].map((core) => core?.toFixed(2) ?? '').join(' | ')} | ${[p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(0)).join(' / ')} ms | ${residentMbs.engine.toFixed(0)} MB | ${statuses.shed ?? 0} of ${segments}, ${firstShed} in first windows ${Object.entries(shed).flatMap(([why, count]) => (count > 0 ? `${count} by ${why}` : [])).join(', ')} | ${statuses.unscored ?? 0} | ${twice} | ${missing} s | ${recoveredS === undefined ? '' : `${recoveredS.toFixed(1)} s | `}${written.join(', ')} |\n`);
  }
}
await own?.stop();
process.exit(0);
