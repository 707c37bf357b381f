import type { LogRecord, Owner, PartitionAssignment, Topic } from '../ports/index.js';

/** What a step does with a partition while it is assigned. */
export interface PartitionWork {
  readonly from: Readonly<Partial<Record<Topic, number>>>;
  records(records: readonly LogRecord[]): Promise<void>;
  drain(): Promise<void>;
  lost(): void;
}

/** Reads on for as long as the partition is assigned, hands the records over, and drains. */
export function runOf(begin: (assignment: PartitionAssignment) => PartitionWork): Owner['run'] {
  return async (assignment) => {
    const work = begin(assignment);
    const failed = new Promise<never>((_, reject) => assignment.lost.addEventListener('abort', () => (work.lost(), reject(new Error('the partition is lost')))));
    assignment.open(work.from);
    const reading = (async () => {
      for (let batch = await assignment.read(); batch !== undefined; batch = await assignment.read()) await work.records(batch.records);
    })();
    await Promise.race([failed, reading, new Promise((resolve) => assignment.draining.addEventListener('abort', resolve))]);
    await Promise.race([failed, work.drain()]);
  };
}
