import { checkpointKey, type Clock, type Follower, type Log, type LogRecord, POSITION_SUBJECT, type StepName, type Topic, TOPICS } from '../ports/index.js';
import { decodeCheckpoint } from '../wire/index.js';

/** Of one partition: from which record on a step has work left, and when it last said so, by the log's time. */
interface Position {
  readonly from: number;
  readonly saidMs: number;
}

const INPUT: Readonly<Record<StepName, Topic>> = { score: TOPICS.signal, decide: TOPICS.outcomes };

/** How far the engine is, as its own checkpoints and the log say: it also tells of an engine that is dead. */
export class Progress {
  private readonly positions = new Map<string, Position>();

  private constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly partitions: number,
  ) {}

  /** Resolves once all checkpoints that were there have been read. */
  static async start(log: Log, clock: Clock, onStopped: (error: unknown) => void): Promise<{ progress: Progress; follower: Follower }> {
    const progress = new Progress(log, clock, await log.partitionCount(TOPICS.signal));
    const follower = await log.follow(TOPICS.checkpoints, (records) => records.forEach((record) => progress.take(record)), { onStopped });
    return { progress, follower };
  }

  /** When the engine last said how far it is, in the partition where that is longest ago; -Infinity: it has never said. */
  heardMs(): number {
    const said = this.keys('score').map((key) => this.positions.get(key)?.saidMs ?? -Infinity);
    return Math.min(...said);
  }

  /** When the log took the oldest record that is not processed yet; undefined: all is. */
  async oldestMs(): Promise<number | undefined> {
    const found = await Promise.all(
      (['score', 'decide'] as const).flatMap((step) =>
        this.keys(step).map(async (key, partition) => {
          const { records } = await this.log.scan(INPUT[step], partition, this.positions.get(key)?.from ?? 0);
          return records[0]?.timestampMs ?? Infinity;
        }),
      ),
    );
    const oldest = Math.min(...found);
    return oldest === Infinity ? undefined : Math.min(oldest, this.clock.nowMs());
  }

  private keys(step: StepName): string[] {
    return Array.from({ length: this.partitions }, (_, partition) => checkpointKey(step, partition, POSITION_SUBJECT));
  }

  private take({ key, value, timestampMs }: LogRecord): void {
    if (key === undefined || value === null || !key.endsWith(`/${POSITION_SUBJECT}`)) return;
    const isScore = key.startsWith('score/');
    const state = decodeCheckpoint<{ readonly lowWater: number } & Partial<Record<Topic, number>>>(value);
    this.positions.set(key, { from: isScore ? state.lowWater : (state[TOPICS.outcomes] ?? 0), saidMs: timestampMs });
  }
}
