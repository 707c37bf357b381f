import { type Clock, type Log, type LogRecord, TOPICS } from '../ports/index.js';
import { decodeTargetPosition, encodeTargetPosition, targetKey, type TargetPosition } from '../wire/index.js';
import { CheckpointWriter } from './checkpoint-writer.js';

/** How far each target is, kept in the log. A position that is not kept costs repeats, never an alert: deliveries continue while the log is away. */
export class Positions {
  private constructor(
    private readonly writer: CheckpointWriter,
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
    return new Positions(new CheckpointWriter(log, clock), positions);
  }

  /** As it was at the start. */
  of(name: string): TargetPosition | undefined {
    return this.positions.get(targetKey(name));
  }

  keep(name: string, position: TargetPosition): void {
    this.writer.keep(targetKey(name), encodeTargetPosition(position));
  }

  close(): Promise<void> {
    return this.writer.close();
  }
}
