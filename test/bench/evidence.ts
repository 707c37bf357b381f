/**
 * `npm run bench:evidence -- [alerts] [load]`: so many alerts while so many programs compete for the processors. Is each announced
 * before its samples are there, how late are they, and does any alert lack them in the end?
 */
import { spawn } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { startBundledEncoder } from '../../src/adapters/bundled-encoder.js';
import { systemClock } from '../../src/adapters/clock.js';
import { openInferenceEncoder } from '../../src/adapters/inference/index.js';
import { loadModel } from '../../src/adapters/models.js';
import { prometheusMeter } from '../../src/adapters/prometheus/index.js';
import { loadCatalogue } from '../../src/cli/compose.js';
import { ENGINE_DEFAULTS, startLocal } from '../../src/engine/index.js';
import { type LogRecord, sleep, TOPICS } from '../../src/ports/index.js';
import { type ConditionId, createPatient, patientChunks, PROFILE_FILE, readProfile } from '../../src/simulate/index.js';
import { decodeAlert, decodeEvidence, encodeChunk, encodeContext } from '../../src/wire/index.js';

const [wanted, load] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 16)];
const CONDITIONS: readonly ConditionId[] = ['atrial-fibrillation', 'anterior-stemi', 'left-bundle-branch-block', 'complete-av-block', 'sinus-tachycardia', 'sinus-bradycardia'];
const SECONDS = 60;
const BEDS_AT_ONCE = 12;
/** Evidence that is owed is waited for so long. */
const PATIENCE_MS = 15 * 60_000;

const clock = systemClock();
const meter = prometheusMeter();
const model = join(import.meta.dirname, '../../models/purkinje-s');
const { contract } = await loadModel(model);
const child = await startBundledEncoder(model);
const encoder = await openInferenceEncoder({ endpoints: [child.endpoint], contract, clock, meter });
const settings = { ...ENGINE_DEFAULTS, maxAgeS: Infinity, silentAfterS: Infinity };
const local = await startLocal({ models: [{ encoder, contract }], catalogue: await loadCatalogue(), clock, meter, settings }, Infinity);
const busy = Array.from({ length: load }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
process.once('exit', () => busy.forEach((one) => one.kill('SIGKILL')));

/** When each alert was raised, and when the last of its samples was there, ms. */
const raised = new Map<string, number>();
const kept = new Map<string, number>();
let incomplete = 0;
await local.log.follow(TOPICS.alerts, (records) => {
  for (const { value } of records) {
    const event = decodeAlert(value!);
    if (event?.state === 'raised') raised.set(event.alertId, clock.monotonicMs());
  }
});
await local.log.follow(TOPICS.evidence, (records: readonly LogRecord[]) => {
  for (const { value } of records) {
    const { alertId, chunks, missing } = decodeEvidence(value!)!;
    if (chunks.length > 0 && missing === '') kept.set(alertId, clock.monotonicMs());
    else incomplete++;
  }
});

const profile = await readProfile(PROFILE_FILE);
async function admit(bed: number): Promise<void> {
  const device = `bed-${bed}`;
  const condition = CONDITIONS[bed % CONDITIONS.length];
  const chunks = patientChunks(createPatient({ condition, rateHz: 250 }, bed, profile), { device, epoch: 1, chunkMs: 1000, startMs: Date.UTC(2000, 0, 1) });
  await local.log.append([{ topic: TOPICS.context, key: `${device}@0`, value: encodeContext({ device, encounter: `encounter-${bed}`, bed: device, sinceMs: 0, knownConditions: [] }) }]);
  for (let s = 0; s < SECONDS; s++) await local.log.append([{ topic: TOPICS.signal, key: device, value: encodeChunk({ ...chunks.chunkAt(s), endOfStream: s === SECONDS - 1 }) }]);
}

const startMs = clock.monotonicMs();
let beds = 0;
while (raised.size < wanted) {
  await Promise.all(Array.from({ length: BEDS_AT_ONCE }, () => admit(beds++)));
  await local.settled();
  process.stderr.write(`\r${raised.size} alerts of ${beds} beds, ${kept.size} with their samples `);
}
const [loadNow] = loadavg();
const seconds = (clock.monotonicMs() - startMs) / 1000;
const lacking = (): string[] => [...raised.keys()].filter((id) => !kept.has(id));
for (const deadline = clock.monotonicMs() + PATIENCE_MS; lacking().length > 0 && clock.monotonicMs() < deadline; ) await sleep(clock, 250);
const delays = [...raised].flatMap(([id, ms]) => (kept.has(id) ? [kept.get(id)! - ms] : [])).sort((a, b) => a - b);
const at = (share: number): string => (delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] / 1000).toFixed(2);
process.stdout.write(
  `${raised.size} alerts of ${beds} beds in ${seconds.toFixed(0)} s, load ${loadNow.toFixed(0)} on ${availableParallelism()} processors: ` +
    `${lacking().length} lack their samples, ${incomplete} with missing ones; samples after the alert: median ${at(0.5)} s, 99% ${at(0.99)} s, last ${at(1)} s\n`,
);
process.exit(lacking().length === 0 ? 0 : 1);
