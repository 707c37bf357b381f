import type { LogRecord } from '../../ports/index.js';
import type { Credits, Load } from '../credits.js';

/** What one update holds between assembling and publishing. */
export interface Held {
  readonly device: string | undefined;
  /** Broker time of the record that caused it, ms. */
  readonly brokerMs: number;
  segments: number;
  bytes: number;
}

/** The updates of one partition that are not published yet, oldest first, and the credits that they hold. */
export class Backlog {
  private readonly open = new Set<Held>();
  private readonly perDevice = new Map<string, number>();
  /** Of the batch that is passing: records that wait for their turn, and how many have had it. */
  private batch: readonly LogRecord[] = [];
  private passed = 0;

  constructor(private readonly credits: Credits) {}

  /** A batch was read: its records wait for capacity. */
  arrive(batch: readonly LogRecord[]): void {
    this.batch = batch;
    this.passed = 0;
  }

  /** The next record of the batch has its turn. */
  pass(): void {
    this.passed++;
  }

  enter(device: string | undefined, brokerMs: number): Held {
    const held = { device, brokerMs, segments: 0, bytes: 0 };
    this.open.add(held);
    if (device !== undefined) this.perDevice.set(device, (this.perDevice.get(device) ?? 0) + 1);
    return held;
  }

  hold(held: Held, load: Load): void {
    held.segments += load.segments;
    held.bytes += load.bytes;
    this.credits.take(load);
  }

  /** Those that are still held: a commit may end after the assignment was given up. */
  leave(leaving: readonly Held[]): void {
    const left = leaving.filter((held) => this.open.delete(held));
    for (const held of left) {
      if (held.device === undefined) continue;
      const others = (this.perDevice.get(held.device) ?? 0) - 1;
      if (others > 0) this.perDevice.set(held.device, others);
      else this.perDevice.delete(held.device);
    }
    this.credits.give(sum(left));
  }

  /** The assignment is over: what is left will be read again by the next owner. */
  abandon(): void {
    this.leave([...this.open]);
  }

  get isEmpty(): boolean {
    return this.open.size === 0;
  }

  /** Is everything of the device published? */
  isSettled(device: string): boolean {
    return !this.perDevice.has(device);
  }

  /** Broker time of the oldest that is read and not published, those apart that are being published; undefined: there is none. */
  oldestMs(publishing: ReadonlySet<Held> = NONE): number | undefined {
    for (const held of this.open) if (!publishing.has(held)) return held.brokerMs;
    return this.batch[this.passed]?.timestampMs;
  }
}

const NONE: ReadonlySet<Held> = new Set();

function sum(loads: readonly Load[]): Load {
  return loads.reduce((total, { segments, bytes }) => ({ segments: total.segments + segments, bytes: total.bytes + bytes }), { segments: 0, bytes: 0 });
}
