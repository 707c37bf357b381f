import type { NewRecord } from '../ports/index.js';

/** Bytes of the values of records. */
export const valueBytes = (records: readonly NewRecord[]): number => records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);

/** Messages that could not be read, in their order, until they are published as rejects; the partition's position stays behind them. */
export class RefusedQueue {
  private readonly waiting: { readonly offset: number; readonly record: NewRecord }[] = [];

  push(offset: number, record: NewRecord): void {
    this.waiting.push({ offset, record });
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Offset of the first that waits; Infinity where none does. */
  get firstOffset(): number {
    return this.waiting[0]?.offset ?? Infinity;
  }

  get bytes(): number {
    return valueBytes(this.waiting.map(({ record }) => record));
  }

  /** The first few, up to so many bytes and at least one. */
  take(bytesMax: number): NewRecord[] {
    let bytes = 0;
    let count = 0;
    while (count < this.waiting.length && bytes < bytesMax) bytes += valueBytes([this.waiting[count++].record]);
    return this.waiting.splice(0, count).map(({ record }) => record);
  }
}
