import { type AssembleOptions, type DeviceSnapshot, initialPartition, neededOffsets, type PartitionState, restore, snapshot } from '../assemble/index.js';
import type { Departure, Outcome } from '../ecg/index.js';
import { checkpointKey, type LogRecord, type NewRecord, POSITION_SUBJECT, type PartitionAssignment, TOPICS } from '../ports/index.js';
import { decodeCheckpoint, encodeCheckpoint } from '../wire/index.js';
import { type Load, loadOf } from './credits.js';

/** How far the partition has been read, and from where a new owner must read again. */
export interface Position {
  readonly next: number;
  /** At or a little before the earliest chunk that any device still needs. */
  readonly lowWater: number;
  /** The partition's time before the record at `lowWater`: from there on it passes for a new owner as it did for the old one. */
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

/** Everything one input did to one device: published together, with the state right after it. */
export interface Group extends Load {
  readonly device: string;
  readonly asOf: number;
  readonly brokerMs: number;
  readonly checkpoint: Uint8Array;
  /** Lowest offset that a new owner needs to restore that state. */
  readonly needs: number;
  readonly records: NewRecord[];
  /** In the order of the segments. */
  readonly published: Outcome[];
  segments: number;
  /** Held against the bound: tensors that wait, or waited, for scores, and rejected bytes. */
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
  /** Monotonic time when its silence was last told. */
  silenceToldMs: number;
  /** The hospital's time of the last segment. */
  hospitalMs: number | undefined;
  /** The departure that was looked at last. */
  departure: Departure | undefined;
}

/** The partition's time is on file once in so many records; the low-water mark is rounded down to one of these. */
const MARK_EVERY_RECORDS = 256;

/** The devices of one partition: their states, what of them is durable, and what waits to be published. */
export class DeviceBooks {
  readonly partition: PartitionState = initialPartition();
  readonly position: Position | undefined;
  private readonly books = new Map<string, DeviceBook>();
  /** Ascending; the first at or before the low-water mark. */
  private readonly marks: { readonly offset: number; readonly timeMs: number }[] = [];
  /** Of the last position made. */
  private lowWater = -1;
  /** Those with groups, so that a commit need not look at every device. */
  private readonly waiting = new Set<DeviceBook>();

  constructor(
    private readonly tenure: PartitionAssignment,
    private readonly options: AssembleOptions,
  ) {
    const bytes = tenure.checkpoints.get(this.key(POSITION_SUBJECT));
    this.position = bytes && decodeCheckpoint<Position>(bytes);
    this.partition.timeMs = this.position?.timeMs ?? 0;
    const restored: [string, DeviceCheckpoint][] = [];
    for (const [key, value] of tenure.checkpoints) {
      if (!key.startsWith(this.key('device/'))) continue;
      restored.push([key.slice(this.key('device/').length), decodeCheckpoint<DeviceCheckpoint>(value)]);
    }
    restored.sort(([, a], [, b]) => a.lastRecordMs - b.lastRecordMs || a.asOf - b.asOf);
    for (const [device, { asOf, lastRecordMs, ended, idle, snapshot: snap }] of restored) {
      this.partition.devices.set(device, { state: restore(snap, options), lastRecordMs, idle });
      if (!idle) this.partition.nextIdleMs = Math.min(this.partition.nextIdleMs, lastRecordMs + options.idleMs);
      this.books.set(device, { ...newBook(), asOf, needs: least(neededOffsets(snap)), restored: snap, ended, silent: this.position?.silent.includes(device) ?? false });
    }
  }

  /** A record is about to be taken. */
  mark(offset: number): void {
    const last = this.marks.at(-1);
    if (last === undefined || offset - last.offset >= MARK_EVERY_RECORDS) this.marks.push({ offset, timeMs: this.partition.timeMs });
  }

