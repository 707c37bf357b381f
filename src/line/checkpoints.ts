import { checkpointKey, type NewRecord, type PartitionAssignment, TOPICS } from '../ports/index.js';

/** The checkpoints of one step's partition, by subject: as the last owner left them, and as records of the next transaction. */
export class Checkpoints {
  constructor(private readonly assignment: PartitionAssignment) {}

  get(subject: string): Uint8Array | undefined {
    return this.assignment.checkpoints.get(this.key(subject));
  }

  /** Those whose subject begins so, by what follows. */
  under(prefix: string): [rest: string, value: Uint8Array][] {
    const begin = this.key(prefix);
    return [...this.assignment.checkpoints].filter(([key]) => key.startsWith(begin)).map(([key, value]) => [key.slice(begin.length), value]);
  }

  /** null takes it back. */
  record(subject: string, value: Uint8Array | null): NewRecord {
    return { topic: TOPICS.checkpoints, partition: this.assignment.partition, key: this.key(subject), value };
  }

  private key(subject: string): string {
    return checkpointKey(this.assignment.step, this.assignment.partition, subject);
  }
}
