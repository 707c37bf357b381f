import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { systemClock } from '../../src/adapters/clock.js';
import { openInferenceEncoder, type InferenceEncoder } from '../../src/adapters/inference/index.js';
import { elementsOf, furtherInputs, inputsOf, parseContract, type Contract } from '../../src/contract/index.js';
import type { EncoderServerOptions } from '../../src/encoder/index.js';
import type { Meter } from '../../src/ports/index.js';

export const MODEL = 'models/purkinje-s';

/** The inference thread is a compiled file: compiles when a source is newer than what is in dist. */
export function ensureBuilt(): void {
  const built = 'dist/encoder/worker.js';
  const newest = (folder: string): number => Math.max(...readdirSync(folder).map((name) => statSync(join(folder, name))).filter((entry) => entry.isFile()).map((entry) => entry.mtimeMs));
  const sources = ['src/encoder', 'src/encode', 'src/contract', 'src/adapters/inference', 'src/cli'].map(newest);
  if (existsSync(built) && existsSync('dist/cli/encoder.js') && Math.min(statSync('dist/.tsbuildinfo').mtimeMs) >= Math.max(...sources)) return;
  try {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.json'], { stdio: 'ignore' });
  } catch {
    // A type error elsewhere still emits; the type check is another step's.
  }
  if (!existsSync(built)) throw new Error('the build made no dist/encoder/worker.js: run npm run build');
}

export function contractOf(folder: string = MODEL): Contract {
  const parsed = parseContract(JSON.parse(readFileSync(join(folder, 'encoder.json'), 'utf8')));
  if (!parsed.ok) throw new Error(`${folder}/encoder.json does not parse`);
  return parsed.value;
}

/** A copy of the bundled model's folder with its contract changed. */
export function modelFolder(change: (contract: any) => void = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'purkinje-model-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const contract = JSON.parse(readFileSync(join(MODEL, 'encoder.json'), 'utf8'));
  for (const name of ['encoder.onnx', 'encoder.int8.onnx']) copyFileSync(join(MODEL, name), join(folder, name));
  change(contract);
  writeFileSync(join(folder, 'encoder.json'), JSON.stringify(contract));
  return folder;
}

export const silentLog = { info() {}, warn() {}, error() {} };

export function serverOptions(change: Partial<EncoderServerOptions> = {}): EncoderServerOptions {
  const options = { model: MODEL, host: '127.0.0.1', port: 0, provider: 'cpu', threads: 1, workers: 1, maxBatch: 32, preferred: [8, 16, 32], longestWaitMs: 5 } as const;
  return { ...options, clock: systemClock(), log: silentLog, ...change };
}

/** A meter that adds up counters by name and labels. */
export function countingMeter(): Meter & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    counts,
    counter: (name) => ({
      add(value, labels) {
        const key = [name, ...Object.values(labels ?? {})].join(' ');
        counts.set(key, (counts.get(key) ?? 0) + value);
      },
    }),
    gauge: (name) => ({ set: (value) => void counts.set(name, value) }),
    histogram: () => ({ observe() {} }),
  };
}

export function client(endpoints: readonly string[], change: Partial<Parameters<typeof openInferenceEncoder>[0]> = {}): Promise<InferenceEncoder> {
  return openInferenceEncoder({ endpoints, contract: contractOf(), clock: systemClock(), meter: countingMeter(), ...change });
}

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Something with beats: [leads, samples] in mV, other rate, axis and noise for each seed. */
export function segmentOf(seed: number, contract: Contract = contractOf()): Float32Array {
  const random = seeded(seed);
  const { samples, rateHz, leads } = contract.input;
  const tensor = new Float32Array(leads.length * samples);
  const [beatS, noise] = [0.5 + random(), 0.01 + 0.05 * random()];
  for (let row = 0; row < leads.length; row++) {
    const [p, r, t] = [0.15 * random(), 2 * random() - 0.7, 0.5 * random() - 0.1];
    for (let i = 0; i < samples; i++) {
      const phase = (i / rateHz) % beatS;
      const wave = (at: number, width: number): number => Math.exp(-(((phase - at) / width) ** 2));
      tensor[row * samples + i] = p * wave(0.1, 0.03) + r * wave(0.26, 0.015) + t * wave(0.42, 0.05) + noise * (random() - 0.5);
    }
  }
  return tensor;
}

export interface Direct {
  readonly logits: Float32Array;
  readonly embedding: Float32Array;
}

/** What the model gets with a tensor: every lead is there, and nothing is known of the patient. */
export function inputOf(tensor: Float32Array, contract: Contract = contractOf()): { readonly tensor: Float32Array; readonly further: readonly Float32Array[] } {
  const { mask } = contract.input;
  return { tensor, further: furtherInputs(contract).map(({ name, shape }) => new Float32Array(elementsOf(shape)).fill(name === mask?.tensor ? 1 : 0)) };
}

/** onnxruntime without anything between: what every path is compared with. */
export async function directly(onnxPath: string, tensors: readonly Float32Array[], contract: Contract = contractOf()): Promise<readonly Direct[]> {
  const session = await ort.InferenceSession.create(onnxPath, { intraOpNumThreads: 1 });
  const inputs = inputsOf(contract);
  const out: Direct[] = [];
  for (const tensor of tensors) {
    const values = [tensor, ...inputOf(tensor, contract).further];
    const result = await session.run(Object.fromEntries(inputs.map(({ name, shape }, i) => [name, new ort.Tensor('float32', values[i], [1, ...shape])])));
    out.push({ logits: result['logits'].data as Float32Array, embedding: result['embedding'].data as Float32Array });
  }
  await session.release();
  return out;
}

/** Largest difference between two lists of vectors. */
export function largestDifference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} vectors against ${b.length}`);
  return Math.max(...a.map((row, i) => Math.max(...Array.from(row, (x, k) => Math.abs(x - b[i][k])))));
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

export interface Spawned {
  readonly child: ChildProcess;
  /** The line on stdout that says where it serves; undefined: it ended before. */
  readonly ready: Promise<{ readonly port: number; readonly metricsPort?: number } | undefined>;
  readonly exit: Promise<number | null>;
  stderr(): string;
}

/** `purkinje encoder` as a process of its own. */
export function spawnEncoder(args: readonly string[]): Spawned {
  const code = `const { encoderCommand } = await import('./dist/cli/encoder.js'); await encoderCommand().parseAsync(${JSON.stringify(args)}, { from: 'user' });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (data) => (stderr += data));
  const exit = new Promise<number | null>((resolve) => child.once('exit', (status) => resolve(status)));
  const ready = new Promise<{ port: number; metricsPort?: number } | undefined>((resolve) => {
    child.stdout.on('data', (data) => {
      stdout += data;
      if (stdout.includes('\n')) resolve(JSON.parse(stdout.slice(0, stdout.indexOf('\n'))));
    });
    void exit.then(() => resolve(undefined));
  });
  return { child, ready, exit, stderr: () => stderr };
}

/** Waits until it holds, or throws. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const clock = systemClock();
  const untilMs = clock.monotonicMs() + withinMs;
  while (!(await holds())) {
    if (clock.monotonicMs() > untilMs) throw new Error(`did not hold within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
