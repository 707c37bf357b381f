import { FencedError } from '../../ports/index.js';
import type { Clock, LogRecord, Owner, PartitionWork, Tenure, Topic, Transaction } from '../../ports/index.js';
import { Doorbell } from './doorbell.js';

/** How long a step may take to publish what is ready when it gives a partition up, in ms. After that the tenure ends anyway. */
export const DRAIN_MAX_MS = 10_000;

/** What a tenure stands on: the store, or Kafka. Every earlier owner has been fenced by the time there is one. */
export interface TenureGround {
  readonly partition: number;
  readonly checkpoints: ReadonlyMap<string, Uint8Array>;
  commit(transaction: Transaction): Promise<void>;
  /** Opens the inputs where the step wants to begin. The bell is rung whenever there is more to read. */
  open(from: PartitionWork['from'], bell: Doorbell): TenureInputs;
  /** The tenure is over: nothing more may be written by it. */
  end(): void;
}

export interface TenureInputs {
  /** The next records of one topic, none if there are none now; bounded. */
  read(topic: Topic): Promise<readonly LogRecord[]>;
  close(): void;
}

/** One step's ownership of one partition, from taking it until it is drained, fenced or has failed. */
export class RunningTenure {
  private phase: 'reading' | 'draining' | 'over' = 'reading';
  private readonly bell = new Doorbell();
  private work: PartitionWork | undefined;
  private failure: { readonly error: unknown } | undefined;
  private committing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly owner: Owner,
    private readonly ground: TenureGround,
    private readonly clock: Clock,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  /** Hands the partition to the step and begins to read. Rejects if the step fails in taking it; afterwards `onFailed` tells, once. */
  static async start(owner: Owner, ground: TenureGround, clock: Clock, onFailed: (error: unknown) => void): Promise<RunningTenure> {
    const running = new RunningTenure(owner, ground, clock, onFailed);
    const tenure: Tenure = {
      step: owner.step,
      partition: ground.partition,
      checkpoints: ground.checkpoints,
      commit: (transaction) => running.commit(transaction),
    };
    try {
      running.work = await owner.take(tenure);
    } catch (error) {
      running.end();
      throw error;
    }
    // A commit may have failed while the step was still taking the partition.
    if (running.phase === 'over') {
      running.work.lost();
      throw running.failure?.error ?? new FencedError('the tenure ended while it began');
    }
    void running.read(running.work);
    return running;
  }

  /** Nothing is handed over any more; the step publishes what is ready, within a bound; then the tenure is over. */
  async drain(): Promise<void> {
    if (this.phase !== 'reading' || this.work === undefined) return;
    this.phase = 'draining';
    this.bell.ring();
    if (await this.withinBound(this.work)) this.end();
    else this.lose();
  }

  /** The partition is taken away at once, as from an owner that is gone. */
  lose(): void {
    if (this.phase === 'over') return;
    this.end();
    this.work?.lost();
  }

  private end(): void {
    if (this.phase === 'over') return;
    this.phase = 'over';
    this.ground.end();
    this.bell.ring();
  }

  private fail(error: unknown): void {
    if (this.phase === 'over') return;
    this.failure = { error };
    this.lose();
    if (this.work) this.onFailed(error);
  }

  private withinBound(work: PartitionWork): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(DRAIN_MAX_MS, () => resolve(false));
      const finish = (drained: boolean) => (): void => {
        cancel();
        resolve(drained);
      };
      // A commit that is under way is let through.
      work
        .drain()
        .then(() => this.committing)
        .then(finish(true), finish(false));
    });
  }

  private async commit(transaction: Transaction): Promise<void> {
    if (this.phase === 'over') throw new FencedError(`the tenure of ${this.owner.step}/${this.ground.partition} is over`);
    const committing = this.ground.commit(transaction);
    this.committing = committing.catch(() => undefined);
    try {
      await committing;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  private async read(work: PartitionWork): Promise<void> {
    const inputs = this.ground.open(work.from, this.bell);
    try {
      while (this.phase === 'reading') {
        let read = 0;
        // One batch of each topic in turn, so that none of them starves.
        for (const topic of this.owner.inputs) {
          const records = await inputs.read(topic);
          if (this.phase !== 'reading') return;
          read += records.length;
          if (records.length > 0) await work.records(records);
          if (this.phase !== 'reading') return;
        }
        if (read === 0) await this.bell.wait();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      inputs.close();
    }
  }
}
