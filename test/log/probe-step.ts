import type { LogRecord, NewRecord, Owner, PartitionAssignment, SkippedRange, StepName, Topic } from '../../src/ports/index.js';
import { checkpointKey, TOPICS } from '../../src/ports/index.js';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array | null | undefined): string | undefined => (value ? new TextDecoder().decode(value) : undefined);

/** Waits until the condition holds, and says what was waited for when it does not. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Every event of a probe, in order. */
export type ProbeEvent = `take ${number}` | `drain ${number}` | `lost ${number}` | `record ${number} ${string}`;

/** A step that writes down what happens to it. */
export class ProbeStep implements Owner {
  readonly events: ProbeEvent[] = [];
  readonly records: LogRecord[] = [];
  readonly skipped: SkippedRange[] = [];
  readonly assignments = new Map<number, PartitionAssignment>();
  from: (assignment: PartitionAssignment) => Parameters<PartitionAssignment['open']>[0] = () => ({});
  onRecords: (records: readonly LogRecord[], assignment: PartitionAssignment) => Promise<void> = () => Promise.resolve();
  onDrain: (assignment: PartitionAssignment) => Promise<void> = () => Promise.resolve();

  constructor(
    readonly step: StepName = 'score',
    readonly inputs: readonly Topic[] = [TOPICS.signal],
  ) {}

  async run(assignment: PartitionAssignment): Promise<void> {
    const { partition } = assignment;
    this.events.push(`take ${partition}`);
    this.assignments.set(partition, assignment);
    assignment.lost.addEventListener('abort', () => void (drained || this.events.push(`lost ${partition}`)));
    let drained = false;
    assignment.open(this.from(assignment));
    for (let batch = await assignment.read(); batch !== undefined; batch = await assignment.read()) {
      if (batch.skipped !== undefined) this.skipped.push(batch.skipped);
      for (const record of batch.records) {
        this.records.push(record);
        this.events.push(`record ${partition} ${textOf(record.value) ?? ''}`);
      }
      if (batch.records.length > 0) await this.onRecords(batch.records, assignment);
    }
    if (assignment.lost.aborted) return;
    this.events.push(`drain ${partition}`);
    await this.onDrain(assignment);
    drained = true;
  }

  texts(): string[] {
    return this.records.map(({ value }) => textOf(value) ?? '');
  }
}

/**
 * A step that copies its input, record by record, and keeps how far it has come in a checkpoint of the same
 * transaction: over any number of crashes and moves the copy must equal the input.
 */
export function copyStep(step: StepName, from: Topic, to: Topic): ProbeStep {
  const copy = new ProbeStep(step, [from]);
  copy.from = (assignment) => {
    const position = assignment.checkpoints.get(checkpointKey(step, assignment.partition, 'position'));
    return position ? { [from]: Number(textOf(position)) } : {};
  };
  copy.onRecords = async (records, assignment) => {
    const next = records[records.length - 1].offset + 1;
    const copies: NewRecord[] = records.map(({ key, value, partition }) => ({ topic: to, key, value, partition }));
    const position: NewRecord = { topic: TOPICS.checkpoints, key: checkpointKey(step, assignment.partition, 'position'), value: bytes(String(next)) };
    await assignment.commit({ records: [...copies, position], nextOffsets: { [from]: next } });
  };
  return copy;
}
