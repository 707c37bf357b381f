import { type LogRecord, type NewRecord, TOPICS } from '../../src/ports/index.js';
import type { SignalLog } from '../../src/gateway/index.js';
import { decodeChunk } from '../../src/wire/index.js';
import type { Chunk } from '../../src/ecg/index.js';

/** One partition of the signal in memory. */
export class MemorySignal implements SignalLog {
  readonly records: LogRecord[] = [];
  /** How the next appends end; by default at once. */
  gate: (records: readonly NewRecord[]) => Promise<void> = () => Promise.resolve();

  async append(records: readonly NewRecord[]): Promise<void> {
    await this.gate(records);
    for (const { key, value, headers = {} } of records) this.records.push({ topic: TOPICS.signal, partition: 0, offset: this.records.length, timestampMs: 0, key, value, headers });
  }

  partitionCount = () => Promise.resolve(1);
  end = () => Promise.resolve(this.records.length);
  scan = (_topic: string, _partition: number, from: number) => Promise.resolve({ records: this.records.slice(from, from + 7), next: Math.min(from + 7, this.records.length), expired: false });

  get chunks(): Chunk[] {
    return this.records.map(({ key, value }) => {
      const decoded = decodeChunk(value!, key);
      if (!decoded.ok) throw new Error(decoded.reject.reason);
      return decoded.chunk;
    });
  }
}
