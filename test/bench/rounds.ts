/** Rounds of a benchmark, alternating, so that a noisy machine is noisy for all sides alike. */
const ROUNDS = 9;
const ROUND_MS = 120;

export interface Figure {
  readonly name: string;
  /** Microseconds per operation: median, least, most. */
  readonly us: number;
  readonly usMin: number;
  readonly usMax: number;
  /** Median of the processor's time, which other programs on the machine add less to; undefined where only the clock was read. */
  readonly cpuUs?: number;
}

export type Side = { readonly name: string; readonly run: () => unknown };

export function measure(sides: readonly Side[]): Figure[] {
  const samples = sides.map(() => [] as number[]);
  const processor = sides.map(() => [] as number[]);
  for (const { run } of sides) for (let i = 0; i < 3; i++) run();
  for (let round = 0; round < ROUNDS; round++) {
    sides.forEach(({ run }, s) => {
      const before = process.cpuUsage();
      const start = performance.now();
      let count = 0;
      do {
        run();
        count++;
      } while (performance.now() - start < ROUND_MS);
      samples[s].push(((performance.now() - start) / count) * 1000);
      const { user, system } = process.cpuUsage(before);
      processor[s].push((user + system) / count);
    });
  }
  return sides.map(({ name }, s) => ({ ...figure(name, samples[s]), cpuUs: median(processor[s]) }));
}

/** The same for sides that take their time; one run a round. */
export async function measureAsync(sides: readonly { readonly name: string; readonly run: () => Promise<number> }[], rounds: number): Promise<Figure[]> {
  const samples = sides.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) for (const [s, { run }] of sides.entries()) samples[s].push(await run());
  return sides.map(({ name }, s) => figure(name, samples[s]));
}

export function figure(name: string, values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return { name, us: sorted[Math.floor(sorted.length / 2)], usMin: sorted[0], usMax: sorted[sorted.length - 1] };
}

/** Two sides that took turns. */
export interface Ratio {
  /** Medians, microseconds. */
  readonly oursUs: number;
  readonly theirsUs: number;
  /** Median over the rounds of theirs / ours, with its 95% interval by bootstrap over the rounds. */
  readonly ratio: number;
  readonly ratioLow: number;
  readonly ratioHigh: number;
}

const RESAMPLES = 2000;

export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours.map((us, round) => theirs[round] / us);
  // A fixed sequence: the same rounds give the same interval.
  let seed = 1;
  const next = () => (seed = (seed * 48271) % 2147483647) % ratios.length;
  const medians = Array.from({ length: RESAMPLES }, () => median(ratios.map(() => ratios[next()]))).sort((a, b) => a - b);
  return {
    oursUs: median(ours),
    theirsUs: median(theirs),
    ratio: median(ratios),
    ratioLow: medians[Math.floor(RESAMPLES * 0.025)],
    ratioHigh: medians[Math.ceil(RESAMPLES * 0.975) - 1],
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
