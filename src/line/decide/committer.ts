import type { PartitionAssignment } from '../../ports/index.js';
import type { OutputBatch } from '../collect.js';
import { type Committer, writeBisecting } from '../commit.js';
import type { Credits } from '../credits.js';
import type { DecideDeps } from '../deps.js';
import { evidenced } from './evidence.js';
import type { Position, SubjectStore } from './state-store.js';
import type { DecideUpdate, Decided } from './update.js';

/** How far the inputs were read is written at least so often: readers see by it that the engine lives. */
const HEARTBEAT_EVERY_MS = 2500;

/** Writes alerts, evidence, the states of their subjects, and how far the inputs were read. */
export class DecideCommitter implements Committer<DecideUpdate> {
  private position: Position;
  private committedMs = -Infinity;

  constructor(
    private readonly assignment: PartitionAssignment,
    private readonly store: SubjectStore,
    /** Of records that were read and not committed. */
    private readonly credits: Credits,
    private readonly deps: DecideDeps,
  ) {
    this.position = store.position;
  }

  async commit(batch: OutputBatch<DecideUpdate>): Promise<void> {
    const { gauges, clock } = this.deps;
    const isDue = clock.monotonicMs() - this.committedMs >= HEARTBEAT_EVERY_MS;
    if (batch.updates.length > 0 || isDue) await writeBisecting(batch, (some) => this.write(some), (update, error) => this.refused(update, error));
    if (!this.assignment.lost.aborted) gauges.heartbeat.note(`decide/${this.assignment.partition}`, clock.nowMs() / 1000);
  }

  /** Every record moved the position already. */
  commitLast(): Promise<void> {
    return Promise.resolve();
  }

  private async write({ updates }: OutputBatch<DecideUpdate>): Promise<void> {
    const { assignment, store, deps } = this;
    const startMs = deps.clock.monotonicMs();
    const decisions = updates.filter((update) => update.type === 'decided');
    const states = new Map(decisions.flatMap((update) => [...update.states]));
    const settled = updates.flatMap((update) => (update.type === 'evidence' ? [store.settledRecord(update.owed)] : []));
    const position = decisions.reduce<Position>((so, { topic, offset }) => ({ ...so, [topic]: offset + 1 }), this.position);
    const records = [
      ...updates.flatMap((update) => update.records),
      ...settled,
      ...[...states].map(([subject, state]) => store.stateRecord(subject, state)),
      store.positionRecord(position),
    ];
    deps.failpoint('decide:before-commit');
    await assignment.commit({ records, nextOffsets: position });
    deps.failpoint('decide:after-commit');
    this.position = position;
    this.committedMs = startMs;
    this.credits.give({ segments: decisions.length, bytes: 0 });
    deps.meters.commitSeconds.observe((deps.clock.monotonicMs() - startMs) / 1000, { step: 'decide' });
    this.announce(decisions);
  }

  /** The samples do without their content; an alert is bounded, so what refuses it refuses everything. */
  private refused(update: DecideUpdate, error: Error): DecideUpdate {
    if (update.type !== 'evidence') throw error;
    return evidenced(update.owed, this.assignment.partition, [], 'the log refused the samples for their size', []);
  }

  private announce(decisions: readonly Decided[]): void {
    const { meters, onAlert } = this.deps;
    for (const { events } of decisions) {
      for (const event of events) {
        const { finding, priority, channel } = event.snapshot;
        meters.alerts.add(1, { finding, state: event.state, priority, channel });
        onAlert?.(event);
      }
    }
  }
}
