import { type Doorbell, type Report, within } from '../../log/index.js';
import type { Clock, LogRecord, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { fetchOnce, NO_ERROR, OFFSET_OUT_OF_RANGE } from './fetch.js';
import type { FetchedPartition } from './fetch.js';
import type { Names } from './names.js';
import { leaderOf, offsetAt } from './offsets.js';
import { Reconnecting } from './reconnect.js';

/** How long the broker may hold a fetch when there is nothing to read, in ms: a partition that is opened waits no longer than this. */
export const FETCH_WAIT_MS = 100;
/** The same while the step is busy with some of the partitions, which then want to be back in the next request soon. */
export const FETCH_WAIT_BUSY_MS = 20;

/** How long closing waits for the requests under way, in ms: Kafka may be away. They end by themselves. */
const CLOSE_WAIT_MS = 1_000;

/** A reading position in one partition. Holds at most one response that has not been taken yet; until it is, nothing more is fetched. */
export class Cursor {
  private fetched: { readonly records: readonly LogRecord[]; readonly failure?: unknown } | undefined;
  private closed = false;
  /** Where the next fetch begins. Undefined: not known yet. */
  fetchFrom: number | undefined;
  /** Behind all that has been taken, and all that a reader never sees. */
  position: number;

  constructor(
    readonly topic: Topic,
    readonly partition: number,
    from: number | undefined,
    private readonly onWanting: () => void,
    /** Rung when there is something to take. */
    private readonly bell: Doorbell,
  ) {
    this.fetchFrom = from;
    this.position = from ?? 0;
  }

  ended(): boolean {
    return this.closed;
  }

  wantsMore(): boolean {
    return !this.closed && this.fetched === undefined;
  }

  /** What has come since the last call, empty if nothing has. Throws what stopped the reading. */
  take(): readonly LogRecord[] {
    const { fetched } = this;
    if (fetched === undefined) return [];
    if (fetched.failure !== undefined) throw fetched.failure;
    this.fetched = undefined;
    this.position = this.fetchFrom ?? this.position;
    this.onWanting();
    return fetched.records;
  }

  /** Called by the fetcher. */
  deliver({ position, records, next, failure }: FetchedPartition): void {
    // It may have been moved while the request was under way.
    if (this.closed || this.fetched !== undefined || position.from !== this.fetchFrom) return;
    if (failure === undefined && next === position.from) return;
    this.fetched = { records, failure };
    this.fetchFrom = next;
    this.bell.ring();
  }

  close(): void {
    this.closed = true;
    this.fetched = undefined;
    this.bell.ring();
  }
}

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
      try {
        await this.cluster.refreshMetadataIfNecessary();
        if (leader === UNKNOWN_LEADER) await this.findLeaders(wanting);
        else await this.fetch(leader, wanting);
        reconnecting.well();
      } catch (error) {
        if (!this.closed) await reconnecting.afterFailure(error);
      }
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
      if (fetched.errorCode === NO_ERROR) cursor?.deliver(fetched);
      else if (fetched.errorCode === OFFSET_OUT_OF_RANGE && cursor) await this.moveIntoRange(cursor);
      else refused = fetched;
    }
    if (refused) throw new Error(`${refused.position.topicName}/${refused.position.partition} cannot be read: error ${refused.errorCode}`);
  }

  /**
   * An offset that has expired moves up to the earliest there is. One beyond the end (a topic made anew, an unclean
   * election) moves down to the end: what is written from now on gets the offsets from there on. Nothing is skipped.
   */
  private async moveIntoRange(cursor: Cursor): Promise<void> {
    const topicName = this.names.topic(cursor.topic);
    const earliest = await offsetAt(this.cluster, topicName, cursor.partition, 'earliest');
    const end = await offsetAt(this.cluster, topicName, cursor.partition, 'end');
    const wanted = cursor.fetchFrom ?? earliest;
    this.report('warn', 'an offset is not there any more', { topic: topicName, partition: cursor.partition, wanted, earliest, end });
    cursor.fetchFrom = Math.min(Math.max(wanted, earliest), end);
  }
}

const UNKNOWN_LEADER = -1;
