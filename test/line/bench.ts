/** One partition of the score step on a table: a log in memory, an encoder that answers, and a store that keeps what is committed. */
import { ASSEMBLE_FROM_START } from '../../src/assemble/index.js';
import { systemClock } from '../../src/adapters/clock.js';
import type { Chunk } from '../../src/ecg/index.js';
import { AssociationTable, clockScheduler, Credits, Encoders, engineGauges, lineMeters, type Load, score, type ScoreDeps, Turns } from '../../src/line/index.js';
import { type Encoder, type LogRecord, type NewRecord, type PartitionAssignment, type RecordBatch, type SkippedRange, TOPICS, type Transaction } from '../../src/ports/index.js';
import { decodeCheckpoint, decodeOutcome, encodeChunk } from '../../src/wire/index.js';
import { countingMeter } from '../encoder/support.js';
import { CONTRACT, hashScores } from '../simulation/encoder.js';

const T0 = 1_700_000_000_000;
const batch = { preferred: [32], maxBatch: 32, longestWaitMs: 1, maxInFlight: 4, maxQueued: 512, order: 'newest' } as const;

/** Two leads at 100 Hz that beat: a spike each 0.8 s. */
export function beating(first: number, length: number, more: Partial<Chunk> = {}): Chunk {
  return {
    device: 'bed-1',
    epoch: 1,
    sequence: first,
    firstSample: first,
    deviceTimeMs: T0 + first * 10,
    rateHz: 100,
    declaredLeads: ['I', 'II'],
    blocks: ['I', 'II'].map((lead, i) => ({
      ...{ lead, origin: 'measured' as const, aduPerMv: 200, offsetAdu: 0, leadOff: false },
      samples: Int16Array.from({ length }, (_, k) => ((first + k) % 80 < 3 ? 180 - 50 * i : 0) + Math.round(12 * Math.sin((first + k) / 37)) + (((first + k) * 7919) % 5)),
    })),
    band: { phase: 'unknown' },
    placement: 'standard',
    calibration: false,
    demo: false,
    endOfStream: false,
    ...more,
  };
}

/** A log of one partition: chunks, or bytes of a device, at seconds of the broker's time. */
export function logOf(...entries: readonly (readonly [atS: number, what: Chunk | Uint8Array])[]): LogRecord[] {
  return entries.map(([atS, what], offset) => {
    const [key, value] = what instanceof Uint8Array ? ['bed-1', what] : [what.device, encodeChunk(what)];
    return { topic: TOPICS.signal, partition: 0, offset, timestampMs: T0 + atS * 1000, key, value, headers: {} };
  });
}

/** An assignment that hands over what a test feeds it. */
export class FedAssignment implements PartitionAssignment {
  readonly step;
  readonly partition;
  from: Parameters<PartitionAssignment['open']>[0] = {};
  private readonly toDrain = new AbortController();
  private readonly toStop = new AbortController();
  private ask: ((batch: RecordBatch | undefined) => void) | undefined;
  private onAsked = () => {};
  private running: Promise<void> = Promise.resolve();

  constructor(
    readonly checkpoints: ReadonlyMap<string, Uint8Array>,
    readonly commit: PartitionAssignment['commit'],
    { step = 'score', partition = 0 }: Partial<Pick<PartitionAssignment, 'step' | 'partition'>> = {},
  ) {
    this.step = step;
    this.partition = partition;
  }

  get draining(): AbortSignal {
    return this.toDrain.signal;
  }

  get lost(): AbortSignal {
    return this.toStop.signal;
  }

  open(from: Parameters<PartitionAssignment['open']>[0]): void {
    this.from = from;
  }

  read(): Promise<RecordBatch | undefined> {
    const asked = new Promise<RecordBatch | undefined>((resolve) => (this.ask = resolve));
    this.onAsked();
    return asked;
  }

  run(task: (assignment: PartitionAssignment) => Promise<void>): this {
    this.running = task(this);
    this.running.catch(() => undefined);
    return this;
  }

