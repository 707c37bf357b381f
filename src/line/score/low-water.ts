/** How far a partition has been read, and from where a new owner must read again. Offsets of its input. */
export interface Position {
  readonly next: number;
  /** At or a little before the earliest chunk that any device still needs. */
  readonly lowWater: number;
  /** The partition's time before the record at `lowWater`, ms: from there on it passes for a new owner as it did for the old one. */
  readonly timeMs: number;
}

/** What of one device is durable, and what was read since. */
interface DeviceOffsets {
  /** The durable checkpoint speaks for all records up to this offset. */
  appliedThrough: number;
  /** The earliest record that a new owner needs to restore that state. */
  needs: number;
  /** Records read since, ascending. */
  readonly since: number[];
}

/** What publishing an update changes: of a device, its offsets; of no device, that its own record is done with. */
export interface Published {
  readonly device: string | undefined;
  readonly appliedThrough: number;
  readonly needs: number;
}

/** The partition's time is kept once in so many records; the low-water mark is rounded down to one of these. */
const MARK_EVERY_RECORDS = 256;

/** The low-water mark of a partition: which records a new owner would have to read again. */
export class LowWater {
  private readonly devices = new Map<string, DeviceOffsets>();
  /** Ascending; the first at or before the low-water mark. */
  private readonly marks: { readonly offset: number; readonly timeMs: number }[] = [];
  /** Records of no device whose outputs are not published yet, ascending. */
  private readonly pending: number[] = [];
  private nextOffset: number;
  private committedLowWater = -1;

  constructor(private resumedAt: number) {
    this.nextOffset = resumedAt;
  }

  /** Of the next record that was never read. */
  get next(): number {
    return this.nextOffset;
  }

  /** The first record that was not read before the assignment began. */
  get resumed(): number {
    return this.resumedAt;
  }

  /** Was it read before the assignment began? */
  isKnown(offset: number): boolean {
    return offset < this.resumedAt;
  }

  restore(device: string, appliedThrough: number, needs: number): void {
    this.devices.set(device, { appliedThrough, needs, since: [] });
  }

  /** A record's turn has come; the partition's time before it. */
  mark(offset: number, timeMs: number): void {
    const last = this.marks.at(-1);
    if (last === undefined || offset - last.offset >= MARK_EVERY_RECORDS) this.marks.push({ offset, timeMs });
  }

  /** Does the device's checkpoint speak for the record? */
  isApplied(device: string, offset: number): boolean {
    return offset <= (this.devices.get(device)?.appliedThrough ?? -1);
  }

  /** A record of the device was read for the first time. Returns how many lie beyond its checkpoint. */
  read(device: string, offset: number): number {
    let offsets = this.devices.get(device);
    if (offsets === undefined) this.devices.set(device, (offsets = { appliedThrough: -1, needs: Infinity, since: [] }));
    return offsets.since.push(offset);
  }

  /** The record's effects are all in updates now. `isPending`: one of them is of no device. */
  advance(offset: number, isPending = false): void {
    this.nextOffset = Math.max(this.nextOffset, offset + 1);
    if (isPending) this.pending.push(offset);
  }

  /** The position once these updates, in their order, are published. */
  positionAfter(updates: readonly Published[], timeMs: number): Position {
    const latest = new Map<string, Published>();
    const done = new Set<number>();
    for (const update of updates) {
      if (update.device === undefined) done.add(update.appliedThrough);
      else latest.set(update.device, update);
    }
    const next = Math.min(this.nextOffset, this.pending.find((offset) => !done.has(offset)) ?? Infinity);
    let needed = next;
    for (const [device, { needs, since }] of this.devices) {
      const update = latest.get(device);
      const first = update === undefined ? since[0] : since.find((offset) => offset > update.appliedThrough);
      needed = Math.min(needed, update?.needs ?? needs, first ?? Infinity);
    }
    const at = this.marks.findLastIndex(({ offset }) => offset <= needed);
    const mark = this.marks[Math.max(at, 0)] ?? { offset: needed, timeMs };
    return { next, lowWater: Math.min(mark.offset, needed), timeMs: mark.timeMs };
  }

  /** They are published, and this position with them. */
  committed(updates: readonly Published[], { lowWater }: Position): void {
    for (const { device, appliedThrough, needs } of updates) {
      if (device === undefined) {
        this.pending.splice(this.pending.indexOf(appliedThrough), 1);
        continue;
      }
      const offsets = this.devices.get(device);
      if (offsets === undefined) continue;
      offsets.appliedThrough = appliedThrough;
      offsets.needs = needs;
      const first = offsets.since.findIndex((offset) => offset > appliedThrough);
      offsets.since.splice(0, first < 0 ? offsets.since.length : first);
    }
    this.committedLowWater = lowWater;
    const at = this.marks.findLastIndex(({ offset }) => offset <= lowWater);
    if (at > 0) this.marks.splice(0, at);
  }

  /** Is all of the device durable, and will nobody read its records again? */
  isDone(device: string): boolean {
    const offsets = this.devices.get(device);
    return offsets !== undefined && offsets.since.length === 0 && offsets.appliedThrough < this.committedLowWater;
  }

  forget(device: string): void {
    this.devices.delete(device);
  }

  /** The topic is another one: reading starts over at this offset. */
  restart(offset: number): void {
    this.devices.clear();
    this.marks.length = 0;
    this.pending.length = 0;
    this.resumedAt = this.nextOffset = offset;
  }
}
