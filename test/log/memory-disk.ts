import type { Disk, DiskEntry, DiskOperation } from '../../src/ports/index.js';

/** A disk in memory. Its order is that of UTF-8 bytes, as the port demands. */
export class MemoryDisk implements Disk {
  private readonly entries = new Map<string, Uint8Array>();
  private sorted: string[] | undefined;
  /** Set to make the next writes fail. */
  failing: Error | undefined;
  /** One entry for each write: how many operations, and whether it was synced. */
  readonly writes: { readonly operations: number; readonly sync: boolean }[] = [];

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.entries.get(key));
  }

  async write(operations: readonly DiskOperation[], options: { readonly sync: boolean }): Promise<void> {
    await Promise.resolve();
    if (this.failing) throw this.failing;
    this.writes.push({ operations: operations.length, sync: options.sync });
    for (const operation of operations) {
      if (operation.type === 'put') this.entries.set(operation.key, operation.value.slice());
      else this.entries.delete(operation.key);
    }
    this.sorted = undefined;
  }

  async range(from: string, to: string, options: { limit?: number; reverse?: boolean } = {}): Promise<readonly DiskEntry[]> {
    await Promise.resolve();
    this.sorted ??= [...this.entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const within = this.sorted.filter((key) => !before(key, from) && before(key, to));
    if (options.reverse) within.reverse();
    return within.slice(0, options.limit).map((key) => ({ key, value: this.entries.get(key)! }));
  }

  keys(): readonly string[] {
    return [...this.entries.keys()];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const before = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
