import type { Gauge } from '../ports/index.js';

/** What lies between reading and publishing: segments, and the bytes of tensors that wait for scores and of rejected messages. */
export interface Load {
  readonly segments: number;
  readonly bytes: number;
}

/** Bounds the load of all partitions of an engine. Readers look after each item, so what one record closes may come on top. */
export class Credits {
  private segments = 0;
  private bytes = 0;
  /** One promise for all that wait. */
  private room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    readonly max: Load,
    private readonly gauges: { readonly segments: Gauge; readonly bytes: Gauge },
  ) {}

  take(bytes: number): void {
    this.change(1, bytes);
  }

  /** Rejected bytes wait too. */
  hold(bytes: number): void {
    this.change(0, bytes);
  }

  give({ segments, bytes }: Load): void {
    this.change(-segments, -bytes);
    if (this.spent) return;
    this.room?.resolve();
    this.room = undefined;
  }

  get inUse(): number {
    return this.segments;
  }

  get spent(): boolean {
    return this.segments >= this.max.segments || this.bytes >= this.max.bytes;
  }

  /** Resolves when there is room. */
  free(): Promise<void> {
    if (!this.spent) return Promise.resolve();
    if (this.room === undefined) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => (resolve = done));
      this.room = { promise, resolve };
    }
    return this.room.promise;
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
