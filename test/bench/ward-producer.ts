/** Beds in real time, in a process of its own: twelve leads at 500 Hz, a chunk a second each, into a real broker. Its parent hears when it is late. */
import { systemClock } from '../../src/adapters/clock.js';
import { kafkaLog } from '../../src/adapters/kafka/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { type NewRecord, sleep, TOPICS } from '../../src/ports/index.js';
import { type ConditionId, createPatient, patientChunks, PROFILE_FILE, readProfile } from '../../src/simulate/index.js';
import { encodeChunk } from '../../src/wire/index.js';

/** What the rig asks for, and when its beds begin: all at once, or anywhere in ten seconds. */
export interface Plan {
  readonly brokers: string[];
  readonly prefix: string;
  readonly beds: number;
  readonly start: 'spread' | 'together';
  readonly seconds: number;
  /** After so long their gateway restarts: all fall silent, and begin again together in an epoch of their own. */
  readonly restartAfterS?: number;
  /** Beds of a run before: devices have other names. */
  readonly name: string;
}

const RATE_HZ = 500;
const PATIENTS = 20;
/** A patient's signal is repeated after so long. */
const REPEAT_S = 30;
const ILL: readonly ConditionId[] = ['atrial-fibrillation', 'left-bundle-branch-block', 'sinus-tachycardia', 'anterior-stemi'];
const TICK_MS = 5;
const START_MS = { spread: 10_000, together: 500 } as const;
const RESTART_TAKES_MS = 2000;

async function patients(): Promise<Chunk[][]> {
  const profile = await readProfile(PROFILE_FILE);
  return Array.from({ length: PATIENTS }, (_, n) => {
    const condition = n % 5 === 4 ? ILL[(n / 5) >> 0] : 'sinus-rhythm';
    const chunks = patientChunks(createPatient({ condition, rateHz: RATE_HZ }, n, profile), { device: 'any', epoch: 1, chunkMs: 1000, startMs: 0 });
    return Array.from({ length: REPEAT_S }, (_, s) => chunks.chunkAt(s));
  });
}

const plan = JSON.parse(process.argv[2]) as Plan;
const { brokers, prefix, beds, start, seconds, restartAfterS = Infinity, name } = plan;
const clock = systemClock();
const hearts = await patients();
const log = await kafkaLog({ brokers, topicPrefix: prefix }, clock);
process.send!({ type: 'ready' });
await new Promise<void>((resolve) => process.once('message', () => resolve()));

const beganMs = Math.round(clock.nowMs());
/** An epoch of a bed: when its first sample was, ms from the start, and which of the bed's seconds that is. */
const place = (bed: number) => (bed * 0.618_033_988_75) % 1;
const epochs = Array.from({ length: beds }, (_, bed) => ({ epoch: beganMs, offsetMs: place(bed) * START_MS[start], second: 0 }));
const restartMs = restartAfterS * 1000;
const restarted = (bed: number, second: number) => ({ epoch: beganMs + restartMs, offsetMs: restartMs + RESTART_TAKES_MS + place(bed) * START_MS.together, second });
const chunkOf = (bed: number, second: number): NewRecord => {
  const device = `${name}-${bed}`;
  const chunk = hearts[bed % PATIENTS][second % REPEAT_S];
  const { epoch, offsetMs, second: first } = epochs[bed];
  const value = encodeChunk({ ...chunk, device, epoch, sequence: second, firstSample: (second - first) * RATE_HZ, deviceTimeMs: beganMs + offsetMs + (second - first) * 1000 });
  return { topic: TOPICS.signal, key: device, value };
};

const sent = new Uint32Array(beds);
const from = clock.monotonicMs();
let lateMs = 0;
let written: Promise<void> = Promise.resolve();
while (sent.some((count) => count < seconds)) {
  const records: NewRecord[] = [];
  for (let bed = 0; bed < beds; bed++) {
    // A monitor sends a second when it is over.
    const sentBy = () => epochs[bed].offsetMs + (sent[bed] + 1 - epochs[bed].second) * 1000;
    if (epochs[bed].epoch === beganMs && sentBy() > restartMs) epochs[bed] = restarted(bed, sent[bed]);
    const dueMs = from + sentBy();
    if (sent[bed] >= seconds || clock.monotonicMs() < dueMs) continue;
    lateMs = Math.max(lateMs, clock.monotonicMs() - dueMs);
    records.push(chunkOf(bed, sent[bed]++));
  }
  if (records.length > 0) {
    written = log.append(records).then(() => {}, (error: Error) => {
      process.send!({ type: 'failed', reason: error.message });
      process.exit(1);
    });
  }
  await sleep(clock, TICK_MS);
}
// A busy broker may still have the last of them before it.
await written;
await log.close();
process.send!({ type: 'done', lateMs });
process.exit(0);
