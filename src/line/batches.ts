import { batcherInitial, type BatcherInput, type BatcherOptions, type BatcherState, batcherStep } from '../encode/index.js';
import type { Clock } from '../ports/index.js';

/** What became of an item. */
export type BatchResult<Answer> =
  | { readonly type: 'answered'; readonly answer: Answer }
  /** No room in the queue. */
  | { readonly type: 'refused' }
  | { readonly type: 'withdrawn' }
  /** Its batch failed. */
  | { readonly type: 'failed'; readonly error: unknown };

/** An item that waits, or is out in a batch. */
export interface Ticket<Item, Answer> {
  readonly item: Item;
  /** By the monotonic clock, ms. */
  readonly sinceMs: number;
  readonly result: Promise<BatchResult<Answer>>;
  /** Is it in a batch? */
  readonly isOut: boolean;
  /** Nobody wants it any more. In a batch it stays, and its answer goes to nobody. */
  withdraw(): void;
}

interface Waiting<Item, Answer> extends Ticket<Item, Answer> {
  isOut: boolean;
  settle(result: BatchResult<Answer>): void;
}

/** Drives the batcher: items wait, leave in batches, and each gets its result once, whatever becomes of the others. */
export class Batches<Item, Answer> {
  private state: BatcherState = batcherInitial;
  private readonly tickets = new Map<string, Waiting<Item, Answer>>();
  private count = 0;
  /** The tick that is due, by the monotonic clock, ms. */
  private wakeMs: number | undefined;
  private cancelWake = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly options: BatcherOptions,
    /** One answer an item, in their order. */
    private readonly run: (tickets: readonly Ticket<Item, Answer>[]) => Promise<readonly Answer[]>,
  ) {}

  /** Those that wait or are out, in the order in which they came. */
  open(): Iterable<Ticket<Item, Answer>> {
    return this.tickets.values();
  }

  /** Segments that wait. */
  get depth(): number {
    return this.state.waitingSegments;
  }

  submit(item: Item, size: number): Ticket<Item, Answer> {
    const id = String(this.count++);
    const nowMs = this.clock.monotonicMs();
    let resolve!: (result: BatchResult<Answer>) => void;
    const result = new Promise<BatchResult<Answer>>((done) => (resolve = done));
    const ticket: Waiting<Item, Answer> = {
      ...{ item, sinceMs: nowMs, result, isOut: false },
      settle: (settled) => {
        this.tickets.delete(id);
        resolve(settled);
      },
      withdraw: () => {
        if (!this.tickets.has(id)) return;
        if (!ticket.isOut) this.step({ type: 'withdraw', nowMs: this.clock.monotonicMs(), ids: new Set([id]) });
        ticket.settle({ type: 'withdrawn' });
      },
    };
    this.tickets.set(id, ticket);
    this.step({ type: 'submit', nowMs, items: [{ id, size, priority: 0, timeMs: nowMs }] });
    return ticket;
  }

  close(): void {
    this.cancelWake();
  }

  private step(input: BatcherInput): void {
    const { state, out } = batcherStep(this.state, input, this.options);
    this.state = state;
    for (const id of out.refused) this.tickets.get(id)?.settle({ type: 'refused' });
    for (const ids of out.batches) void this.send(ids.map((id) => this.tickets.get(id)!));
    if (out.wakeMs !== this.wakeMs) this.wakeAt(out.wakeMs);
  }

  private wakeAt(wakeMs: number | undefined): void {
    this.cancelWake();
    this.wakeMs = wakeMs;
    if (wakeMs === undefined) return;
    this.cancelWake = this.clock.after(Math.max(0, wakeMs - this.clock.monotonicMs()), () => {
      this.wakeMs = undefined;
      this.step({ type: 'tick', nowMs: this.clock.monotonicMs() });
    });
  }

  private async send(tickets: readonly Waiting<Item, Answer>[]): Promise<void> {
    for (const ticket of tickets) ticket.isOut = true;
    try {
      const answers = await this.run(tickets);
      if (answers.length !== tickets.length) throw new RangeError(`${answers.length} answers came to ${tickets.length} items`);
      tickets.forEach((ticket, i) => ticket.settle({ type: 'answered', answer: answers[i] }));
    } catch (error) {
      for (const ticket of tickets) ticket.settle({ type: 'failed', error });
    }
    this.step({ type: 'done', nowMs: this.clock.monotonicMs() });
  }
}
