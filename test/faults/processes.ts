/** Real programs: engines and an encoder as an operator starts them, and the signals that end them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { until } from '../log/probe-step.js';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');
/** A second of silence and a member is out: the shortest that the test broker and the configuration allow. */
export const SESSION_MS = 1000;
const START_MAX_MS = 60_000;
/** Of what a process wrote: the lines kept, and those that a failed test prints. */
const KEPT_LINES = 5000;
const TAIL_LINES = 40;

export interface EngineSetup {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** host:port, or none. */
  readonly encoder: string;
  /** `point#nth`, where the process kills itself, or `point#nth=signal`. */
  readonly failpoint?: string;
  readonly sessionMs?: number;
  /** Another version's compiled program. */
  readonly main?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type Partitions = Readonly<Record<'score' | 'decide', readonly number[]>>;

/** A running engine. */
export interface EngineProcess {
  /** Owns partitions, or waits for some. */
  ready(): Promise<void>;
  readonly ended: Promise<Ended>;
  running(): boolean;
  /** Stands still: it was sent SIGSTOP. */
  stopped(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM and the end. */
  stop(): Promise<Ended>;
  partitions(): Promise<Partitions>;
  /** A metric by its name and labels as /metrics writes them; 0 where there is none. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** The last lines it wrote. */
  tail(): string;
  /** How many lines with this text it wrote. */
  linesWith(text: string): number;
}

const living = new Set<ChildProcess>();

/** Whatever a test left running. */
export function endAll(): void {
  for (const child of living) child.kill('SIGKILL');
}
process.once('exit', endAll);

let built: Promise<void> | undefined;

/** The programs are compiled files: compiles once where a source is newer. */
export function ensureBuilt(): Promise<void> {
  return (built ??= (async () => {
    const info = join(ROOT, 'dist', '.tsbuildinfo');
    if (existsSync(MAIN) && existsSync(info) && statSync(info).mtimeMs >= newest(join(ROOT, 'src'))) return;
    // A type error elsewhere still emits; checking types is another step's.
    await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', ROOT]).catch(() => undefined);
    if (!existsSync(MAIN)) throw new Error('the build made no dist/cli/main.js: run npm run build');
  })());
}

function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    }),
  );
}

function start(args: readonly string[], env: Readonly<Record<string, string>>, main = MAIN) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PURKINJE_')));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...clean, ...env } });
  living.add(child);
  const lines: string[] = [];
  let port: number | undefined;
  let end: Ended | undefined;
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  createInterface({ input: child.stderr }).on('line', keep);
  createInterface({ input: child.stdout }).on('line', (line) => {
    keep(line);
    const found = /"port":(\d+)/.exec(line);
    if (found) port = Number(found[1]);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      living.delete(child);
      end = { code, signal };
      resolve(end);
    });
  });
  const tail = (): string => lines.slice(-TAIL_LINES).join('\n');
  return {
    child,
    ended,
    tail,
    linesWith: (text: string): number => lines.filter((line) => line.includes(text)).length,
    end: () => end,
    async ready(): Promise<number> {
      await until(`${args[0]} to be ready`, () => port !== undefined || end !== undefined, START_MAX_MS).catch((error: Error) => {
        throw new Error(`${error.message}\n${tail()}`);
      });
      if (port === undefined) throw new Error(`${args[0]} ended before it was ready (${JSON.stringify(end)}):\n${tail()}`);
      return port;
    },
  };
}

export async function startEngine({ brokers, prefix, encoder, failpoint, sessionMs = SESSION_MS, main }: EngineSetup): Promise<EngineProcess> {
  await ensureBuilt();
  const { child, ended, tail, linesWith, end, ready } = start(['engine', '--brokers', brokers.join(','), '--encoder', encoder, '--port', '0'], {
    PURKINJE_KAFKA_PREFIX: prefix,
    PURKINJE_KAFKA_SESSION_TIMEOUT_MS: String(sessionMs),
    PURKINJE_ENGINE_MAX_AGE_S: 'unlimited',
    // Structural findings too, within the minutes of a test.
    PURKINJE_POLICY_STRUCTURAL_SEGMENTS_MIN: String(STRUCTURAL.segmentsMin),
    PURKINJE_POLICY_STRUCTURAL_SPAN_MIN_S: String(STRUCTURAL.spanMinS),
    ...(failpoint === undefined ? {} : { PURKINJE_FAILPOINT: failpoint }),
  }, main);
  const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${await ready()}${path}`)).text();
  return {
    ended,
    tail,
    linesWith,
    ready: async () => void (await ready()),
    running: () => end() === undefined,
    stopped: () => end() === undefined && / T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8')),
    signal: (signal) => void child.kill(signal),
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    partitions: async () => (JSON.parse(await get('/ready')) as { partitions: Partitions }).partitions,
    async metrics() {
      const rows = (await get('/metrics')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return new Map(rows.map((row) => [row.slice(0, row.lastIndexOf(' ')), Number(row.slice(row.lastIndexOf(' ') + 1))]));
    },
  };
}

/** Of the structural policy, what the engines here are given. */
export const STRUCTURAL = { segmentsMin: 6, spanMinS: 60 } as const;

export interface MonitorProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly grpcPort: number;
  /** SIGTERM and the end. */
  stop(): Promise<void>;
}

export interface MonitorSetup {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly token: string;
  /** YAML. */
  readonly config?: string;
  /** 0: any. */
  readonly port?: number;
  readonly grpcPort?: number;
}

export async function startMonitor({ brokers, prefix, token, config, port = 0, grpcPort = 0 }: MonitorSetup): Promise<MonitorProcess> {
  await ensureBuilt();
  const args = ['monitor', '--brokers', brokers.join(','), ...(config === undefined ? [] : ['--config', config]), '--port', String(port), '--grpc-port', String(grpcPort), '--health-port', '0'];
  const { child, ended, ready, tail } = start(args, { PURKINJE_KAFKA_PREFIX: prefix, PURKINJE_MONITOR_TOKEN: token });
  const open = await ready();
  const [, grpc] = /"grpcPort":(\d+)/.exec(tail())!;
  return {
    child,
    port: open,
    grpcPort: Number(grpc),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The bundled encoder in a process of its own. */
export async function startEncoder(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  await ensureBuilt();
  const { child, ended, ready } = start(['encoder', '--model', 'models/purkinje-s', '--host', '127.0.0.1', '--port', '0'], {});
  return {
    address: `127.0.0.1:${await ready()}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
