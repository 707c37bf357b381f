import type { Disk, DiskEntry, DiskOperation } from '../../src/ports/index.js';
import type { SimulatedClock } from './clock.js';
import type { Dice } from './random.js';

/** What is on the platter outlives a crash; what was written without sync since may not. */
export class SimulatedPlatter {
  readonly entries = new Map<string, Uint8Array>();
  /** Kept ascending; keys are ASCII, so code units sort as bytes do. */
  keys: string[] = [];

  apply(operations: readonly DiskOperation[]): void {
    for (const operation of operations) {
      const known = this.entries.has(operation.key);
      if (operation.type === 'put') {
        this.entries.set(operation.key, operation.value);
        if (!known) this.keys.splice(this.at(operation.key), 0, operation.key);
      } else if (known) {
        this.entries.delete(operation.key);
        this.keys.splice(this.at(operation.key), 1);
      }
    }
  }

  at(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
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
    this.view = new SimulatedPlatter();
    for (const [key, value] of platter.entries) this.view.entries.set(key, value);
    this.view.keys = [...platter.keys];
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
    const [start, end] = [this.view.at(from), this.view.at(to)];
    const limit = options.limit ?? Infinity;
    const keys = options.reverse ? this.view.keys.slice(Math.max(start, end - limit), end).reverse() : this.view.keys.slice(start, Math.min(end, start + limit));
    return Promise.resolve(keys.map((key) => ({ key, value: this.view.entries.get(key)! })));
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
