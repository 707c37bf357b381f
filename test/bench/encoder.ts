/** `npm run bench:encoder`: segments a second of the model in this process, on one thread, and of the encoder that serves it to this process over gRPC. */
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { startBundledEncoder } from '../../src/adapters/bundled-encoder.js';
import { systemClock } from '../../src/adapters/clock.js';
import { openInferenceEncoder } from '../../src/adapters/inference/index.js';
import { loadModel } from '../../src/adapters/models.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { condition } from '../../src/condition/index.js';
import { inputsOf } from '../../src/contract/index.js';
import { assembled, chunksOf, inMv } from './material.js';
import { ratioOf } from './rounds.js';

const ROUNDS = 15;
const ROUND_MS = 400;
const BATCH = 32;
const OUTPUTS = ['logits', 'embedding'];

const folder = join(import.meta.dirname, '../../models/purkinje-s');
const { contract, onnxPath } = await loadModel(folder);
const child = await startBundledEncoder(folder);
const encoder = await openInferenceEncoder({ endpoints: [child.endpoint], contract, clock: systemClock(), meter: prometheusMeter() });
const session = await ort.InferenceSession.create(onnxPath, { intraOpNumThreads: 1, interOpNumThreads: 1 });

const conditioned = condition(inMv(assembled(await chunksOf('bench', 20))[0]), contract);
if (!conditioned.ok) throw new Error(conditioned.code);
const { tensor, further } = conditioned;
const inputs = inputsOf(contract);
const given = [tensor, ...(further ?? [])];

async function inProcess(size: number): Promise<void> {
  const feeds = inputs.map(({ name, shape }, k) => {
    const batch = new Float32Array(size * given[k].length);
    for (let i = 0; i < size; i++) batch.set(given[k], i * given[k].length);
    return [name, new ort.Tensor('float32', batch, [size, ...shape])] as const;
  });
  await session.run(Object.fromEntries(feeds), OUTPUTS);
}
const served = (size: number) => encoder.score(Array<typeof conditioned>(size).fill(conditioned), { deadlineMs: 10_000 });

/** µs a segment of one round. */
async function round(run: () => Promise<unknown>, segments: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  do {
    await run();
    count += segments;
  } while (performance.now() - start < ROUND_MS);
  return ((performance.now() - start) / count) * 1000;
}

/** 32 in flight, as four calls of eight: each begins as soon as one before is answered. */
async function inFlight(): Promise<number> {
  const start = performance.now();
  let count = 0;
  const caller = async () => {
    do {
      await served(BATCH / 4);
      count += BATCH / 4;
    } while (performance.now() - start < ROUND_MS);
  };
  await Promise.all([caller(), caller(), caller(), caller()]);
  return ((performance.now() - start) / count) * 1000;
}

const [one, oneServed, many, manyServed]: number[][] = [[], [], [], []];
await Promise.all([inProcess(1), inProcess(BATCH), served(1), served(BATCH)]);
for (let r = 0; r < ROUNDS; r++) {
  one.push(await round(() => inProcess(1), 1));
  oneServed.push(await round(() => served(1), 1));
  many.push(await round(() => inProcess(BATCH), BATCH));
  manyServed.push(await inFlight());
}
const line = (what: string, goal: number, served: readonly number[], own: readonly number[]): string => {
  const { oursUs, theirsUs, ratio, ratioLow, ratioHigh } = ratioOf(served, own);
  return `${what.padEnd(34)} in process ${(1e6 / theirsUs).toFixed(0).padStart(5)}/s, served ${(1e6 / oursUs).toFixed(0).padStart(5)}/s: × ${ratio.toFixed(2)} (${ratioLow.toFixed(2)} to ${ratioHigh.toFixed(2)}; goal ${goal})\n`;
};
process.stdout.write(line('one at a time', 0.75, oneServed, one));
process.stdout.write(line(`${BATCH} at a time, four calls of ${BATCH / 4}`, 0.95, manyServed, many));
process.exit(0);
