import type { Clock, Owner } from '../ports/index.js';
import { RunningAssignment } from './assignment.js';
import type { AssignmentBackend } from './backend.js';
import { Backoff } from './backoff.js';

/** What a member works on its partitions with. */
export interface AssignmentHost {
  readonly owner: Owner;
  readonly clock: Clock;
  /** Fences the former owner of the partition, and reads the checkpoints that are left. */
  claim(partition: number): Promise<AssignmentBackend>;
  /** Rejects unless the group still has us; asked before a partition is taken a second time. */
  confirm(): Promise<void>;
  onFailed(partition: number, error: unknown, retryMs: number): void;
}

/** One partition as a member sees it: works towards owning it or not, one change after the other. */
export class AssignedPartition {
  private wanted = false;
  private assignment: RunningAssignment | undefined;
  private moving: Promise<void> | undefined;
  private cancelRetake = () => {};
  private readonly backoff = new Backoff();

  constructor(
    private readonly host: AssignmentHost,
    readonly partition: number,
  ) {}

  running(): boolean {
    return this.assignment !== undefined;
  }

  /** Whether another owner must wait. */
  held(): boolean {
    return this.assignment !== undefined || this.moving !== undefined;
  }

  /** Resolves once the partition is taken, or could not be and will be tried again later. */
  take(): Promise<void> {
    this.wanted = true;
    return this.settle();
  }

  /** Drains it, if it is ours. */
  async giveUp(): Promise<void> {
    this.cancelRetake();
    const wasWanted = this.wanted;
    this.wanted = false;
    await this.settle();
    if (wasWanted) this.host.owner.onReleased?.(this.partition);
  }

  /** It is no longer ours: nothing more may be written. */
  lose(): void {
    this.wanted = false;
    this.cancelRetake();
    this.assignment?.lose();
    this.assignment = undefined;
    this.host.owner.onReleased?.(this.partition);
  }

  private settle(): Promise<void> {
    this.moving ??= this.move().finally(() => (this.moving = undefined));
    return this.moving;
  }

  private async move(): Promise<void> {
    while (this.wanted !== (this.assignment !== undefined)) {
      if (this.wanted) {
        if (!(await this.begin())) return;
      } else {
        const { assignment } = this;
        await assignment?.drain();
        if (this.assignment === assignment) this.assignment = undefined;
      }
    }
  }

  /** False: it could not be taken. */
  private async begin(): Promise<boolean> {
    const { host, partition } = this;
    let backend: AssignmentBackend;
    try {
      backend = await host.claim(partition);
    } catch (error) {
      this.failed(error, 0);
      return false;
    }
    if (!this.wanted) {
      backend.end();
      return true;
    }
    const assignment = await RunningAssignment.start(host.owner, backend, host.clock, (error, livedMs) => {
      this.assignment = undefined;
      this.failed(error, livedMs);
    });
    // Revoked while the step was restoring its state.
    if (!this.wanted) assignment.lose();
    if (assignment.over) return !this.wanted;
    this.assignment = assignment;
    return true;
  }

  private failed(error: unknown, livedMs: number): void {
    if (!this.wanted) return;
    const retryMs = this.backoff.afterFailure(livedMs);
    this.host.onFailed(this.partition, error, retryMs);
    this.host.owner.onFailed?.(this.partition, error);
    this.cancelRetake();
    this.cancelRetake = this.host.clock.after(retryMs, () => {
      this.host.confirm().then(
        () => void (this.wanted && this.settle()),
        (reason: unknown) => this.failed(reason, 0),
      );
    });
  }
}
