import { type Contract, cropsOf, probabilities, type WatchPhrase, watchRank } from '../contract/index.js';
import type { Finding, OutcomeStatus } from '../ecg/index.js';
import { type BatcherOptions, rowsIn } from '../encode/index.js';
import { type Clock, type Encoder, EncoderAwayError, type EncoderInput, type EncoderScores } from '../ports/index.js';
import { Batches, type Ticket } from './batches.js';
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

const SHED: Scoring = { status: 'shed', findings: [] };
const UNSCORED: Scoring = { status: 'unscored', findings: [] };
/** How often waiting segments are looked at for their age. */
const AGE_TICK_MS = 100;

/** One model's encoder, for all partitions of an engine: batches, ages, and what happens when nobody answers. */
export class Scorer {
  private readonly batches: Batches<EncoderInput, EncoderScores>;
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
    this.batches = new Batches(clock, options.batch, (tickets) => this.score(tickets));
    if (Number.isFinite(options.maxAgeMs)) this.watchAges();
  }

  /** Scored, shed (too old, or no room), or unscored (encoder away). */
  async submit(input: EncoderInput): Promise<Scoring> {
    if (this.encoder === undefined || !this.encoder.ready()) return UNSCORED;
    const result = await this.batches.submit(input, rowsIn(this.contract, input.tensor)).result;
    switch (result.type) {
      case 'answered':
        return this.read(result.answer);
      case 'failed':
        return UNSCORED;
      case 'refused':
      case 'withdrawn':
        return SHED;
    }
  }

  /** Gives up the oldest that still waits for a place in a batch. */
  shedOldest(): void {
    for (const ticket of this.batches.open()) if (!ticket.isOut) return this.shed(ticket, 'memory');
  }

  close(): void {
    this.cancelAge();
    this.batches.close();
  }

  private async score(tickets: readonly Ticket<EncoderInput, EncoderScores>[]): Promise<readonly EncoderScores[]> {
    const { clock, meters, options } = this;
    const startMs = clock.monotonicMs();
    meters.batchSize.observe(tickets.length);
    try {
      const scores = await this.encoder!.score(
        tickets.map(({ item }) => item),
        { deadlineMs: options.deadlineMs },
      );
      meters.batches.add(1, { result: 'scored' });
      meters.encodeSeconds.observe((clock.monotonicMs() - startMs) / 1000);
      return scores;
    } catch (error) {
      meters.batches.add(1, { result: error instanceof EncoderAwayError ? 'away' : 'failed' });
      throw error;
    }
  }

  /** An answer that cannot be read is none: the same model gives the same to the next segment, and nothing may stop for it. */
  private read(scores: EncoderScores): Scoring {
    try {
      return this.scored(scores);
    } catch {
      this.meters.batches.add(1, { result: 'failed' });
      return UNSCORED;
    }
  }

  /** A score that is no number must never reach a decision as one, nor spoil those of the segments beside it. */
  private scored({ logits, embedding }: EncoderScores): Scoring {
    if (!logits.every(Number.isFinite)) return UNSCORED;
    const findings: Finding[] = [...probabilities(this.contract, logits)];
    if (embedding?.every(Number.isFinite)) for (const phrase of this.watch) findings.push({ id: phrase.id, probability: watchRank(phrase, embedding) });
    return { status: 'scored', findings };
  }

  private shed(ticket: Ticket<EncoderInput, EncoderScores>, why: 'age' | 'memory'): void {
    this.meters.shed.add(1, { why });
    ticket.withdraw();
  }

  private watchAges(): void {
    this.cancelAge = this.clock.after(AGE_TICK_MS, () => {
      const limitMs = this.clock.monotonicMs() - this.options.maxAgeMs;
      // In a batch or not: the scores of what is so old come too late to matter.
      for (const ticket of [...this.batches.open()].filter(({ sinceMs }) => sinceMs < limitMs)) this.shed(ticket, 'age');
      this.watchAges();
    });
  }
}
