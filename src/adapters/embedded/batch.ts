import { COMPACTED } from '../../ports/index.js';
import type { DiskOperation, NewRecord, Topic } from '../../ports/index.js';
import { encodeNumbers, encodeRecord } from './codec.js';
import { endKey, latestKey, recordKey } from './keys.js';
import type { StoreState, PartitionEnd } from './state.js';

/** A key whose latest record says that it is gone. */
export interface Tombstone {
  readonly key: string;
  readonly offset: number;
}

/** One disk batch in the making: offsets and times are given out here, and become the store's state only once the batch is written. */
export class Batch {
  readonly operations: DiskOperation[] = [];
  private readonly ends = new Map<string, PartitionEnd>();
  private readonly latest = new Map<string, Map<string, number | undefined>>();
  private readonly grown = new Set<string>();

  constructor(
    private readonly state: StoreState,
    private readonly nowMs: number,
  ) {}

  append(record: NewRecord, partition: number): void {
    const { topic } = record;
    const place = endKey(topic, partition);
    const end = this.endOf(place);
    const offset = end.next;
    const timestampMs = Math.max(this.nowMs, end.lastMs);
    const diskKey = recordKey(topic, partition, offset);
    const value = encodeRecord(diskKey, { timestampMs, key: record.key, value: record.value, headers: record.headers ?? {} });
    this.operations.push({ type: 'put', key: diskKey, value });
    this.ends.set(place, { first: end.first, next: offset + 1, lastMs: timestampMs });
    this.grown.add(place);
    if (COMPACTED.has(topic) && record.key !== undefined) this.replace(topic, partition, record.key, offset);
  }

  /** The records before `first` are deleted elsewhere in this batch. */
  moveFirst(topic: Topic, partition: number, first: number): void {
    const place = endKey(topic, partition);
    const end = this.endOf(place);
    this.ends.set(place, { ...end, first: Math.max(end.first, first) });
  }

  /** The key goes altogether, unless something has been written to it since. */
  forget(topic: Topic, partition: number, { key, offset }: Tombstone): void {
    const place = endKey(topic, partition);
    const changes = this.changesOf(place);
    const latest = changes.has(key) ? changes.get(key) : this.state.latest.get(place)?.get(key);
    if (latest !== offset) return;
    this.operations.push({ type: 'del', key: recordKey(topic, partition, offset) });
    this.operations.push({ type: 'del', key: latestKey(topic, partition, key) });
    changes.set(key, undefined);
  }

  /** Adds what is known of each partition to the batch. */
  seal(): void {
    for (const [key, { first, next, lastMs }] of this.ends) {
      this.operations.push({ type: 'put', key, value: encodeNumbers(key, first, next, lastMs) });
    }
  }

  /** The batch is on the disk. Returns the places (`endKey`) that have new records. */
  apply(): ReadonlySet<string> {
    for (const [place, end] of this.ends) this.state.ends.set(place, end);
    for (const [place, changes] of this.latest) {
      const all = this.state.latest.get(place) ?? new Map<string, number>();
      for (const [key, offset] of changes) {
        if (offset === undefined) all.delete(key);
        else all.set(key, offset);
      }
      this.state.latest.set(place, all);
    }
    return this.grown;
  }

  private endOf(place: string): PartitionEnd {
    return this.ends.get(place) ?? this.state.ends.get(place) ?? { first: 0, next: 0, lastMs: 0 };
  }

  private changesOf(place: string): Map<string, number | undefined> {
    const changes = this.latest.get(place) ?? new Map<string, number | undefined>();
    this.latest.set(place, changes);
    return changes;
  }

  /** Compaction: the earlier record of the key goes as the new one comes. A tombstone stays for a while, for readers that are behind. */
  private replace(topic: Topic, partition: number, key: string, offset: number): void {
    const place = endKey(topic, partition);
    const changes = this.changesOf(place);
    const earlier = changes.has(key) ? changes.get(key) : this.state.latest.get(place)?.get(key);
    if (earlier !== undefined) this.operations.push({ type: 'del', key: recordKey(topic, partition, earlier) });
    const diskKey = latestKey(topic, partition, key);
    this.operations.push({ type: 'put', key: diskKey, value: encodeNumbers(diskKey, offset) });
    changes.set(key, offset);
  }
}
