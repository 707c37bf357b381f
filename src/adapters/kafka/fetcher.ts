import { type Doorbell, type Report, within } from '../../log/index.js';
import { type Clock, sleep, type Topic } from '../../ports/index.js';
import type { BrokerConnection, ClusterConnection } from './client.js';
import { Cursor } from './cursor.js';
import { type FetchedPartition, fetchOnce, NO_ERROR, OFFSET_OUT_OF_RANGE } from './fetch.js';
import type { Names } from './names.js';
import { leaderOf, offsetAt } from './offsets.js';
import { type Detour, detourAroundDamage, detourIntoRange, isDamaged } from './out-of-reach.js';
import { Reconnecting } from './reconnect.js';

/** How long the broker may hold a fetch when there is nothing to read, in ms: a partition that is opened waits no longer than this. */
export const FETCH_WAIT_MS = 100;
/** The same while the step is busy with some of the partitions, which then want to be back in the next request soon. */
export const FETCH_WAIT_BUSY_MS = 20;

/** A broker is asked at most this often, ms: a request costs the same for one record as for a hundred. */
const FETCH_EVERY_MS = 25;

/** How long closing waits for the requests under way, in ms: Kafka may be away. They end by themselves. */
const CLOSE_WAIT_MS = 1_000;

/** Reads many partitions over one set of connections: one request at a time for each broker, for all partitions it leads that want more. */
export class Fetcher {
  private readonly cursors = new Set<Cursor>();
  private readonly pumps = new Map<number, Promise<void>>();
  private closed = false;

  constructor(
    private readonly cluster: ClusterConnection,
    private readonly names: Names,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {}

  /** From undefined: from the earliest record there is. A fetcher has one cursor in a partition: an earlier one ends. */
  open(topic: Topic, partition: number, from: number | undefined, bell: Doorbell): Cursor {
    for (const cursor of this.cursors) if (cursor.topic === topic && cursor.partition === partition) this.drop(cursor);
    const cursor = new Cursor(topic, partition, from, () => this.wake(), bell);
    this.cursors.add(cursor);
    this.wake();
    return cursor;
  }

  drop(cursor: Cursor): void {
    cursor.close();
    this.cursors.delete(cursor);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const cursor of [...this.cursors]) this.drop(cursor);
    await within(this.clock, CLOSE_WAIT_MS, Promise.all(this.pumps.values()));
  }

  /** Sees to it that every leader of a partition that wants more has its pump running. */
  private wake(): void {
    if (this.closed) return;
    for (const cursor of this.cursors) {
      if (!cursor.wantsMore()) continue;
      const leader = this.leader(cursor);
      if (this.pumps.has(leader)) continue;
      const pump = this.pump(leader).finally(() => {
        this.pumps.delete(leader);
        this.wake();
      });
      this.pumps.set(leader, pump);
    }
  }

  /** UNKNOWN_LEADER has a pump too: it asks who leads. */
  private leader({ topic, partition }: Cursor): number {
    try {
      return leaderOf(this.cluster, this.names.topic(topic), partition);
    } catch {
      return UNKNOWN_LEADER;
    }
  }

  private async pump(leader: number): Promise<void> {
    const reconnecting = new Reconnecting(this.cluster, this.clock, this.report, 'reading');
    // All that is opened or taken in this turn goes into the first request.
    await Promise.resolve();
    for (;;) {
      const wanting = [...this.cursors].filter((cursor) => cursor.wantsMore() && this.leader(cursor) === leader);
      if (this.closed || wanting.length === 0) return;
      const askedMs = this.clock.monotonicMs();
      try {
        await this.cluster.refreshMetadataIfNecessary();
        if (leader === UNKNOWN_LEADER) await this.findLeaders(wanting);
        else await this.fetch(leader, wanting);
        reconnecting.well();
      } catch (error) {
        if (!this.closed) await reconnecting.afterFailure(error);
      }
      const restMs = askedMs + FETCH_EVERY_MS - this.clock.monotonicMs();
      if (restMs > 0) await sleep(this.clock, restMs);
    }
  }

  private async findLeaders(wanting: readonly Cursor[]): Promise<void> {
    await this.cluster.addMultipleTargetTopics([...new Set(wanting.map(({ topic }) => this.names.topic(topic)))]);
    for (const { topic, partition } of wanting) leaderOf(this.cluster, this.names.topic(topic), partition);
  }

  private async fetch(leader: number, wanting: readonly Cursor[]): Promise<void> {
    for (const cursor of wanting) {
      cursor.fetchFrom ??= await offsetAt(this.cluster, this.names.topic(cursor.topic), cursor.partition, 'earliest');
    }
    const broker = await this.cluster.findBroker({ nodeId: leader });
    const byPlace = new Map(wanting.map((cursor) => [`${cursor.topic}/${cursor.partition}`, cursor]));
    const positions = wanting.map(({ topic, partition, fetchFrom }) => ({ topic, topicName: this.names.topic(topic), partition, from: fetchFrom ?? 0 }));
    const waitMs = wanting.length < this.cursors.size ? FETCH_WAIT_BUSY_MS : FETCH_WAIT_MS;
    let refused: FetchedPartition | undefined;
    for (const fetched of await fetchOnce(broker, positions, waitMs)) {
      const cursor = byPlace.get(`${fetched.position.topic}/${fetched.position.partition}`);
      if (cursor === undefined) continue;
      if (isDamaged(fetched) || fetched.errorCode === OFFSET_OUT_OF_RANGE) {
        if (!(await this.detour(cursor, broker, fetched))) refused = fetched;
      } else if (fetched.errorCode === NO_ERROR) cursor.deliver(fetched.position.from, fetched);
      else refused = fetched;
    }
    if (refused) throw new Error(`${refused.position.topicName}/${refused.position.partition} cannot be read: error ${refused.errorCode}`);
  }

  /** Nothing can be read where the cursor stands: it continues behind, and its reader learns what it will never see. False: it is to be tried again. */
  private async detour(cursor: Cursor, broker: BrokerConnection, { position, errorCode }: FetchedPartition): Promise<boolean> {
    const { topicName, partition, from } = position;
    const detour: Detour | undefined =
      errorCode === OFFSET_OUT_OF_RANGE ? await detourIntoRange(this.cluster, topicName, partition, from) : await detourAroundDamage(this.cluster, broker, position);
    if (detour === undefined) return false;
    if (cursor.fetchFrom !== from) return true;
    this.report('warn', 'offsets are skipped', { topic: topicName, partition, from, ...detour });
    cursor.skip(detour.to, detour.reason, detour.detail);
    return true;
  }
}

const UNKNOWN_LEADER = -1;
