import { type Clock, type Log, type LogRecord, sleep, TOPICS } from '../ports/index.js';
import { decodeTargetPosition, encodeTargetPosition, targetKey, type TargetPosition } from '../wire/index.js';

const AGAIN_AFTER_MS = 1000;
/** How long closing waits, ms. A position that is not written by then costs a repeated delivery. */
const LAST_WORD_MS = 2000;

/** How far each target is, kept in the log. The latest position stands for all before it, so no more than one waits to be written. */
export class Positions {
  private readonly waiting = new Map<string, TargetPosition>();
  private writing: Promise<void> | undefined;
  private isOver = false;

  private constructor(
    private readonly log: Log,
    private readonly clock: Clock,
    private readonly positions: ReadonlyMap<string, TargetPosition>,
  ) {}

  /** Resolves once all that the log holds of them has been read. */
  static async read(log: Log, clock: Clock, onStopped: (error: unknown) => void): Promise<Positions> {
    const positions = new Map<string, TargetPosition>();
    const take = ({ key, value }: LogRecord): void => {
      const position = key?.startsWith(targetKey('')) && value !== null ? decodeTargetPosition(value) : undefined;
      if (key !== undefined && position !== undefined) positions.set(key, position);
    };
    const follower = await log.follow(TOPICS.checkpoints, (records) => records.forEach(take), { onStopped });
    await follower.close();
    return new Positions(log, clock, positions);
  }

  /** As it was at the start. */
  of(name: string): TargetPosition | undefined {
    return this.positions.get(targetKey(name));
  }

  keep(name: string, position: TargetPosition): void {
    this.waiting.set(targetKey(name), position);
    this.writing ??= this.write();
  }

  async close(): Promise<void> {
    this.isOver = true;
    await Promise.race([this.writing, sleep(this.clock, LAST_WORD_MS)]);
  }

  private async write(): Promise<void> {
    while (this.waiting.size > 0) {
      const taken = [...this.waiting];
      this.waiting.clear();
      try {
        await this.log.append(taken.map(([key, position]) => ({ topic: TOPICS.checkpoints, key, value: encodeTargetPosition(position) })));
      } catch {
        // A position that is not kept costs repeats, never an alert: deliveries continue.
        for (const [key, position] of taken) if (!this.waiting.has(key)) this.waiting.set(key, position);
        if (this.isOver) break;
        await sleep(this.clock, AGAIN_AFTER_MS);
      }
    }
    this.writing = undefined;
  }
}
