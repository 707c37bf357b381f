import type { LogRecord, NewRecord, Owner, PartitionWork, StepName, Tenure, Topic } from '../../src/ports/index.js';
import { checkpointKey, TOPICS } from '../../src/ports/index.js';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array | null | undefined): string | undefined => (value ? new TextDecoder().decode(value) : undefined);

/** Waits until the condition holds, and says what was waited for when it does not. */
export async function until(what: string, condition: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
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
  readonly tenures = new Map<number, Tenure>();
  from: (tenure: Tenure) => PartitionWork['from'] = () => ({});
  onRecords: (records: readonly LogRecord[], tenure: Tenure) => Promise<void> = () => Promise.resolve();
  onDrain: (tenure: Tenure) => Promise<void> = () => Promise.resolve();

  constructor(
    readonly step: StepName = 'score',
    readonly inputs: readonly Topic[] = [TOPICS.signal],
  ) {}

  take(tenure: Tenure): Promise<PartitionWork> {
    const { partition } = tenure;
    this.events.push(`take ${partition}`);
    this.tenures.set(partition, tenure);
    return Promise.resolve({
      from: this.from(tenure),
      records: async (records) => {
        for (const record of records) {
          this.records.push(record);
          this.events.push(`record ${partition} ${textOf(record.value) ?? ''}`);
        }
        await this.onRecords(records, tenure);
      },
      drain: async () => {
        this.events.push(`drain ${partition}`);
        await this.onDrain(tenure);
      },
      lost: () => void this.events.push(`lost ${partition}`),
    });
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
  copy.from = (tenure) => {
    const position = tenure.checkpoints.get(checkpointKey(step, tenure.partition, 'position'));
    return position ? { [from]: Number(textOf(position)) } : {};
  };
  copy.onRecords = async (records, tenure) => {
    const next = records[records.length - 1].offset + 1;
    const copies: NewRecord[] = records.map(({ key, value, partition }) => ({ topic: to, key, value, partition }));
    const position: NewRecord = { topic: TOPICS.checkpoints, key: checkpointKey(step, tenure.partition, 'position'), value: bytes(String(next)) };
    await tenure.commit({ records: [...copies, position], nextOffsets: { [from]: next } });
  };
  return copy;
}
