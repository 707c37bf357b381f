import type { LogRecord, RecordBatch, SkipReason, Topic } from '../../ports/index.js';

/** Records and the skipped range before them, with where to continue behind them. */
export interface Piece extends RecordBatch {
  readonly next: number;
}

interface Skip {
  readonly from: number;
  readonly to: number;
  readonly reason: SkipReason;
  readonly detail: string;
  /** Batches in a row of which the detail is that of the first. */
  readonly batches: number;
}

/** Puts what was decoded into order: records, a skipped range, records. Ranges that meet become one. */
export class Pieces {
  private readonly done: Piece[] = [];
  private skipped: Skip | undefined;
  private records: LogRecord[] = [];

  constructor(
    private readonly topic: Topic,
    private readonly partition: number,
  ) {}

  get current(): LogRecord[] {
    return this.records;
  }

  skip(from: number, to: number, reason: SkipReason, detail: string): void {
    if (to === from) return;
    const before = this.records.length === 0 ? this.skipped : undefined;
    if (before?.reason === reason) {
      this.skipped = { ...before, to, batches: before.batches + 1 };
      return;
    }
    this.close(from);
    this.skipped = { from, to, reason, detail, batches: 1 };
  }

  /** All pieces in order; none where there was nothing. */
  finish(next: number): readonly Piece[] {
    this.close(next);
    return this.done;
  }

  private close(next: number): void {
    const { topic, partition, records, skipped } = this;
    if (records.length === 0 && skipped === undefined) return;
    if (skipped === undefined) this.done.push({ records, next });
    else {
      const { from, to, reason, detail, batches } = skipped;
      this.done.push({ records, next, skipped: { topic, partition, from, to, reason, detail: batches > 1 ? `${detail} (the first of ${batches})` : detail } });
    }
    this.records = [];
    this.skipped = undefined;
  }
}
