import { type Clock, FencedError, type Owner, type PartitionAssignment, type RecordBatch, RefusedError, type StepName, type Transaction } from '../ports/index.js';
import type { AssignmentBackend, BackendInputs } from './backend.js';
import { Doorbell } from './doorbell.js';
import { type AssignmentState, isLegal, isOver } from './state.js';
import { within } from './within.js';

/** How long a step may take to publish what is ready when it gives a partition up. After that the assignment ends anyway. */
export const DRAIN_MAX_MS = 10_000;

/** One step's work on one partition, from restoring until it is drained, revoked or has failed. */
export class RunningAssignment implements PartitionAssignment {
  private state: AssignmentState = 'restoring';
  private inputs: BackendInputs | undefined;
  /** Index of the input whose turn it is. */
  private turn = 0;
  private onOpened = () => {};
  private readonly bell = new Doorbell();
  private readonly toDrain = new AbortController();
  private readonly toStop = new AbortController();
  private readonly ran: Promise<void>;
  private readonly startedMs: number;

  private constructor(
    private readonly owner: Owner,
    private readonly backend: AssignmentBackend,
    private readonly clock: Clock,
    private readonly onFailed: (error: unknown, livedMs: number) => void,
  ) {
    this.startedMs = clock.monotonicMs();
    this.ran = (async () => owner.run(this))().then(
      () => this.returned(),
      (error: unknown) => this.fail(error),
    );
  }

  /** Resolves once the step has restored its state and begins to read. Whatever ends it before its time is reported once, to `onFailed`. */
  static async start(owner: Owner, backend: AssignmentBackend, clock: Clock, onFailed: (error: unknown, livedMs: number) => void): Promise<RunningAssignment> {
    const assignment = new RunningAssignment(owner, backend, clock, onFailed);
    const opened = new Promise<void>((resolve) => (assignment.onOpened = resolve));
    if (assignment.inputs === undefined) await Promise.race([opened, assignment.ran]);
    return assignment;
  }

  get step(): StepName {
    return this.owner.step;
  }

  get partition(): number {
    return this.backend.partition;
  }

  get checkpoints(): ReadonlyMap<string, Uint8Array> {
    return this.backend.checkpoints;
  }

  get draining(): AbortSignal {
    return this.toDrain.signal;
  }

  get lost(): AbortSignal {
    return this.toStop.signal;
  }

  /** Over: nothing more will be read or written by it. */
  get over(): boolean {
    return isOver(this.state);
  }

  open(from: Parameters<PartitionAssignment['open']>[0]): void {
    if (!this.move('running')) return;
    this.inputs = this.backend.open(from, this.bell);
    this.onOpened();
  }

  async read(): Promise<RecordBatch | undefined> {
    const topics = this.owner.inputs;
    while (this.state === 'running') {
      // One batch of each topic in turn, so that none of them starves.
      for (let asked = 0; asked < topics.length; asked++) {
        const batch = await this.inputs!.read(topics[this.turn++ % topics.length]);
        if (this.state !== 'running') return undefined;
        if (batch.records.length > 0 || batch.skipped !== undefined) return batch;
      }
      await this.bell.wait();
    }
    return undefined;
  }

  async commit(transaction: Transaction): Promise<void> {
    if (this.over) throw new FencedError(`the assignment of ${this.step}/${this.partition} is over`);
    try {
      await this.backend.commit(transaction);
    } catch (error) {
      // Whether it was written is open: only the next assignment can know.
      if (!(error instanceof RefusedError)) this.fail(error);
      throw error;
    }
  }

  /** No more is read; the step publishes what is ready, within a bound; then the assignment is over. */
  async drain(): Promise<void> {
    if (!this.move('draining')) return;
    this.toDrain.abort();
    this.bell.ring();
    if (!(await within(this.clock, DRAIN_MAX_MS, this.ran))) this.lose();
  }

  /** The partition is taken away at once, as from an owner that is gone. */
  lose(): void {
    this.end('closed');
  }

  private returned(): void {
    if (this.state === 'draining') this.end('closed');
    else this.fail(new Error(`the step ${this.step} ended its work on partition ${this.partition} without being asked to`));
  }

  private fail(error: unknown): void {
    if (this.over) return;
    this.end('failed');
    this.onFailed(error, this.clock.monotonicMs() - this.startedMs);
  }

  private end(state: 'closed' | 'failed'): void {
    if (!this.move(state)) return;
    this.backend.end();
    this.inputs?.close();
    this.toStop.abort();
    this.bell.ring();
  }

  private move(to: AssignmentState): boolean {
    if (!isLegal(this.state, to)) return false;
    this.state = to;
    return true;
  }
}
