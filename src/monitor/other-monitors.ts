import { generateToken } from '../adapters/access/index.js';
import type { Clock, Log, LogRecord } from '../ports/index.js';
import { decodeReceivers, encodeReceivers, monitorInKey, receiversKey } from '../wire/index.js';
import { CheckpointWriter } from './checkpoint-writer.js';

const ANNOUNCE_EVERY_MS = 30_000;
/** What another monitor announced holds for so long. */
const HOLDS_MS = 90_000;
/** What one announced that then died is removed from the topic after this, by the log's time. */
const REMOVED_AFTER_MS = 3_600_000;

type Unit = string | undefined;

/** Units whose alerts somebody receives from another monitor over the same log: a ward's page may be open at any of them. */
export class OtherMonitors {
  private readonly announced = new Map<string, { readonly units: ReadonlySet<Unit>; readonly seenMs: number }>();
  private readonly writer: CheckpointWriter;
  /** Of this run: no other monitor has it. */
  private readonly id = generateToken();
  private last: { readonly text: string; readonly atMs: number } | undefined;

  constructor(
    log: Log,
    private readonly clock: Clock,
  ) {
    this.writer = new CheckpointWriter(log, clock);
  }

  /** A record of the checkpoints topic, ours or another monitor's. */
  take({ key, value, timestampMs }: Pick<LogRecord, 'key' | 'value' | 'timestampMs'>): void {
    const monitor = monitorInKey(key);
    if (monitor === undefined || monitor === this.id) return;
    const units = value === null ? undefined : decodeReceivers(value)?.units;
    if (units === undefined) this.announced.delete(monitor);
    else if (timestampMs < this.clock.nowMs() - REMOVED_AFTER_MS) this.writer.keep(receiversKey(monitor), null);
    else this.announced.set(monitor, { units: new Set(units.map((unit) => unit ?? undefined)), seenMs: this.clock.monotonicMs() });
  }

  isReached(unit: Unit): boolean {
    const nowMs = this.clock.monotonicMs();
    for (const [monitor, { units, seenMs }] of this.announced) {
      if (nowMs - seenMs > HOLDS_MS) this.announced.delete(monitor);
      else if (units.has(unit)) return true;
    }
    return false;
  }

  /** Units whose alerts somebody receives here: written when they change, and twice a minute. */
  announce(units: readonly Unit[]): void {
    const bytes = encodeReceivers({ units: units.map((unit) => unit ?? null).sort() });
    const [text, nowMs] = [Buffer.from(bytes).toString('latin1'), this.clock.monotonicMs()];
    const isDue = this.last === undefined ? units.length > 0 : text !== this.last.text || (units.length > 0 && nowMs - this.last.atMs >= ANNOUNCE_EVERY_MS);
    if (!isDue) return;
    this.last = { text, atMs: nowMs };
    this.writer.keep(receiversKey(this.id), bytes);
  }

  async close(): Promise<void> {
    if (this.last !== undefined) this.writer.keep(receiversKey(this.id), null);
    await this.writer.close();
  }
}
