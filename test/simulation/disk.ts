import { createRequire } from 'node:module';
import type { Disk, DiskEntry, DiskOperation } from '../../src/ports/index.js';
import type { SimulatedClock } from './clock.js';
import type { Dice } from './random.js';

// A CommonJS package whose default export Node and vitest see differently.
const { default: BTree, simpleComparator } = createRequire(import.meta.url)('sorted-btree') as typeof import('sorted-btree');

/** What is on the platter outlives a crash; what was written without sync since may not. */
export class SimulatedPlatter {
  /** Keys are ASCII, so code units sort as bytes do. */
  constructor(readonly entries = new BTree<string, Uint8Array>(undefined, simpleComparator)) {}

  apply(operations: readonly DiskOperation[]): void {
    for (const operation of operations) {
      if (operation.type === 'put') this.entries.set(operation.key, operation.value);
      else this.entries.delete(operation.key);
    }
  }
}

/** A disk that takes time, and at a crash forgets some of what was not synced, from the end backwards. */
export class SimulatedDisk implements Disk {
  private readonly unsynced: (readonly DiskOperation[])[] = [];
  private readonly view: SimulatedPlatter;
  private dead = false;

  constructor(
    private readonly platter: SimulatedPlatter,
    private readonly clock: SimulatedClock,
    private readonly dice: Dice,
  ) {
    this.view = new SimulatedPlatter(platter.entries.clone());
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.view.entries.get(key));
  }

  async write(operations: readonly DiskOperation[], options: { readonly sync: boolean }): Promise<void> {
    await this.wait(options.sync ? this.dice.between(1, 8) : 0.1);
    this.view.apply(operations);
    this.unsynced.push(operations);
    if (options.sync) for (const batch of this.unsynced.splice(0)) this.platter.apply(batch);
  }

  range(from: string, to: string, options: { readonly limit?: number; readonly reverse?: boolean } = {}): Promise<readonly DiskEntry[]> {
    if (this.dead) return new Promise(() => {});
    const found: DiskEntry[] = [];
    const entries = options.reverse ? this.view.entries.entriesReversed(to, undefined, true) : this.view.entries.entries(from);
    for (const [key, value] of entries) {
      if (found.length === (options.limit ?? Infinity) || key < from || key >= to) break;
      found.push({ key, value });
    }
    return Promise.resolve(found);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The power goes. */
  crash(): void {
    this.dead = true;
    const kept = this.dice.below(this.unsynced.length + 1);
    for (const batch of this.unsynced.slice(0, kept)) this.platter.apply(batch);
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(delayMs, () => {
        if (!this.dead) resolve();
      });
    });
  }
}
