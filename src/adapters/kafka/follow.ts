import { Doorbell, reasonOf, type Report } from '../../log/index.js';
import type { Clock, Follower, FollowOptions, LogRecord, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { KafkaLogError } from './errors.js';
import type { Cursor } from './cursor.js';
import { Fetcher } from './fetcher.js';
import type { Names } from './names.js';
import { offsetAt, partitionsOf } from './offsets.js';
import { Reconnecting } from './reconnect.js';

/** A reader of all partitions of a topic, with connections and positions of its own. No group, nothing committed. */
export class TopicFollower implements Follower {
  private readonly bell = new Doorbell();
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly cluster: ClusterConnection,
    private readonly fetcher: Fetcher,
    private readonly topic: Topic,
    private readonly onRecords: (records: readonly LogRecord[]) => void,
    private readonly report: Report,
    private readonly options: FollowOptions,
  ) {}

  /** Resolves once everything has been handed over that could be read when it was called. */
  static async start(
    topic: Topic,
    onRecords: (records: readonly LogRecord[]) => void,
    cluster: ClusterConnection,
    names: Names,
    clock: Clock,
    report: Report,
    /** Partitions there were when the log was opened. */
    count: number,
    options: FollowOptions,
  ): Promise<TopicFollower> {
    const fetcher = new Fetcher(cluster, names, clock, report);
    const follower = new TopicFollower(cluster, fetcher, topic, onRecords, report, options);
    try {
      const ranges = await rangesOf(topic, count, cluster, names, clock, report);
      const cursors = ranges.map(({ start, end }, partition) => fetcher.open(topic, partition, options.from === 'now' ? end : start, follower.bell));
      // A cursor's position passes markers, aborted records and what compaction has emptied: it gets to the end even if
      // none of the last offsets is a record.
      while (!follower.closing && cursors.some(({ position, partition }) => position < ranges[partition].end)) {
        if (!follower.takeAll(cursors)) await follower.bell.wait();
      }
      void follower.goOn(cursors);
      return follower;
    } catch (error) {
      await follower.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.fetcher.close().then(() => this.cluster.disconnect());
    return this.closing;
  }

  /** False: there was nothing. */
  private takeAll(cursors: readonly Cursor[]): boolean {
    let any = false;
    for (const cursor of cursors) {
      any ||= !cursor.wantsMore();
      const { records, skipped } = cursor.take();
      if (skipped) this.options.onSkipped?.(skipped);
      if (records.length > 0) this.onRecords(records);
    }
    return any;
  }

  private async goOn(cursors: readonly Cursor[]): Promise<void> {
    try {
      while (!this.closing) if (!this.takeAll(cursors)) await this.bell.wait();
    } catch (error) {
      this.report('error', 'a follower stopped', { topic: this.topic, reason: reasonOf(error) });
      this.options.onStopped?.(error);
    }
  }
}

/** The first offset and the end of each partition, as a read-committed reader sees them now. Tries on while Kafka is away. */
async function rangesOf(topic: Topic, count: number, cluster: ClusterConnection, names: Names, clock: Clock, report: Report): Promise<{ start: number; end: number }[]> {
  const reconnecting = new Reconnecting(cluster, clock, report, 'follow');
  const name = names.topic(topic);
  for (;;) {
    try {
      if (!cluster.isConnected()) await cluster.connect();
      await partitionsOf(cluster, name);
      const partitions = Array.from({ length: count }, (_, partition) => partition);
      const ends = await Promise.all(partitions.map((partition) => offsetAt(cluster, name, partition, 'end')));
      const starts = await Promise.all(partitions.map((partition) => offsetAt(cluster, name, partition, 'earliest')));
      return partitions.map((partition) => ({ start: starts[partition], end: ends[partition] }));
    } catch (error) {
      if (error instanceof KafkaLogError) throw error;
      await reconnecting.afterFailure(error);
    }
  }
}
