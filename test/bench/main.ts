/** `npm run bench [-- --json]`: one figure a hot stage, the line against a bare loop, and the whole path. Absolutes only orient: machines are shared. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.js';
import { startBundledEncoder } from '../../src/adapters/bundled-encoder.js';
import { openInferenceEncoder } from '../../src/adapters/inference/index.js';
import { loadModel } from '../../src/adapters/models.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { ASSEMBLE_DEFAULTS, initial, physical, samplesIn, step } from '../../src/assemble/index.js';
import { condition } from '../../src/condition/index.js';
import { ENGINE_DEFAULTS, startLocal } from '../../src/engine/index.js';
import type { Segment } from '../../src/ecg/index.js';
import { grade } from '../../src/grade/index.js';
import { TOPICS } from '../../src/ports/index.js';
import { decodeChunk, encodeChunk } from '../../src/wire/index.js';
import { loadCatalogue } from '../../src/cli/compose.js';
import { beatsOf, naming } from './kinds.js';
import { bareLoop, recordsOf, throughLine } from './line.js';
import { assembled, chunksOf, inMv, RATE_HZ } from './material.js';
import { measure, measureAsync } from './rounds.js';
import { againstScipy } from './scipy.js';

const BEDS = 40;
const SECONDS = 120;
const model = join(import.meta.dirname, '../../models/purkinje-s');
const { contract } = await loadModel(model);
const chunks = await chunksOf('bench', 60);
const bytes = chunks.map(encodeChunk);
/** Not the first: this one sees two seconds of what came before, as all others do. */
const segment = assembled(chunks)[1];
const mv = inMv(segment);

/** A bed in mid-stream: ten more chunks of 1 s, which close one segment. */
const bed = initial('bench');
const workspace = new Float32Array(samplesIn(segment));
let second = 0;
function tenChunks() {
  let closed: Segment | undefined;
  for (let i = 0; i < 10; i++, second++) {
    const chunk = chunks[second % chunks.length];
    const { firstSample, deviceTimeMs } = chunks[0];
    const numbered = { ...chunk, sequence: second, firstSample: firstSample + second * RATE_HZ, deviceTimeMs: deviceTimeMs + second * 1000 };
    closed = step(bed, { type: 'chunk', chunk: numbered, offset: second, brokerMs: numbered.deviceTimeMs }, ASSEMBLE_DEFAULTS).out.segments[0] ?? closed;
  }
  return closed!;
}

const stages = measure([
  { name: 'wire: decode a chunk of 1 s, 12 leads, 500 Hz', run: () => decodeChunk(bytes[3], 'bench') },
  { name: 'assemble: ten chunks of 1 s → a segment in mV', run: () => physical(tenChunks(), workspace) },
  { name: 'condition: a segment → tensor (resample 500→100, high-pass, 8 leads)', run: () => condition(mv, contract) },
  { name: 'assemble and condition a segment', run: () => condition(physical(tenChunks(), workspace), contract) },
  { name: 'grade: quality, beats, measurements', run: () => grade(segment, mv) },
  { name: 'grade: of that, kinds of 11 beats in sinus rhythm', run: naming((await beatsOf('sinus-rhythm', 12)).slice(6)) },
  { name: 'grade: of that, kinds of 11 beats among ectopic ones', run: naming((await beatsOf('premature-ventricular-complex', 12)).slice(6)) },
]);
const scipy = await againstScipy(mv.rows.map((row) => row.mv));

const beds = await Promise.all(Array.from({ length: 20 }, (_, i) => chunksOf(`bed-${i}`, 60)));
const interleaved = beds[0].flatMap((_, i) => beds.map((bed) => ({ key: bed[i].device, value: encodeChunk(bed[i]) })));
const line = await measureAsync(
  [
    { name: 'line: score step of a partition, per segment', run: () => throughLine(recordsOf(interleaved), contract) },
    { name: 'bare loop over the same rooms, per segment', run: () => bareLoop(recordsOf(interleaved), contract) },
  ],
  7,
);

/** Records → embedded log → engine → encoder over gRPC in its own process → outcomes and alerts, as fast as it goes. */
async function wholePath() {
  const clock = systemClock();
  const meter = prometheusMeter();
  const child = await startBundledEncoder(model);
  const encoder = await openInferenceEncoder({ endpoints: [child.endpoint], contract, clock, meter });
  let segments = 0;
  const local = await startLocal({ models: [{ encoder, contract }], catalogue: await loadCatalogue(), clock, meter, settings: { ...ENGINE_DEFAULTS, maxAgeS: Infinity, silentAfterS: Infinity }, onOutcome: () => segments++ });
  const one = await chunksOf('x', SECONDS);
  const stall = monitorEventLoopDelay({ resolution: 5 });
  stall.enable();
  const start = performance.now();
  for (const chunk of one) {
    await local.log.append(Array.from({ length: BEDS }, (_, i) => ({ topic: TOPICS.signal, key: `bed-${i}`, value: encodeChunk({ ...chunk, device: `bed-${i}` }) })));
  }
  await local.settled();
  const seconds = (performance.now() - start) / 1000;
  stall.disable();
  const memoryMb = process.memoryUsage().rss / 2 ** 20;
  await local.close();
  await encoder.close();
  await child.stop();
  return { beds: BEDS, segments, segmentsPerSecond: segments / seconds, timesRealTime: (BEDS * SECONDS) / seconds / BEDS, longestStallMs: stall.max / 1e6, memoryMb };
}

const path = await wholePath();
const ratios = { 'line / bare loop': line[0].us / line[1].us };
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ stages, scipy, line, ratios, wholePath: path })}\n`);
} else {
  for (const { name, us, usMin, usMax, cpuUs } of [...stages, ...line]) {
    const processor = cpuUs === undefined ? '' : `, ${cpuUs.toFixed(0)} of the processor`;
    process.stdout.write(`${name.padEnd(72)} ${us.toFixed(0).padStart(7)} µs  (${usMin.toFixed(0)} to ${usMax.toFixed(0)}${processor})\n`);
  }
  for (const [name, ratio] of Object.entries(ratios)) process.stdout.write(`${name.padEnd(72)} ${ratio.toFixed(2).padStart(7)}\n`);
  if (scipy === undefined) process.stdout.write('scipy: python3 has none here, so nothing is compared with it\n');
  for (const { name, goal, oursUs, theirsUs, ratio, ratioLow, ratioHigh, error } of scipy ?? []) {
    const figures = `${oursUs.toFixed(0).padStart(6)} µs, scipy ${theirsUs.toFixed(0).padStart(6)} µs: × ${ratio.toFixed(2)} (${ratioLow.toFixed(2)} to ${ratioHigh.toFixed(2)}; goal ${goal}), differs by ${error.toExponential(1)}`;
    process.stdout.write(`${name.padEnd(40)} ${figures}\n`);
  }
  process.stdout.write(`whole path, ${path.beds} beds as fast as it goes: ${path.segmentsPerSecond.toFixed(0)} segments/s, longest stall of the event loop ${path.longestStallMs.toFixed(0)} ms, ${path.memoryMb.toFixed(0)} MB\n`);
}
process.exit(0);
