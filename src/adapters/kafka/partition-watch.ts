import { reasonOf, type Report } from '../../log/index.js';
import type { Clock, Topic } from '../../ports/index.js';

/** How often the numbers of partitions are looked at, in ms: a change is noticed within a minute. */
export const PARTITIONS_LOOK_MS = 30_000;

const HINT =
  'stop the engines and devices, recreate the topics with the number that is wanted, and begin with empty checkpoints: adding partitions moves keys. Until then the new partitions are neither read nor written by the engine';

export interface PartitionWatchDeps {
  /** As it is now on the cluster; 0: the topic is not there. */
  readonly look: (topic: Topic) => Promise<number>;
  readonly clock: Clock;
  readonly report: Report;
  /** Once for each change. */
  readonly onChanged: ((topic: Topic, before: number, now: number) => void) | undefined;
}

/** Notices that the number of a topic's partitions has changed, and reports it. What is read and written stays as it was at opening. */
export class PartitionWatch {
  private readonly known: Map<Topic, number>;
  private cancel: (() => void) | undefined;
  private stopped = false;

  constructor(
    counts: ReadonlyMap<Topic, number>,
    private readonly deps: PartitionWatchDeps,
  ) {
    this.known = new Map(counts);
  }

  start(): void {
    this.cancel = this.deps.clock.after(PARTITIONS_LOOK_MS, () => {
      void this.lookAtAll().then(() => {
        if (!this.stopped) this.start();
      });
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
  }

  /** One look at all topics. Never rejects: Kafka may be away. */
  async lookAtAll(): Promise<void> {
    for (const [topic, before] of this.known) {
      try {
        const now = await this.deps.look(topic);
        if (this.stopped) return;
        if (now === before || now === 0) continue;
        this.known.set(topic, now);
        this.deps.report('error', 'the number of a topic’s partitions has changed', { code: 'partitions-changed', topic, before, now, hint: HINT });
        this.deps.onChanged?.(topic, before, now);
      } catch (error) {
        this.deps.report('debug', 'the partitions of a topic could not be looked at', { topic, reason: reasonOf(error) });
      }
    }
  }
}
