import type { Gauge } from '../ports/index.js';

/** What lies between reading and publishing: segments, and the bytes of tensors that wait for scores and of rejected messages. */
export interface Load {
  readonly segments: number;
  readonly bytes: number;
}

/** Bounds the load of all partitions of an engine. Capacity is looked at before each input, so what one input closes may come on top. */
export class Credits {
  private segments = 0;
  private bytes = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly max: Load,
    private readonly gauges?: { readonly segments: Gauge; readonly bytes: Gauge },
  ) {}

  take({ segments, bytes }: Load): void {
    this.change(segments, bytes);
  }

  give({ segments, bytes }: Load): void {
    if (segments === 0 && bytes === 0) return;
    this.change(-segments, -bytes);
    for (const listener of [...this.listeners]) listener();
  }

  get inUse(): number {
    return this.segments;
  }

  get spent(): boolean {
    return this.segments >= this.max.segments || this.bytes >= this.max.bytes;
  }

  /** Calls back whenever some are given back, until the returned function is called. */
  onGiven(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private change(segments: number, bytes: number): void {
    this.segments += segments;
    this.bytes += bytes;
    this.gauges?.segments.set(this.segments);
    this.gauges?.bytes.set(this.bytes);
  }
}
