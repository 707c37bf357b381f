import { AssignedPartition, Doorbell, DRAIN_MAX_MS, reasonOf, type Report, within } from '../../log/index.js';
import type { Membership, Owner, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { KafkaLogError } from './errors.js';
import { Fetcher } from './fetcher.js';
import { KafkaBackend, type KafkaSide } from './backend.js';
import { GroupSession } from './group.js';

/** How long leaving may take before it continues without what is left, in ms: the bound of a drain, and a little. */
const LEAVE_MAX_MS = DRAIN_MAX_MS + 500;

/** A running membership in a step's group: the session with the coordinator, and the work on the partitions it brings. */
export class KafkaMembership implements Membership {
  private readonly assigned: AssignedPartition[];
  private readonly session: GroupSession;
  /** Rung when the first share has been taken. */
  private readonly first = new Doorbell();
  private left: Promise<void> | undefined;

  private constructor(
    owner: Owner,
    private readonly side: KafkaSide,
    partitions: number,
    private readonly clusters: readonly ClusterConnection[],
    sessionTimeoutMs: number,
    private readonly report: Report,
  ) {
    const { names, clock } = side;
    const groupId = names.group(owner.step);
    this.session = new GroupSession(
      clusters[0],
      { groupId, topics: owner.inputs.map((topic) => names.topic(topic)), partitions, sessionTimeoutMs },
      { owned: () => this.held(), assigned: (share) => void this.settle(share), expelled: () => this.loseAll() },
      clock,
      report,
    );
    const host = {
      owner,
      clock,
      claim: (partition: number) => KafkaBackend.claim(side, owner, partition),
      confirm: () => this.session.confirm(),
      onFailed: (partition: number, error: unknown, retryMs: number) =>
        this.report('warn', 'a partition is lost and will be taken again', { step: owner.step, partition, reason: reasonOf(error), retryMs }),
    };
    this.assigned = Array.from({ length: partitions }, (_, partition) => new AssignedPartition(host, partition));
  }

  /** Resolves once the partitions of the first share have been taken. */
  static async join(
    owner: Owner,
    side: Omit<KafkaSide, 'fetcher' | 'report'>,
    countOf: (topic: Topic) => number,
    connect: () => ClusterConnection,
    sessionTimeoutMs: number,
    report: Report,
  ): Promise<KafkaMembership> {
    const [group, reading] = [connect(), connect()];
    try {
      await Promise.all([group.connect(), reading.connect()]);
      const partitions = commonCount(owner, countOf);
      const fetcher = new Fetcher(reading, side.names, side.clock, report);
      const membership = new KafkaMembership(owner, { ...side, fetcher, report }, partitions, [group, reading], sessionTimeoutMs, report);
      membership.session.start();
      await membership.first.wait();
      return membership;
    } catch (error) {
      await Promise.allSettled([group.disconnect(), reading.disconnect()]);
      throw error;
    }
  }

  partitions(): readonly number[] {
    return this.assigned.filter((one) => one.running()).map(({ partition }) => partition);
  }

  leave(): Promise<void> {
    this.left ??= (async () => {
      const drained = await within(this.side.clock, LEAVE_MAX_MS, Promise.all(this.assigned.map((one) => one.giveUp())));
      // A step drains within its own bound; what still hangs is a partition that was just being taken, with Kafka away.
      if (!drained) this.loseAll();
      await this.session.leave();
      await this.close();
    })();
    return this.left;
  }

  /** Ends as a process that dies: undrained, and without a word to the group. */
  vanish(): Promise<void> {
    this.left ??= (async () => {
      this.loseAll();
      await this.session.vanish();
      await this.close();
    })();
    return this.left;
  }

  private async close(): Promise<void> {
    await this.side.fetcher.close();
    await Promise.allSettled(this.clusters.map((cluster) => cluster.disconnect()));
  }

  private held(): number[] {
    return this.assigned.filter((one) => one.held()).map(({ partition }) => partition);
  }

  private async settle(share: readonly number[]): Promise<void> {
    if (this.left) return;
    // A leader that opened later may know of partitions that were added since: they are nobody's.
    share = share.filter((partition) => partition < this.assigned.length);
    const others = this.assigned.filter((one) => !share.includes(one.partition));
    const awaited = others.some((one) => one.held());
    const taking = share.map((partition) => this.assigned[partition].take());
    await Promise.all(others.map((one) => one.giveUp()));
    // Those who wait for them get them in the round after.
    if (awaited && !this.left) this.session.rejoin();
    await Promise.all(taking);
    this.first.ring();
  }

  private loseAll(): void {
    for (const one of this.assigned) one.lose();
  }
}

/** Of the inputs, as the log knew them when it was opened. */
function commonCount(owner: Owner, countOf: (topic: Topic) => number): number {
  const counts = new Map<string, number>(owner.inputs.map((topic) => [topic, countOf(topic)]));
  const [count] = counts.values();
  if (count !== undefined && new Set(counts.values()).size === 1) return count;
  const listed = [...counts].map(([topic, some]) => `${topic} ${some}`).join(', ');
  throw new KafkaLogError('partitions-differ', `the inputs of ${owner.step} have different numbers of partitions: ${listed}`, 'give all ecg topics the same number of partitions');
}
