/** Kernels against scipy: in one run, round by round in turns, over the same rows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { butterworth, filterCausalRows, resampler, resampleRows } from '../../src/dsp/index.js';
import { type Ratio, ratioOf } from './rounds.js';

const ROUNDS = 25;
const ROUND_MS = 12;
/** Twelve leads by 5,000 samples, whatever rate they are taken for. */
const PAIRS = [
  [500, 250],
  [360, 500],
  [250, 500],
  [500, 100],
] as const;
const BAND = { order: 4, corners: [0.5, 40], rate: 500 };

export interface Against extends Ratio {
  readonly name: string;
  readonly goal: number;
  /** Largest difference from scipy's result, as a share of its largest value. */
  readonly error: number;
}

type Rows = readonly (Float64Array | Float32Array)[];
type Side = { readonly name: string; readonly goal: number; readonly ask: object; readonly run: () => Rows };

/** Undefined where python3 has no scipy. `signals` are mV as the engine holds them; scipy gets them as float64. */
export async function againstScipy(signals: readonly Float32Array[]): Promise<Against[] | undefined> {
  const wide = signals.map((signal) => Float64Array.from(signal));
  const python = await open(wide);
  if (python === undefined) return undefined;
  const sides = sidesOf(signals, wide);
  const times = sides.map(() => ({ ours: [] as number[], theirs: [] as number[], error: 0 }));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [s, { ask, run }] of sides.entries()) {
      const ours = timed(run);
      const theirs = await python.ask({ ...ask, ms: ROUND_MS, result: round === -2 });
      // The first two rounds warm both sides up.
      if (round === -2) times[s].error = errorOf(run(), theirs.result!);
      else if (round >= 0) {
        times[s].ours.push(ours);
        times[s].theirs.push(theirs.us);
      }
    }
  }
  python.close();
  return sides.map(({ name, goal }, s) => ({ name, goal, error: times[s].error, ...ratioOf(times[s].ours, times[s].theirs) }));
}

function sidesOf(signals: readonly Float32Array[], wide: readonly Float64Array[]): Side[] {
  const resamplings = PAIRS.flatMap(([from, to]) => {
    const filter = resampler(from, to);
    const ask = { op: 'resample_poly', up: filter.up, down: filter.down };
    return [
      { name: `resample ${from} → ${to} Hz, float32`, goal: 4, ask, run: () => resampleRows(filter, signals) },
      { name: `resample ${from} → ${to} Hz, float64`, goal: 4, ask, run: () => resampleRows(filter, wide) },
    ];
  });
  const sections = butterworth('bandpass', BAND.order, BAND.corners, BAND.rate);
  const atRest = wide.map(() => 0);
  const work = wide.map((row) => row.slice());
  const run = () => {
    // In place, so the samples are copied again each time.
    for (const [i, row] of wide.entries()) work[i].set(row);
    filterCausalRows(sections, work, atRest);
    return work;
  };
  return [...resamplings, { name: `sosfilt, ${sections.length} biquads, float64`, goal: 1.5, ask: { op: 'sosfilt', ...BAND }, run }];
}

function timed(run: () => unknown): number {
  const start = performance.now();
  let count = 0;
  let elapsed: number;
  do {
    run();
    count++;
    elapsed = performance.now() - start;
  } while (elapsed < ROUND_MS);
  return (elapsed / count) * 1000;
}

function errorOf(rows: Rows, base64: string): number {
  const bytes = Buffer.from(base64, 'base64');
  const reference = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const values = rows.flatMap((row) => Array.from(row));
  if (values.length !== reference.length) return Infinity;
  const scale = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return reference.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0) / scale;
}

interface Answer {
  readonly us: number;
  readonly result?: string;
}

/** A Python that has scipy, with the rows in its hands. */
async function open(rows: readonly Float64Array[]): Promise<{ ask(question: object): Promise<Answer>; close(): void } | undefined> {
  const child = spawn('python3', [join(import.meta.dirname, '../../../../test/bench/reference.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const lines = createInterface({ input: child.stdout });
  const gone = Promise.race([once(child, 'error'), once(child, 'close')]).then(() => undefined);
  child.stdin.on('error', () => {});
  const ask = async (question: object) => {
    const line = once(lines, 'line');
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await Promise.race([line, gone]);
    return answer === undefined ? undefined : (JSON.parse(answer[0] as string) as Answer);
  };
  const all = Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)));
  if ((await ask({ rows: all.toString('base64'), leads: rows.length })) === undefined) return undefined;
  return {
    ask: async (question) => {
      const answer = await ask(question);
      if (answer === undefined) throw new Error('python3 with scipy ended in the middle of the benchmark');
      return answer;
    },
    close: () => void child.stdin.end(),
  };
}
