import type { Chunk } from '../ecg/index.js';
import { type Clock, type Log, TOPICS } from '../ports/index.js';
import { chunksOf } from '../records/index.js';
import { reading } from './reading.js';
import { createPatient, patientChunks, type PatientSpec, type Profile, wardBed } from '../simulate/index.js';
import { contextKey, encodeChunk, encodeContext } from '../wire/index.js';
import { recordingsOf } from './recordings.js';

const CHUNK_MS = 500;
const RATE_HZ = 500;
/** The bed whose history is played faster: half an hour, which a structural finding needs, in half a minute. */
const ACCELERATED = 60;
/** That history begins a day ago. */
const HISTORY_MS = 24 * 3_600_000;
/** A chunk of the accelerated bed is this long, so that it is no flood of messages. */
const ACCELERATED_CHUNK_MS = 5000;
const STRIDE_MS = 10_000;

/** One bed: what it sends, how often, and what is shown of it. */
export interface Bed {
  readonly device: string;
  readonly name: string;
  readonly about: string;
  readonly chunkMs: number;
  /** Against the other beds; 1 for most. */
  readonly faster: number;
  /** Undefined at the end of a recording. */
  readonly chunkAt: (index: number) => Chunk | undefined;
}

/** The first twelve beds: a ward in which something happens while one watches. Times in seconds. */
const SCRIPT: readonly (PatientSpec & { readonly faster?: number })[] = [
  { condition: 'sinus-rhythm' },
  { condition: 'atrial-fibrillation', onsetS: 10 },
  { condition: 'low-qrs-voltage', faster: ACCELERATED },
  { condition: 'complete-av-block', onsetS: 15 },
  { condition: 'sinus-rhythm', noise: 2 },
  { condition: 'anterior-stemi', onsetS: 30 },
  { condition: 'premature-ventricular-complex', onsetS: 20 },
  { condition: 'left-bundle-branch-block', onsetS: 45 },
  { condition: 'ventricular-bigeminy', onsetS: 40 },
  { condition: 'paced-rhythm' },
  { condition: 'sinus-tachycardia', onsetS: 60 },
  { condition: 'ventricular-tachycardia', onsetS: 35 },
];

export function simulatedBeds(count: number, seed: number, profile: Profile, startMs: number): Bed[] {
  return Array.from({ length: count }, (_, i) => {
    const { faster = 1, ...spec } = SCRIPT[i] ?? { condition: 'sinus-rhythm' };
    const patient = i < SCRIPT.length ? createPatient({ ...spec, rateHz: RATE_HZ }, seed * 1000 + i, profile) : wardBed(i, seed, profile, { rateHz: RATE_HZ });
    const name = `bed-${String(i + 1).padStart(2, '0')}`;
    const chunkMs = faster === 1 ? CHUNK_MS : ACCELERATED_CHUNK_MS;
    // As the clocks of real monitors would have it: beds start staggered, and a history played faster is one of the past.
    const beganMs = startMs + (i / count) * STRIDE_MS - (faster === 1 ? 0 : HISTORY_MS);
    const chunks = patientChunks(patient, { device: `simulated-${name}`, epoch: 1, chunkMs, startMs: beganMs });
    const named = patient.spec.condition.replaceAll('-', ' ');
    const onset = patient.spec.onsetS === undefined ? '' : ` from ${patient.spec.onsetS.toFixed(0)} s on`;
    const about = `${named}${onset}${faster === 1 ? '' : ` (history played ${faster} times faster)`}`;
    return { device: `simulated-${name}`, name, about, chunkMs, faster, chunkAt: (index) => chunks.chunkAt(index) };
  });
}

/** @param paths of recordings, or of folders of them; whatever is odd of one is reported on stderr */
export async function recordedBeds(paths: readonly string[]): Promise<Bed[]> {
  const reader = reading();
  const recordings = await recordingsOf(paths, reader);
  const beds: Bed[] = [];
  for (const { path, device } of recordings) {
    const record = await reader.read({ path, device }).catch((error: unknown) => void reader.failed({ path, device }, error));
    if (record === undefined) continue;
    const chunks = [...chunksOf(record, { device, epoch: 1, chunkMs: CHUNK_MS })];
    beds.push({ device, name: device, about: `recording, ${Math.round(record.samples / record.rateHz)} s`, chunkMs: CHUNK_MS, faster: 1, chunkAt: (index) => chunks[index] });
  }
  if (beds.length === 0) throw new Error(`none of ${recordings.length} recordings could be read`);
  return beds;
}

export interface Ward {
  /** Resolves when every bed has sent its last chunk (recordings only). */
  readonly ended: Promise<void>;
  stop(): void;
  readonly firstSampleMs: number;
}

/** Puts the beds on the log as monitors would: paced, starting staggered over one stride. */
export async function startWard(beds: readonly Bed[], log: Log, clock: Clock, speed: number, simulated: boolean): Promise<Ward> {
  if (simulated) {
    await log.append(
      beds.map(({ device, name, faster }) => {
        const context = { device, sinceMs: 0, encounter: `encounter-${name}`, bed: name, unit: 'simulated', knownConditions: [], accelerated: faster === 1 ? undefined : faster };
        return { topic: TOPICS.context, key: contextKey(context), value: encodeContext(context) };
      }),
    );
  }
  let stopped = false;
  const firstSampleMs = clock.monotonicMs();
  const play = (bed: Bed, startMs: number) =>
    new Promise<void>((resolve) => {
      const periodMs = bed.chunkMs / (speed * bed.faster);
      const next = (index: number): void => {
        if (stopped) return resolve();
        const chunk = bed.chunkAt(index);
        if (chunk === undefined) return resolve();
        // A device that cannot send now sends later: nothing is skipped.
        void log
          .append([{ topic: TOPICS.signal, key: bed.device, value: encodeChunk(chunk) }])
          .then(() => clock.after(Math.max(0, startMs + (index + 2) * periodMs - clock.monotonicMs()), () => next(index + 1)))
          .catch(() => resolve());
      };
      clock.after(Math.max(0, startMs + periodMs - clock.monotonicMs()), () => next(0));
    });
  const ended = Promise.all(beds.map((bed, i) => play(bed, firstSampleMs + (i / beds.length) * (STRIDE_MS / speed)))).then(() => undefined);
  return { ended, firstSampleMs, stop: () => void (stopped = true) };
}
