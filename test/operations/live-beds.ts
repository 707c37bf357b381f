/** Beds whose monitors send a second of signal each second, as on a ward, and send again what the log did not take. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Chunk } from '../../src/ecg/index.js';
import { type Log, type NewRecord, TOPICS } from '../../src/ports/index.js';
import { type ConditionId, createPatient, patientChunks, readProfile } from '../../src/simulate/index.js';
import { encodeChunk, encodeContext } from '../../src/wire/index.js';

const RATE_HZ = 250;
const SECOND_MS = 1000;
const AGAIN_MS = 500;

interface Sending {
  readonly chunkAt: (index: number) => Chunk;
  readonly stay: { readonly encounter: string; readonly sinceMs: number };
  next: number;
}

export interface Admission {
  /** Bed and device have one name. */
  readonly bed: string;
  readonly encounter: string;
  readonly seed: number;
  readonly condition?: ConditionId;
}

export class LiveBeds {
  private readonly sending = new Map<string, Sending>();
  /** Not on the log yet, oldest first. */
  private due: NewRecord[] = [];
  private readonly running: Promise<void>;
  private isOver = false;

  /** `log` waits or rejects while its broker is away. */
  constructor(private readonly log: Log) {
    this.running = this.run();
  }

  async admit({ bed, encounter, seed, condition = 'sinus-rhythm' }: Admission): Promise<void> {
    const patient = createPatient({ condition, rateHz: RATE_HZ, noise: 0.5 }, seed, await readProfile());
    const sinceMs = Date.now();
    const { chunkAt } = patientChunks(patient, { device: bed, epoch: sinceMs, chunkMs: SECOND_MS, startMs: sinceMs });
    const stay = { encounter, sinceMs };
    this.due.push(stayOf(bed, stay));
    this.sending.set(bed, { chunkAt, stay, next: 0 });
  }

  /** The monitor ends its stream, the hospital the stay. */
  discharge(bed: string): void {
    const { chunkAt, stay, next } = this.sending.get(bed)!;
    this.sending.delete(bed);
    this.due.push(signalOf({ ...chunkAt(next), endOfStream: true }), stayOf(bed, { ...stay, untilMs: Date.now() }));
  }

  /** The transmitter leaves the room. */
  fallSilent(bed: string): void {
    this.sending.delete(bed);
  }

  /** As the bed's monitor sends it next. */
  chunkOf(bed: string): Chunk {
    const { chunkAt, next } = this.sending.get(bed)!;
    return chunkAt(next);
  }

  /** Anything else that comes in. */
  send(...records: readonly NewRecord[]): void {
    this.due.push(...records);
  }

  /** Gives up what is not on the log. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.race([this.running, pause(5000)]);
  }

  private async run(): Promise<void> {
    const startMs = performance.now();
    for (let second = 0; !this.isOver; second++) {
      for (const bed of this.sending.values()) this.due.push(signalOf(bed.chunkAt(bed.next++)));
      await this.write();
      await pause(Math.max(0, startMs + (second + 1) * SECOND_MS - performance.now()));
    }
  }

  private async write(): Promise<void> {
    const now = this.due;
    this.due = [];
    while (now.length > 0 && !this.isOver) {
      try {
        await this.log.append(now);
        return;
      } catch {
        await pause(AGAIN_MS);
      }
    }
  }
}

export const signalOf = (chunk: Chunk): NewRecord => ({ topic: TOPICS.signal, key: chunk.device, value: encodeChunk(chunk) });

const stayOf = (device: string, stay: { readonly encounter: string; readonly sinceMs: number; readonly untilMs?: number }): NewRecord => ({
  topic: TOPICS.context,
  key: `${device}@${stay.sinceMs}`,
  value: encodeContext({ device, bed: device, unit: 'icu', knownConditions: [], ...stay }),
});