  /** The log is another one, made anew: nothing on file is of it. Returns what takes the old checkpoints back. */
  beginAnew(): NewRecord[] {
    const gone = [...this.books.keys()].map((device) => this.forget(device));
    this.marks.length = 0;
    this.waiting.clear();
    this.partition.timeMs = 0;
    this.partition.nextIdleMs = Infinity;
    return gone;
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

  /** A new group for what was done to a device, with the state frozen as it is now. `asOf`: the last record that it speaks for. */
  group(device: string, asOf: number, brokerMs: number): Group {
    const entry = this.partition.devices.get(device)!;
    const book = this.of(device);
    const snap = snapshot(entry.state, this.options);
    const checkpoint: DeviceCheckpoint = { asOf, lastRecordMs: entry.lastRecordMs, ended: book.ended, idle: entry.idle, snapshot: snap };
    const group: Group = {
      device,
      asOf,
      brokerMs,
      checkpoint: encodeCheckpoint(checkpoint),
      needs: least(neededOffsets(snap)),
      records: [],
      published: [],
      segments: 0,
      bytes: 0,
      unresolved: 0,
    };
    book.groups.push(group);
    this.waiting.add(book);
    return group;
  }

  ready(): boolean {
    for (const book of this.waiting) if (book.groups[0].unresolved === 0) return true;
    return false;
  }

  /**
   * Takes what may be published, up to so many bytes and at least one group: of each device, in order, up to the first
   * group that waits. Its states count as durable from here: a transaction that fails ends the tenure.
   */
  takeReady(bytesMax: number): Group[] {
    const taken: Group[] = [];
    let bytes = 0;
    for (const book of this.waiting) {
      while (bytes < bytesMax && book.groups[0]?.unresolved === 0) {
        const group = book.groups.shift()!;
        taken.push(group);
        bytes += group.records.reduce((sum, { value }) => sum + (value?.length ?? 0), group.checkpoint.length);
        book.asOf = group.asOf;
        book.needs = group.needs;
        const first = book.since.findIndex((offset) => offset > group.asOf);
        book.since.splice(0, first < 0 ? book.since.length : first);
      }
      if (book.groups.length === 0) this.waiting.delete(book);
      if (bytes >= bytesMax) break;
    }
    return taken;
  }

  unresolved(): number {
    let count = 0;
    for (const book of this.waiting) for (const group of book.groups) count += group.unresolved;
    return count;
  }

  /** What waits to be published. */
  held(): Load {
    return loadOf([...this.waiting].flatMap((book) => book.groups));
  }

  /** Broker time of the oldest record whose outputs wait; Infinity where none do. */
  oldestMs(): number {
    let oldest = Infinity;
    for (const book of this.waiting) oldest = Math.min(oldest, book.groups[0].brokerMs);
    return oldest;
  }

  /** The checkpoints that go with the groups: the last one of each device. */
  checkpoints(groups: readonly Group[]): NewRecord[] {
    const last = new Map(groups.map((group) => [group.device, group]));
    return [...last.values()].map((group) => this.record(`device/${group.device}`, group.checkpoint));
  }

  positionRecord(next: number): NewRecord {
    let needed = next;
    const silent: string[] = [];
    for (const [device, book] of this.books) {
      needed = Math.min(needed, book.needs, book.since[0] ?? Infinity);
      if (book.silent) silent.push(device);
    }
    const mark = this.marks.findLastIndex(({ offset }) => offset <= needed);
    if (mark > 0) this.marks.splice(0, mark);
    const { offset: lowWater, timeMs } = this.marks[0] ?? { offset: needed, timeMs: this.partition.timeMs };
    this.lowWater = Math.min(lowWater, needed);
    return this.record(POSITION_SUBJECT, encodeCheckpoint({ next, lowWater: this.lowWater, timeMs, silent } satisfies Position));
  }

  /** The device that is silent for longest, if all of it is on file and nobody will read its records again: it may be forgotten. Looks at the first few only. */
  forgettable(): string | undefined {
    let looked = 0;
    for (const [device, { idle }] of this.partition.devices) {
      const book = this.of(device);
      if (idle && book.groups.length === 0 && book.since.length === 0 && book.asOf < this.lowWater) return device;
      if (++looked === FORGETTABLE_LOOKS_MAX) return undefined;
    }
    return undefined;
  }

  forget(device: string): NewRecord {
    this.books.delete(device);
    this.partition.devices.delete(device);
    return this.record(`device/${device}`, null);
  }

  private record(subject: string, value: Uint8Array | null): NewRecord {
    return { topic: TOPICS.checkpoints, partition: this.tenure.partition, key: this.key(subject), value };
  }

  private key(subject: string): string {
    return checkpointKey(this.tenure.step, this.tenure.partition, subject);
  }
}

const FORGETTABLE_LOOKS_MAX = 16;

const least = (offsets: readonly number[]): number => offsets.reduce((low, offset) => Math.min(low, offset), Infinity);

function newBook(): DeviceBook {
  return { asOf: -1, needs: Infinity, since: [], groups: [], restored: undefined, heldRecord: undefined, heardMs: undefined, ended: false, silent: false, silenceToldMs: -Infinity, hospitalMs: undefined, departure: undefined };
}
