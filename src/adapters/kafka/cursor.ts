import type { Doorbell } from '../../log/index.js';
import type { RecordBatch, SkipReason, Topic } from '../../ports/index.js';
import type { DecodedBatches } from './record-batches.js';
import type { Piece } from './pieces.js';

const NOTHING: RecordBatch = { records: [] };

/** A reading position in one partition. Holds at most one response that has not been taken yet; until it is, nothing more is fetched. */
export class Cursor {
  private pieces: readonly Piece[] = [];
  private taken = 0;
  private closed = false;
  /** Whether offsets before the earliest there is are none that were to be read. */
  private fromEarliest: boolean;
  /** Where the next fetch begins. Undefined: not known yet. */
  fetchFrom: number | undefined;
  /** Behind all that has been taken, and all that a reader never sees. */
  position: number;

  constructor(
    readonly topic: Topic,
    readonly partition: number,
    from: number | undefined,
    private readonly onWanting: () => void,
    /** Rung when there is something to take. */
    private readonly bell: Doorbell,
  ) {
    this.fetchFrom = from;
    this.fromEarliest = from === undefined;
    this.position = from ?? 0;
  }

  ended(): boolean {
    return this.closed;
  }

  wantsMore(): boolean {
    return !this.closed && this.taken >= this.pieces.length;
  }

  /** The next of what has come, without records and skipped range if nothing has. */
  take(): RecordBatch {
    const piece = this.pieces[this.taken];
    if (piece === undefined) return NOTHING;
    this.taken++;
    this.position = piece.next;
    if (this.wantsMore()) {
      this.pieces = [];
      this.taken = 0;
      this.position = this.fetchFrom ?? this.position;
      this.onWanting();
    }
    return piece;
  }

  /** What a fetch from `from` brought. */
  deliver(from: number, { pieces, next }: DecodedBatches): void {
    // It may have been moved while the request was under way.
    if (!this.wantsMore() || from !== this.fetchFrom || next === from) return;
    this.fromEarliest = false;
    this.fetchFrom = next;
    // Nothing but markers, say: only the position moves.
    if (pieces.length === 0) this.position = next;
    this.pieces = pieces;
    this.bell.ring();
  }

  /** Reading continues at `to`: what lies between will never be handed over. */
  skip(to: number, reason: SkipReason, detail: string): void {
    const from = this.fetchFrom;
    if (from === undefined || !this.wantsMore() || to === from) return;
    this.fetchFrom = to;
    if (this.fromEarliest && reason === 'expired') {
      this.position = to;
      return;
    }
    const { topic, partition } = this;
    this.pieces = [{ records: [], skipped: { topic, partition, from, to, reason, detail }, next: to }];
    this.bell.ring();
  }

  close(): void {
    this.closed = true;
    this.pieces = [];
    this.taken = 0;
    this.bell.ring();
  }
}
