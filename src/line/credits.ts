import type { Gauge } from '../ports/index.js';

/** Segments between assembling and publishing, over all partitions: never more than `max`. */
export class Credits {
  private taken = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(
    readonly max: number,
    private readonly gauge: Gauge,
  ) {}

  take(): void {
    this.taken++;
    this.gauge.set(this.taken);
  }

  give(count: number): void {
    this.taken -= count;
    this.gauge.set(this.taken);
    while (this.taken < this.max && this.waiters.length > 0) this.waiters.shift()!();
  }

  get inUse(): number {
    return this.taken;
  }

  get spent(): boolean {
    return this.taken >= this.max;
  }

  /** Resolves when one is free. */
  free(): Promise<void> {
    return this.spent ? new Promise((resolve) => this.waiters.push(resolve)) : Promise.resolve();
  }
}
