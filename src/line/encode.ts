import { Subject } from 'rxjs';
import { type Contract, cropsOf, probabilities, type WatchPhrase, watchRank } from '../contract/index.js';
import type { Finding, OutcomeStatus } from '../ecg/index.js';
import { type BatcherInput, batcherInitial, type BatcherOptions, type BatcherOut, type BatcherState, batcherStep, rowsIn } from '../encode/index.js';
import { type Clock, type Encoder, EncoderAwayError, type EncoderInput, type EncoderScores } from '../ports/index.js';
import { lift } from './lift.js';
import type { LineMeters } from './meters.js';

/** What the encoder made of one segment. */
export interface Scoring {
  readonly status: OutcomeStatus;
  readonly findings: readonly Finding[];
}

export interface EncodeOptions {
  readonly batch: BatcherOptions;
  /** A segment waits at most this long for its scores; Infinity: for ever. */
  readonly maxAgeMs: number;
  /** One call to the encoder. */
  readonly deadlineMs: number;
}

interface Ticket {
  readonly input: EncoderInput;
  readonly done: (scoring: Scoring) => void;
  readonly sinceMs: number;
  out: boolean;
}

const SHED: Scoring = { status: 'shed', findings: [] };
const UNSCORED: Scoring = { status: 'unscored', findings: [] };
/** How often waiting segments are looked at for their age. */
const AGE_TICK_MS = 100;

/** Joins conditioning to one model's encoder for all partitions of an engine: batches, ages, and what happens when nobody answers. */
export class EncodeSeam {
  private readonly input$ = new Subject<BatcherInput>();
  private readonly tickets = new Map<string, Ticket>();
  private serial = 0;
  private cancelWake = () => {};
  private cancelAge = () => {};

  constructor(
    private readonly encoder: Encoder | undefined,
    private readonly contract: Contract,
    private readonly clock: Clock,
    private readonly meters: LineMeters,
    private readonly options: EncodeOptions,
    /** An operator's own phrases: findings whose number is a rank among ordinary records, not a probability. */
    private readonly watch: readonly WatchPhrase[] = [],
  ) {
    if (cropsOf(contract) > options.batch.maxBatch) {
      throw new RangeError(`a segment becomes ${cropsOf(contract)} crops, a batch holds ${options.batch.maxBatch}: no segment would ever be scored`);
    }
    const step = (state: BatcherState, input: BatcherInput) => batcherStep(state, input, options.batch);
    this.input$.pipe(lift(step, batcherInitial)).subscribe((out) => this.follow(out));
    if (Number.isFinite(options.maxAgeMs)) this.watchAges();
  }

  /** Calls `done` once: scored, shed (too old, or no room), or unscored (encoder away). */
  submit(input: EncoderInput, done: (scoring: Scoring) => void): void {
    if (this.encoder === undefined || !this.encoder.ready()) return done(UNSCORED);
    const id = String(this.serial++);
    const nowMs = this.clock.monotonicMs();
    this.tickets.set(id, { input, done, sinceMs: nowMs, out: false });
    this.input$.next({ type: 'submit', nowMs, items: [{ id, size: rowsIn(this.contract, input.tensor), priority: 0, timeMs: nowMs }] });
  }

  /** Gives up the oldest that still waits for a place in a batch. */
  shedOldest(): void {
    for (const [id, ticket] of this.tickets) if (!ticket.out) return this.shed([id]);
  }

  close(): void {
    this.cancelWake();
    this.cancelAge();
    this.input$.complete();
  }

  private shed(ids: readonly string[]): void {
    this.input$.next({ type: 'withdraw', nowMs: this.clock.monotonicMs(), ids: new Set(ids) });
    for (const id of ids) this.finish(id, SHED);
  }

  private finish(id: string, scoring: Scoring): void {
    const ticket = this.tickets.get(id);
    this.tickets.delete(id);
    ticket?.done(scoring);
  }

  private follow({ batches, refused, wakeMs }: BatcherOut): void {
    for (const ids of batches) void this.score(ids);
    for (const id of refused) this.finish(id, SHED);
    this.cancelWake();
    if (wakeMs === undefined) return;
    const delayMs = Math.max(0, wakeMs - this.clock.monotonicMs());
    this.cancelWake = this.clock.after(delayMs, () => this.input$.next({ type: 'tick', nowMs: this.clock.monotonicMs() }));
  }

  private async score(ids: readonly string[]): Promise<void> {
    const { clock, meters, options } = this;
    const tickets = ids.map((id) => this.tickets.get(id)!);
    for (const ticket of tickets) ticket.out = true;
    const startMs = clock.monotonicMs();
    meters.batchSize.observe(ids.length);
    try {
      const scores = await this.encoder!.score(
        tickets.map(({ input }) => input),
        { deadlineMs: options.deadlineMs },
      );
      meters.batches.add(1, { result: 'scored' });
      meters.encodeSeconds.observe((clock.monotonicMs() - startMs) / 1000);
      ids.forEach((id, i) => this.finish(id, this.scored(scores[i])));
    } catch (error) {
      meters.batches.add(1, { result: error instanceof EncoderAwayError ? 'away' : 'failed' });
      for (const id of ids) this.finish(id, UNSCORED);
    }
    this.input$.next({ type: 'done', nowMs: clock.monotonicMs() });
  }

  /** A score that is no number must never reach a decision as one, nor spoil those of the segments beside it. */
  private scored({ logits, embedding }: EncoderScores): Scoring {
    if (!logits.every(Number.isFinite)) return UNSCORED;
    const findings: Finding[] = [...probabilities(this.contract, logits)];
    if (embedding?.every(Number.isFinite)) for (const phrase of this.watch) findings.push({ id: phrase.id, probability: watchRank(phrase, embedding) });
    return { status: 'scored', findings };
  }

  private watchAges(): void {
    this.cancelAge = this.clock.after(AGE_TICK_MS, () => {
      const limitMs = this.clock.monotonicMs() - this.options.maxAgeMs;
      const old = [...this.tickets].filter(([, ticket]) => ticket.sinceMs < limitMs);
      this.shed(old.filter(([, ticket]) => !ticket.out).map(([id]) => id));
      // Those that are out no longer wait; their scores come too late to matter.
      for (const [id, ticket] of old) if (ticket.out) this.finish(id, SHED);
      this.watchAges();
    });
  }
}
