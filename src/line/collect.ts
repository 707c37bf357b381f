import type { NewRecord } from '../ports/index.js';

/** One update with all of its records, in their order: published in one transaction or not at all. */
export interface Publishable {
  readonly records: readonly NewRecord[];
  /** Of the transaction, about. */
  readonly bytes: number;
}

/** What comes to be published: updates, and records that belong to none. Without either it says that time has passed. */
export type Output<U extends Publishable> =
  | { readonly type: 'update'; readonly update: U }
  | { readonly type: 'records'; readonly records: readonly NewRecord[] };

/** What goes into one transaction. */
export interface OutputBatch<U extends Publishable> {
  readonly updates: readonly U[];
  readonly records: readonly NewRecord[];
}

/** Collects what is ready to be published until it is taken: while a transaction is under way, for the next one. */
export class OutputCollector<U extends Publishable> {
  private readonly updates: U[] = [];
  private readonly records: NewRecord[] = [];

  get isEmpty(): boolean {
    return this.updates.length === 0 && this.records.length === 0;
  }

  add(output: Output<U>): void {
    if (output.type === 'update') this.updates.push(output.update);
    else this.records.push(...output.records);
  }

  /** The first updates up to so many bytes, and at least one; and all other records. */
  take(bytesMax: number): OutputBatch<U> {
    let bytes = 0;
    let count = 0;
    while (count < this.updates.length && bytes < bytesMax) bytes += this.updates[count++].bytes;
    return { updates: this.updates.splice(0, count), records: this.records.splice(0) };
  }
}

/** Bytes of the values of records. */
export const valueBytes = (records: readonly NewRecord[]): number => records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
