import type { Clock } from '../../src/ports/index.js';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Virtual time. Events run in order of time, then of asking; between two of them every promise settles. */
export class SimulatedClock implements Clock {
  private monotonic = 0;
  private wallOffsetMs = 1_700_000_000_000;
  private asked = 0;
  private readonly heap: Event[] = [];

  nowMs(): number {
    return this.wallOffsetMs + this.monotonic;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  after(delayMs: number, callback: () => void): () => void {
    const event = { atMs: this.monotonic + Math.max(0, delayMs), order: this.asked++, callback, cancelled: false };
    this.push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** The wall clock jumps; monotonic time does not. */
  jump(byMs: number): void {
    this.wallOffsetMs += byMs;
  }

  /** Runs everything due until `untilMs` of monotonic time, or until `stop` says so. */
  async run(untilMs: number, stop: () => boolean = () => false): Promise<void> {
    for (;;) {
      await settle();
      const next = this.heap[0];
      if (next === undefined || next.atMs > untilMs || stop()) break;
      this.pop();
      if (next.cancelled) continue;
      this.monotonic = next.atMs;
      next.callback();
    }
    if (!stop()) this.monotonic = Math.max(this.monotonic, untilMs);
  }

  private push(event: Event): void {
    const { heap } = this;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = event;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Every microtask that is waiting, and those that follow from them, run before a macrotask does. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
