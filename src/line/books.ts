import { type AssembleOptions, type DeviceSnapshot, initialPartition, neededOffsets, type PartitionState, restore, snapshot } from '../assemble/index.js';
import type { Outcome } from '../ecg/index.js';
import { checkpointKey, type LogRecord, type NewRecord, type Tenure, TOPICS } from '../ports/index.js';
import { decodeCheckpoint, encodeCheckpoint } from '../wire/index.js';
import { type Load, loadOf } from './credits.js';

/** How far the partition has been read, and from where a new owner must read again. */
export interface Position {
  readonly next: number;
  /** The earliest chunk that any device still needs. */
  readonly lowWater: number;
  readonly timeMs: number;
  readonly silent: readonly string[];
}

/** A device's state as of one record: the checkpoint. */
interface DeviceCheckpoint {
  readonly asOf: number;
  readonly lastRecordMs: number;
  readonly ended: boolean;
  readonly idle: boolean;
  readonly snapshot: DeviceSnapshot;
}

/** Everything one record did to one device: published together, with the state right after it. */
export interface Group {
  readonly device: string;
  readonly asOf: number;
  readonly brokerMs: number;
  readonly checkpoint: Uint8Array;
  /** Lowest offset that a new owner needs to restore that state. */
  readonly needs: number;
  readonly records: NewRecord[];
  readonly published: Outcome[];
  segments: number;
  /** Of tensors that wait, or waited, for scores. */
  bytes: number;
  /** Segments whose scores are still on their way. */
  unresolved: number;
}

/** What is on file of one device. */
export interface DeviceBook {
  /** The durable checkpoint speaks for all records up to this offset. */
  asOf: number;
  needs: number;
  /** Records since. */
  since: number[];
  /** Not yet published, in order. */
  groups: Group[];
  restored: DeviceSnapshot | undefined;
  /** The record of the chunk that assembling holds back. */
  heldRecord: LogRecord | undefined;
  /** Monotonic time of the last record; undefined: not heard since the take-over. */
  heardMs: number | undefined;
  ended: boolean;
  silent: boolean;
}

const POSITION = '@position';

/** The devices of one partition: their states, what of them is durable, and what waits to be published. */
export class DeviceBooks {
  readonly partition: PartitionState = initialPartition();
  readonly position: Position | undefined;
  private readonly books = new Map<string, DeviceBook>();

  constructor(
    private readonly tenure: Tenure,
    options: AssembleOptions,
  ) {
    const bytes = tenure.checkpoints.get(this.key(POSITION));
    this.position = bytes && decodeCheckpoint<Position>(bytes);
    const restored: [string, DeviceCheckpoint][] = [];
    for (const [key, value] of tenure.checkpoints) {
      if (!key.startsWith(this.key('device/'))) continue;
      restored.push([key.slice(this.key('device/').length), decodeCheckpoint<DeviceCheckpoint>(value)]);
    }
    restored.sort(([, a], [, b]) => a.lastRecordMs - b.lastRecordMs || a.asOf - b.asOf);
    for (const [device, { asOf, lastRecordMs, ended, idle, snapshot: snap }] of restored) {
      this.partition.devices.set(device, { state: restore(snap, options), lastRecordMs, idle });
      this.books.set(device, { ...newBook(), asOf, needs: Math.min(...neededOffsets(snap)), restored: snap, ended, silent: this.position?.silent.includes(device) ?? false });
    }
  }

  of(device: string): DeviceBook {
    let book = this.books.get(device);
    if (book === undefined) this.books.set(device, (book = newBook()));
    return book;
  }

  entries(): IterableIterator<[string, DeviceBook]> {
    return this.books.entries();
  }

  get size(): number {
    return this.books.size;
  }

  /** A new group for what a record did to a device, with the state frozen as it is now. */
  group(device: string, record: LogRecord): Group {
    const entry = this.partition.devices.get(device)!;
    const snap = snapshot(entry.state);
    const checkpoint: DeviceCheckpoint = { asOf: record.offset, lastRecordMs: entry.lastRecordMs, ended: this.of(device).ended, idle: entry.idle, snapshot: snap };
    return {
      device,
      asOf: record.offset,
      brokerMs: record.timestampMs,
      checkpoint: encodeCheckpoint(checkpoint),
      needs: Math.min(...neededOffsets(snap)),
      records: [],
      published: [],
      segments: 0,
      bytes: 0,
      unresolved: 0,
    };
  }

  ready(): boolean {
    for (const book of this.books.values()) if (book.groups[0]?.unresolved === 0) return true;
    return false;
  }

  /** Takes what may be published: of each device, in order, up to the first group that waits. Its states count as durable from here: a transaction that fails ends the tenure. */
  takeReady(): Group[] {
    const taken: Group[] = [];
    for (const book of this.books.values()) {
      while (book.groups[0]?.unresolved === 0) {
        const group = book.groups.shift()!;
        taken.push(group);
        book.asOf = group.asOf;
        book.needs = group.needs;
        const first = book.since.findIndex((offset) => offset > group.asOf);
        book.since.splice(0, first < 0 ? book.since.length : first);
      }
    }
    return taken;
  }

  unresolved(): number {
    let count = 0;
    for (const book of this.books.values()) for (const group of book.groups) count += group.unresolved;
    return count;
  }

  /** What waits to be published. */
  held(): Load {
    return loadOf([...this.books.values()].flatMap((book) => book.groups));
  }

  /** Broker time of the oldest record whose outputs wait; Infinity where none do. */
  oldestMs(): number {
    let oldest = Infinity;
    for (const book of this.books.values()) oldest = Math.min(oldest, book.groups[0]?.brokerMs ?? Infinity);
    return oldest;
  }

  /** The lowest offset that any device still needs; `next` where none does. */
  lowWater(next: number): number {
    let low = next;
    for (const book of this.books.values()) low = Math.min(low, book.needs, book.since[0] ?? Infinity);
    return low;
  }

  /** The checkpoints that go with the groups: the last one of each device. */
  checkpoints(groups: readonly Group[]): NewRecord[] {
    const last = new Map(groups.map((group) => [group.device, group]));
    return [...last.values()].map((group) => this.record(`device/${group.device}`, group.checkpoint));
  }

  positionRecord(next: number, timeMs: number): NewRecord {
    const silent = [...this.books].filter(([, book]) => book.silent).map(([device]) => device);
    return this.record(POSITION, encodeCheckpoint({ next, lowWater: this.lowWater(next), timeMs, silent } satisfies Position));
  }

  forget(device: string): NewRecord {
    this.books.delete(device);
    return this.record(`device/${device}`, null);
  }

  private record(subject: string, value: Uint8Array | null): NewRecord {
    return { topic: TOPICS.checkpoints, partition: this.tenure.partition, key: this.key(subject), value };
  }

  private key(subject: string): string {
    return checkpointKey(this.tenure.step, this.tenure.partition, subject);
  }
}

function newBook(): DeviceBook {
  return { asOf: -1, needs: Infinity, since: [], groups: [], restored: undefined, heldRecord: undefined, heardMs: undefined, ended: false, silent: false };
}
