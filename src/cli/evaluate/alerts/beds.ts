import { dirname, basename } from 'node:path';
import type { Known } from '../../../condition/index.js';
import type { Chunk } from '../../../ecg/index.js';
import type { TrueEpisode } from '../../../evaluate/index.js';
import { chunksOf, type EcgRecord, stemOf } from '../../../records/index.js';
import { CONDITION_IDS, type ConditionId, createPatient, patientChunks, type Profile } from '../../../simulate/index.js';
import { prolongedRecord } from '../../prolonged.js';
import type { LabelledRecord } from '../encoder/sources.js';
import type { Reading } from '../../reading.js';
import type { Recording } from '../../recordings.js';
import { readAlarms } from '../alarms.js';

/** One message holds a segment: at full speed the cut does not matter, and long ones cost less. */
const CHUNK_MS = 10_000;
const RATE_HZ = 250;
const START_MS = Date.UTC(2026, 0, 1);
/** Healthy for so long before something appears: what is seen earlier is not new to the patient. */
const BEFORE_S = 360;
/** How long a bed is looked at after it: time for what comes and goes or is new, and for one decision on what does not. */
const AFTER_S = { dynamic: 360, structural: 2460 };
/** Conditions that are there all the time: nobody sees them appear. */
const STRUCTURAL: readonly ConditionId[] = ['low-qrs-voltage', 'dextrocardia', 'cardiac-amyloidosis', 'ebstein-anomaly', 'constrictive-pericarditis', 'left-ventricular-hypertrophy', 'ventricular-preexcitation'];

/** A bed to be watched: what it sends, and what is known of it. */
export interface Bed {
  readonly bed: string;
  readonly simulated: boolean;
  readonly startMs: number;
  readonly durationMs: number;
  readonly truth?: readonly TrueEpisode[];
  /** Of a recording of Challenge 2015. */
  readonly alarm?: { readonly alarm: string; readonly isTrue: boolean };
  /** Of a person: what a label system says, by finding. */
  readonly labels?: ReadonlyMap<string, boolean>;
  readonly known?: Known;
  /** The recording that it is. */
  readonly record?: Pick<EcgRecord, 'leads'>;
  readonly chunks: () => Iterable<Chunk>;
}

export interface SimulatedOptions {
  readonly beds: number;
  /** Of a healthy bed. */
  readonly hours: number;
  readonly seed: number;
  /** Artefact on the healthy beds; 1 is a ward's. */
  readonly noise: number;
}

/** Healthy beds full of artefact, then every condition in as many beds. */
export function* simulatedBeds(profile: Profile, { beds, hours, seed, noise }: SimulatedOptions): Generator<Bed> {
  for (let i = 0; i < beds; i++) yield simulatedBed(profile, 'sinus-rhythm', seed * 100_000 + i, { noise, durationS: hours * 3600 });
  for (const condition of CONDITION_IDS) {
    if (condition === 'sinus-rhythm') continue;
    const structural = STRUCTURAL.includes(condition);
    const times = structural ? { durationS: AFTER_S.structural } : { onsetS: BEFORE_S, durationS: BEFORE_S + AFTER_S.dynamic };
    for (let i = 0; i < beds; i++) yield simulatedBed(profile, condition, seed * 100_000 + 10_000 + i, times);
  }
}

function simulatedBed(profile: Profile, condition: ConditionId, seed: number, { noise, onsetS, durationS }: { readonly noise?: number; readonly onsetS?: number; readonly durationS: number }): Bed {
  const patient = createPatient({ condition, rateHz: RATE_HZ, onsetS, noise }, seed, profile);
  const bed = `${condition}-${seed}`;
  const count = Math.floor((durationS * 1000) / CHUNK_MS);
  return {
    bed, simulated: true, startMs: START_MS, durationMs: count * CHUNK_MS,
    truth: patient.truth(0, 0).findings,
    *chunks() {
      const made = patientChunks(patient, { device: bed, epoch: 1, chunkMs: CHUNK_MS, startMs: START_MS });
      for (let i = 0; i < count; i++) yield i + 1 < count ? made.chunkAt(i) : { ...made.chunkAt(i), endOfStream: true };
    },
  };
}

/** Recordings as beds; those of Challenge 2015 with what its ALARMS says of them. */
export async function* recordedBeds(recordings: readonly Recording[], reader: Reading): AsyncGenerator<Bed> {
  for (const { path, device } of recordings) {
    const record = await reader.read({ path, device }).catch((error: unknown) => void reader.failed({ path, device }, error));
    if (record === undefined) continue;
    const chunks = [...chunksOf(record, { device, epoch: 1, chunkMs: CHUNK_MS })];
    if (chunks.length === 0) continue;
    const alarms = await readAlarms(dirname(path));
    yield {
      bed: device, simulated: false, startMs: chunks[0].deviceTimeMs, durationMs: (record.samples / record.rateHz) * 1000,
      alarm: alarms.get(basename(stemOf(path))),
      record,
      chunks: () => chunks,
    };
  }
}

/** Short recordings of people as beds: each repeated for hours, with wander and noise. They are real people: nothing is open to them that is not to patients. */
export async function* peopleBeds(people: readonly LabelledRecord[], profile: Profile, { hours, noise, seed }: Omit<SimulatedOptions, 'beds'>, reader: Reading): AsyncGenerator<Bed> {
  for (const [i, { path, record: bed, known, labels }] of people.entries()) {
    const made = await prolongedRecord({ path, device: bed }, seed * 100_000 + i, profile, noise, reader).catch((error: unknown) => void reader.failed({ path, device: bed }, error));
    if (made === undefined) continue;
    const count = Math.floor((hours * 3_600_000) / CHUNK_MS);
    yield {
      bed, simulated: false, startMs: START_MS, durationMs: count * CHUNK_MS, labels: labels.targets, known,
      *chunks() {
        const { chunkAt } = patientChunks(made, { device: bed, epoch: 1, chunkMs: CHUNK_MS, startMs: START_MS, aduPerMv: 1000 });
        for (let k = 0; k < count; k++) yield { ...chunkAt(k), demo: false, endOfStream: k + 1 === count };
      },
    };
  }
}
