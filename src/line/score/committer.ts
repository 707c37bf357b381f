import type { NewRecord, PartitionAssignment } from '../../ports/index.js';
import { TOPICS } from '../../ports/index.js';
import { type OutputBatch, valueBytes } from '../collect.js';
import { type Committer, writeBisecting } from '../commit.js';
import type { ScoreDeps } from '../deps.js';
import { outcomeRecord } from '../outcome.js';
import type { Backlog } from './backlog.js';
import type { Scored } from './encode.js';
import type { Isolation } from './isolation.js';
import type { Published } from './low-water.js';
import { withoutContent } from './refused.js';
import type { StateStore } from './state-store.js';
import type { Update } from './update.js';

/** How far the partition was read is written so often while it moves, and while it does not: readers see by it that the engine lives. */
const POSITION_EVERY_MS = 500;
const HEARTBEAT_EVERY_MS = 2500;

/** An update of the score step, its outcomes as records. */
export interface Ready {
  readonly update: Update<Scored>;
  readonly records: readonly NewRecord[];
  readonly bytes: number;
}

function recordsOf(update: Update<Scored>): Ready {
  const records = [...update.records, ...update.segments.flatMap(({ departures, outcome }) => [...departures, outcomeRecord(outcome)])];
  return { update, records, bytes: valueBytes(records) + (update.state?.checkpoint.length ?? 0) };
}

/** Writes outputs, the states of the devices they are of, and how far the partition was read. */
export class ScoreCommitter implements Committer<Ready> {
  private committedNext = -1;
  private committedMs = -Infinity;

  constructor(
    private readonly assignment: PartitionAssignment,
    private readonly store: StateStore,
    private readonly backlog: Backlog,
    private readonly isolation: Isolation,
    private readonly deps: ScoreDeps,
  ) {}

  /** As records. An outcome that cannot be written as one is written without its content, like one that the log refuses. */
  ready(update: Update<Scored>): Ready {
    try {
      return recordsOf(update);
    } catch (error) {
      return this.withoutContent(update, error);
    }
  }

  async commit(batch: OutputBatch<Ready>): Promise<void> {
    const { clock, gauges } = this.deps;
    const everyMs = this.store.offsets.next === this.committedNext ? HEARTBEAT_EVERY_MS : POSITION_EVERY_MS;
    const isDue = clock.monotonicMs() - this.committedMs >= everyMs;
    if (batch.updates.length > 0 || batch.records.length > 0 || isDue) {
      await writeBisecting(batch, (some) => this.write(some), ({ update }, error) => this.withoutContent(update, error));
    }
    if (!this.assignment.lost.aborted) gauges.heartbeat.note(`score/${this.assignment.partition}`, clock.nowMs() / 1000);
  }

  /** The next owner need not read again what it need not. */
  async commitLast(): Promise<void> {
    if (this.store.offsets.next !== this.committedNext) await this.write({ updates: [], records: [] });
  }

  private async write({ updates, records }: OutputBatch<Ready>): Promise<void> {
    const { assignment, store, backlog, deps } = this;
    const startMs = deps.clock.monotonicMs();
    const published = updates.map(({ update: { device, appliedThrough, state } }): Published => ({ device, appliedThrough, needs: state?.needs ?? Infinity }));
    const held = new Set(updates.map(({ update }) => update.held));
    const position = store.offsets.positionAfter(published, store.partition.timeMs);
    const all = [...updates.flatMap((one) => one.records), ...records, ...this.states(updates), store.positionRecord(position, backlog.oldestMs(held))];
    deps.failpoint('score:before-commit');
    await assignment.commit({ records: all, nextOffsets: { [TOPICS.signal]: position.next } });
    deps.failpoint('score:after-commit');
    store.offsets.committed(published, position);
    backlog.leave([...held]);
    this.committedNext = position.next;
    this.committedMs = startMs;
    this.announce(updates, startMs);
  }

  private withoutContent(update: Update<Scored>, error: unknown): Ready {
    const { device, appliedThrough, brokerMs } = update;
    const letters = device === undefined ? [] : [this.isolation.fail(device, appliedThrough, brokerMs, 'publish', error)];
    return recordsOf(withoutContent(update, letters));
  }

  /** The last one of each device. */
  private states(updates: readonly Ready[]): NewRecord[] {
    const last = new Map(updates.flatMap(({ update: { device, state } }) => (device === undefined || state === undefined ? [] : [[device, state] as const])));
    return [...last].map(([device, state]) => this.store.deviceRecord(device, state));
  }

  private announce(updates: readonly Ready[], startMs: number): void {
    const { clock, meters, onOutcome } = this.deps;
    meters.commitSeconds.observe((clock.monotonicMs() - startMs) / 1000, { step: 'score' });
    for (const { update } of updates) {
      for (const { outcome } of update.segments) {
        meters.outcomes.add(1, { status: outcome.status, grade: outcome.grade });
        meters.endToEndSeconds.observe(Math.max(0, clock.nowMs() - update.brokerMs) / 1000);
        onOutcome?.(outcome);
      }
    }
  }
}
