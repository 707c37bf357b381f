/** The signal of a small ward: ill patients in twelve leads, cheap hearts in two, and everything a network does to messages. */
import { ASSEMBLE_DEFAULTS, initial } from '../../src/assemble/index.js';
import type { Chunk } from '../../src/ecg/index.js';
import { partitionOfKey } from '../../src/log/index.js';
import { type Log, type NewRecord, TOPICS } from '../../src/ports/index.js';
import { type ConditionId, createPatient, patientChunks, readProfile } from '../../src/simulate/index.js';
import { encodeChunk, encodeContext } from '../../src/wire/index.js';
import { run } from '../assemble/stream.js';
import { type Sent, sentBy } from '../simulation/beds.js';
import { Dice } from '../simulation/random.js';

export const PARTITIONS = 4;
const RATE_HZ = 250;
const CHUNK_MS = 1000;
const START_MS = 1_700_000_000_000;

/** A patient in twelve leads stays so long; then the monitor is another's, who has the same: alerts enough for all engines to come. */
const STAY_S = 80;

export interface WardPlan {
  readonly seed: number;
  readonly seconds: number;
  /** Twelve-lead patients, each on a partition of its own as far as there are any. */
  readonly patients: readonly ConditionId[];
  /** Two-lead beds with repeats, swaps, holes, restarts and hostile messages. */
  readonly beds: number;
}

export interface Ward {
  readonly context: readonly NewRecord[];
  /** In the order of sending: a device's in its own, the devices interleaved. */
  readonly signal: readonly NewRecord[];
}

/** A name whose messages go to the partition. */
export function deviceOn(partition: number, name: string): string {
  for (let n = 0; ; n++) if (partitionOfKey(`${name}-${n}`, PARTITIONS) === partition) return `${name}-${n}`;
}

export const contextOf = (device: string, encounter: string, sinceMs = 0, untilMs?: number): NewRecord => ({
  topic: TOPICS.context,
  key: `${device}@${sinceMs}`,
  value: encodeContext({ device, encounter, bed: encounter, sinceMs, untilMs, knownConditions: [] }),
});

export const signalOf = (chunk: Chunk): NewRecord => ({ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) });

export interface TwelveLeads {
  readonly device: string;
  readonly condition: ConditionId;
  readonly seed: number;
  readonly fromS?: number;
  readonly seconds: number;
  readonly onsetS?: number;
  readonly heartRateBpm?: number;
}

/** A patient in twelve leads; the last chunk says that it is the last. */
export async function twelveLeads({ device, condition, seed, fromS = 0, seconds, onsetS, heartRateBpm }: TwelveLeads): Promise<Chunk[]> {
  const traits = heartRateBpm === undefined ? undefined : { heartRateBpm };
  const patient = createPatient({ condition, rateHz: RATE_HZ, onsetS, noise: 0.5, traits }, seed, await readProfile());
  const chunks = patientChunks(patient, { device, epoch: 1, chunkMs: CHUNK_MS, startMs: START_MS });
  return Array.from({ length: seconds }, (_, i) => ({ ...chunks.chunkAt(fromS + i), endOfStream: i === seconds - 1 }));
}

/** Where the segments of a stream begin that an engine reads whole. */
export const firstSamplesOf = (chunks: readonly Chunk[]): number[] => run(chunks, ASSEMBLE_DEFAULTS, initial(chunks[0].device)).segments.map(({ firstSample }) => firstSample);

/** When a patient's second begins, by its device. */
export const atSecond = (second: number): number => START_MS + second * 1000;

export async function wardOf({ seed, seconds, patients, beds }: WardPlan): Promise<Ward> {
  const dice = new Dice(seed);
  const streams: NewRecord[][] = [];
  const context: NewRecord[] = [];
  for (const [i, condition] of patients.entries()) {
    const device = deviceOn(i % PARTITIONS, `patient-${i}`);
    for (let s = 0; s < seconds; s += STAY_S) context.push(contextOf(device, `encounter-${i}-${s}`, s === 0 ? 0 : atSecond(s), s + STAY_S < seconds ? atSecond(s + STAY_S) : undefined));
    const chunks = await twelveLeads({ device, condition, seed: seed * 100 + i, seconds, onsetS: condition === 'sinus-rhythm' ? undefined : 15 });
    streams.push(chunks.map(signalOf));
  }
  for (let i = 0; i < beds; i++) {
    const device = deviceOn((i + 1) % PARTITIONS, `bed-${i}`);
    // Every third bed is nobody's that the engine knows.
    if (i % 3 !== 2) context.push(contextOf(device, `encounter-bed-${i}`));
    const plan = { device, seconds, chunkS: dice.pick([1, 2, 2.5]), repeat: 0.05, swap: 0.05, hole: 0.02, restart: 0.01, hostile: 0.03, leadOut: 0.03 };
    streams.push(sentBy(plan, dice).map((sent) => recordOf(device, sent)));
  }
  return { context, signal: interleaved(streams) };
}

function recordOf(device: string, sent: Sent): NewRecord {
  return sent.type === 'chunk' ? signalOf(sent.chunk) : { topic: TOPICS.signal, key: device, value: sent.bytes };
}

/** All streams at the same pace from their beginning to their end. */
function interleaved(streams: readonly (readonly NewRecord[])[]): NewRecord[] {
  return streams
    .flatMap((stream) => stream.map((record, i) => ({ record, at: (i + 0.5) / stream.length })))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}

/** Puts a signal on the log bit by bit. */
export class Feeder {
  private at = 0;

  constructor(
    private readonly log: Log,
    private readonly signal: readonly NewRecord[],
    private readonly stepMs = 25,
  ) {}

  /** Goes on to this share of the signal, in about so much time. */
  to(share: number, withinMs: number): Promise<void> {
    const going = this.go(share, withinMs);
    // A test that fails meanwhile closes the log and reports its own failure.
    going.catch(() => undefined);
    return going;
  }

  /** All that is left, at once. */
  rest(): Promise<void> {
    return this.to(1, 0);
  }

  private async go(share: number, withinMs: number): Promise<void> {
    const end = Math.min(this.signal.length, Math.round(share * this.signal.length));
    const steps = Math.max(1, Math.round(withinMs / this.stepMs));
    const size = Math.max(1, Math.ceil((end - this.at) / steps));
    while (this.at < end) {
      const slice = this.signal.slice(this.at, Math.min(end, this.at + size));
      this.at += slice.length;
      await this.log.append(slice);
      if (withinMs > 0) await new Promise((resolve) => setTimeout(resolve, this.stepMs));
    }
  }
}