  /** Resolves once they have passed, and more is asked for; rejects where the task failed. */
  async records(records: readonly LogRecord[], skipped?: SkippedRange): Promise<void> {
    const asked = new Promise<void>((resolve) => (this.onAsked = resolve));
    const { ask } = this;
    this.ask = undefined;
    ask?.({ records, skipped });
    await Promise.race([asked, this.running]);
  }

  drain(): Promise<void> {
    this.toDrain.abort();
    this.ask?.(undefined);
    return this.running;
  }

  lose(): void {
    this.toStop.abort();
  }
}

export class Store {
  readonly checkpoints = new Map<string, Uint8Array>();
  readonly written: NewRecord[] = [];
  /** What each commit waits for first. */
  gate: (transaction: Transaction) => Promise<void> = () => Promise.resolve();

  assignment(more: Partial<Pick<PartitionAssignment, 'step' | 'partition'>> = {}): FedAssignment {
    return new FedAssignment(new Map(this.checkpoints), async (transaction) => {
      await this.gate(transaction);
      for (const record of transaction.records) {
        if (record.topic !== TOPICS.checkpoints) this.written.push(record);
        else if (record.value === null) this.checkpoints.delete(record.key!);
        else this.checkpoints.set(record.key!, record.value);
      }
    }, more);
  }

  position(): { readonly next: number; readonly lowWater: number } {
    return decodeCheckpoint(this.checkpoints.get('score/0/@position')!);
  }

  /** Outcomes and rejects by device, each in its order. */
  story(): Record<string, string[]> {
    const story: Record<string, string[]> = {};
    const add = (device: string, what: string) => (story[device] ??= []).push(what);
    for (const { topic, value, headers, key } of this.written) {
      if (topic === TOPICS.rejects) add(`${key} rejects`, `${headers!['source-offset']} ${headers!.reason}`);
      const decoded = topic === TOPICS.outcomes ? decodeOutcome(value!) : undefined;
      if (decoded?.type === 'segment') {
        const { id, status, grade, device, findings } = decoded.outcome;
        add(device, `${id} ${status} ${grade} ${findings.map(({ probability }) => probability.toFixed(5)).join()}`);
      } else if (decoded?.type === 'gap') add(decoded.gap.device, `gap ${decoded.gap.firstSample} of ${decoded.gap.segments}`);
    }
    return story;
  }
}

export function deps(more: Partial<ScoreDeps> = {}, bound: Load = { segments: 512, bytes: 2 ** 28 }, score: Encoder['score'] = async (inputs) => inputs.map(({ tensor }) => hashScores(tensor)), contract = CONTRACT) {
  const clock = systemClock();
  const meter = countingMeter();
  const meters = lineMeters(meter);
  const encoder: Encoder = { score, ready: () => true, close: () => Promise.resolve() };
  const encoders = new Encoders([{ encoder, contract }], clock, meters, { batch, maxAgeMs: Infinity, deadlineMs: 1000 });
  const made: ScoreDeps = {
    ...{ clock, turns: new Turns(clockScheduler(clock)), meters, encoders, assemble: ASSEMBLE_FROM_START, mayShed: false, silentAfterMs: Infinity, partitions: 1 },
    credits: new Credits(bound, { segments: meters.waiting, bytes: meters.waitingBytes }),
    gauges: engineGauges(meters),
    associations: new AssociationTable(),
    failpoint: () => {},
    onIsolated: () => {},
    ...more,
  };
  return { ...made, meter };
}

/** The score step on a partition, from where the store says. */
export function scoring(store: Store, with_: ScoreDeps = deps()): FedAssignment {
  return store.assignment().run((assignment) => score(assignment, with_));
}

/** A partition taken at where the store says, fed what follows, and drained. */
export async function through(store: Store, log: readonly LogRecord[], with_: ScoreDeps = deps()): Promise<void> {
  const assignment = scoring(store, with_);
  await assignment.records(log.slice(assignment.from[TOPICS.signal] ?? 0));
  await assignment.drain();
}
