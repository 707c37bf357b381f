import type { Owner } from '../../ports/index.js';
import { RunningTenure } from '../embedded/index.js';
import { KafkaGround } from './ground.js';
import type { KafkaSide } from './ground.js';

/** Before a partition whose tenure has failed is taken again, in ms: the first time, and at most. */
export const RETAKE_FIRST_MS = 100;
export const RETAKE_LONGEST_MS = 5_000;

/** One partition as a member sees it: works towards owning it or not, one step after the other. */
export class Slot {
  private wanted = false;
  private tenure: RunningTenure | undefined;
  private moving: Promise<void> | undefined;
  private retakeMs = RETAKE_FIRST_MS;
  private cancelRetake: (() => void) | undefined;

  constructor(
    private readonly side: KafkaSide,
    private readonly owner: Owner,
    readonly partition: number,
    /** Whether the group still has us as its member; asked before a partition is taken a second time. */
    private readonly confirm: () => Promise<void>,
    private readonly onFailed: (partition: number, error: unknown) => void,
  ) {}

  running(): boolean {
    return this.tenure !== undefined;
  }

  /** Whether another owner must wait. */
  held(): boolean {
    return this.tenure !== undefined || this.moving !== undefined;
  }

  /** Resolves once the partition is taken, or could not be and will be tried again later. */
  take(): Promise<void> {
    this.wanted = true;
    return this.settle();
  }

  /** Drains it, if it is ours. */
  giveUp(): Promise<void> {
    this.wanted = false;
    this.cancelRetake?.();
    return this.settle();
  }

  /** It is no longer ours: nothing more may be written. */
  lose(): void {
    this.wanted = false;
    this.cancelRetake?.();
    this.tenure?.lose();
    this.tenure = undefined;
  }

  private settle(): Promise<void> {
    this.moving ??= this.move().finally(() => (this.moving = undefined));
    return this.moving;
  }

  private async move(): Promise<void> {
    while (this.wanted !== (this.tenure !== undefined)) {
      if (this.wanted) {
        try {
          await this.begin();
        } catch (error) {
          this.failed(error);
          return;
        }
      } else {
        const { tenure } = this;
        await tenure?.drain();
        if (this.tenure === tenure) this.tenure = undefined;
      }
    }
  }

  private async begin(): Promise<void> {
    const ground = await KafkaGround.claim(this.side, this.owner, this.partition);
    if (!this.wanted) {
      ground.end();
      return;
    }
    let failure: { readonly error: unknown } | undefined;
    const tenure: RunningTenure = await RunningTenure.start(this.owner, ground, this.side.clock, (error) => {
      failure = { error };
      if (this.tenure !== tenure) return;
      this.tenure = undefined;
      this.failed(error);
    });
    if (failure) throw failure.error;
    // Lost while the step was taking it.
    if (!this.wanted) tenure.lose();
    else this.tenure = tenure;
    this.retakeMs = RETAKE_FIRST_MS;
  }

  private failed(error: unknown): void {
    if (!this.wanted) return;
    this.onFailed(this.partition, error);
    this.cancelRetake?.();
    this.cancelRetake = this.side.clock.after(this.retakeMs, () => {
      this.confirm().then(
        () => void (this.wanted && this.settle()),
        (reason: unknown) => this.failed(reason),
      );
    });
    this.retakeMs = Math.min(RETAKE_LONGEST_MS, this.retakeMs * 2);
  }
}
