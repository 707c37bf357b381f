/**
 * The gateway's share of a core: 200 beds of twelve leads at 500 Hz, a message a second each, through MLLP into a real broker. And what
 * reading one such message costs, against cutting it into texts and against the parser of a kept package.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Message } from 'node-hl7-client';
import { systemClock } from '../../src/adapters/clock.js';
import { createKafkaTopics } from '../../src/adapters/kafka/index.js';
import { FrameReader, frameOf } from '../../src/adapters/mllp/index.js';
import { LEADS } from '../../src/ecg/index.js';
import { Er7Message, piecesOf, readWaves, siteMapSchema } from '../../src/ingest/index.js';
import { hl7Time, waveMessage } from '../ingest/messages.js';
import { startBroker } from '../kafka/broker.js';

const [BEDS, RATE_HZ, SECONDS, WARM_SECONDS] = [200, 500, Number(process.env.SECONDS ?? 30), 5];
const TICKS_PER_S = 100;
const START_MS = Date.UTC(2026, 2, 1, 12);

const counts = (phase: number) => Array.from({ length: RATE_HZ }, (_, i) => Math.round(400 * Math.sin((i + phase) / 9) + 150 * Math.sin(i / 3)));
const leads = Object.fromEntries(LEADS.map((lead, k) => [lead, counts(7 * k)]));
const textOf = (bed: number, second: number) => waveMessage({ id: `${bed}-${second}`, device: `bed-${bed}`, time: hl7Time(START_MS + second * 1000), rateHz: RATE_HZ, resolution: 0.001221, leads });

function cost(name: string, rounds: number, run: () => unknown): void {
  for (let i = 0; i < rounds / 5; i++) run();
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) run();
  const { user, system } = process.cpuUsage(before);
  console.log(`${name.padEnd(44)} ${((user + system) / rounds).toFixed(0).padStart(7)} µs of a core a message`);
}

function reading(): void {
  const text = textOf(1, 1);
  const bytes = Buffer.from(text);
  const map = siteMapSchema.parse({});
  console.log(`one message: ${bytes.length} bytes, ${LEADS.length} × ${RATE_HZ} samples`);
  cost('bytes to pieces (the gateway)', 1000, () => piecesOf(readWaves(Er7Message.read(bytes)!, map, START_MS).waves, map));
  cost('split and Number, arrays only', 200, () => bytes.toString().split('\r').map((line) => line.split('|')).filter((fields) => fields[2] === 'NA').map((fields) => Int16Array.from(fields[5].split('^'), Number)));
  cost('node-hl7-client, parse and one array', 10, () => String(new Message({ text }).get('OBX.5')));
}

/** User and system time of a process, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

class Sender {
  private readonly reader = new FrameReader();
  private waiting: (() => void) | undefined;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).on('data', (piece: Buffer) => {
      for (const answer of this.reader.push(piece) ?? []) {
        if (!answer.includes('MSA|AA')) throw new Error(answer.toString());
        this.waiting?.();
      }
    });
  }

  send(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.socket.write(frameOf(text));
    });
  }
}

async function load(): Promise<void> {
  const broker = await startBroker();
  await createKafkaTopics({ brokers: [broker.address] }, { partitions: 8, replicationFactor: 1 }, systemClock());
  const gateway = spawn(process.execPath, ['dist/cli/main.js', 'gateway', 'hl7', '--brokers', broker.address, '--port', '0', '--http-port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { port, httpPort } = await new Promise<{ port: number; httpPort: number }>((resolve) => createInterface(gateway.stdout).on('line', (line) => resolve(JSON.parse(line))));
  const senders = Array.from({ length: BEDS }, () => new Sender(connect(port, '127.0.0.1')));
  const waits: number[] = [];
  let [fromCpu, fromMs, worstMs] = [0, 0, 0];
  const beginMs = performance.now();
  for (let second = 0; second < WARM_SECONDS + SECONDS; second++) {
    if (second === WARM_SECONDS) [fromCpu, fromMs] = [cpuSeconds(gateway.pid!), performance.now()];
    // Beds do not speak in one breath: spread over the second.
    await Promise.all(
      senders.map(async (sender, bed) => {
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, beginMs + second * 1000 + bed * (900 / BEDS) - performance.now())));
        const sentMs = performance.now();
        await sender.send(textOf(bed, second));
        if (second >= WARM_SECONDS) waits.push(performance.now() - sentMs);
      }),
    );
    worstMs = Math.max(worstMs, performance.now() - beginMs - (second + 1) * 1000);
  }
  const [cpu, took] = [cpuSeconds(gateway.pid!) - fromCpu, (performance.now() - fromMs) / 1000];
  waits.sort((a, b) => a - b);
  const memory = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1];
  console.log(`${BEDS} beds × ${LEADS.length} leads × ${RATE_HZ} Hz for ${took.toFixed(0)} s: ${((100 * cpu) / took).toFixed(1)}% of a core, at most ${(Number(memory) / 1024).toFixed(0)} MiB`);
  console.log(`from sending to AA: p50 ${waits[waits.length >> 1].toFixed(0)} ms, p99 ${waits[Math.floor(waits.length * 0.99)].toFixed(0)} ms; behind by at most ${Math.max(0, worstMs).toFixed(0)} ms`);
  const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  console.log(metrics.split('\n').filter((line) => /^purkinje_gateway_(messages|samples|pieces)_total/.test(line) && !line.endsWith(' 0')).join('\n'));
  gateway.kill('SIGKILL');
  await broker.stop();
}

reading();
await load();
process.exit(0);
