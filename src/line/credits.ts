import type { Gauge } from '../ports/index.js';

/** What lies between assembling and publishing: segments, and the bytes of the tensors that wait for scores. */
export interface Load {
  readonly segments: number;
  readonly bytes: number;
}

/** Bounds the load of all partitions of an engine. Readers look before each record, so one record's own segments may come on top. */
export class Credits {
  private segments = 0;
  private bytes = 0;
  private readonly waiters: (() => void)[] = [];

  constructor(
    readonly max: Load,
    private readonly gauges: { readonly segments: Gauge; readonly bytes: Gauge },
  ) {}

  take(bytes: number): void {
    this.change(1, bytes);
  }

  give({ segments, bytes }: Load): void {
    this.change(-segments, -bytes);
    while (!this.spent && this.waiters.length > 0) this.waiters.shift()!();
  }

  get inUse(): number {
    return this.segments;
  }

  get spent(): boolean {
    return this.segments >= this.max.segments || this.bytes >= this.max.bytes;
  }

  /** Resolves when there is room. */
  free(): Promise<void> {
    return this.spent ? new Promise((resolve) => this.waiters.push(resolve)) : Promise.resolve();
  }

  private change(segments: number, bytes: number): void {
    this.segments += segments;
    this.bytes += bytes;
    this.gauges.segments.set(this.segments);
    this.gauges.bytes.set(this.bytes);
  }
}

export function loadOf(parts: Iterable<Load>): Load {
  let [segments, bytes] = [0, 0];
  for (const part of parts) {
    segments += part.segments;
    bytes += part.bytes;
  }
  return { segments, bytes };
}
