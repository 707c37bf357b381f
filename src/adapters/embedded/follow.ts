import { Doorbell, type Report, reasonOf } from '../../log/index.js';
import type { Follower, FollowOptions, LogRecord, Topic } from '../../ports/index.js';
import type { Store } from './store.js';

/** Reads all partitions of a topic, from the earliest record on or from now. */
export class TopicFollower implements Follower {
  private readonly bell = new Doorbell();
  private readonly next: number[];
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly topic: Topic,
    private readonly batchRecordsMax: number,
    private readonly onRecords: (records: readonly LogRecord[]) => void,
    private readonly report: Report,
    private readonly options: FollowOptions,
  ) {
    this.next = Array.from({ length: store.partitions }, (_, partition) => store.end(topic, partition)[options.from === 'now' ? 'next' : 'first']);
  }

  /** Resolves once everything that is there now has been handed over; continues with what comes after. */
  async start(): Promise<void> {
    const silence = this.next.map((_, partition) => this.store.listen(this.topic, partition, () => this.bell.ring()));
    const stop = (): void => silence.forEach((one) => one());
    const upTo = this.next.map((_, partition) => this.store.end(this.topic, partition).next);
    try {
      while (!this.closed && this.next.some((next, partition) => next < upTo[partition])) await this.readOnce();
    } catch (error) {
      stop();
      throw error;
    }
    void this.goOn().finally(stop);
  }

  close(): Promise<void> {
    this.closed = true;
    this.bell.ring();
    return Promise.resolve();
  }

  private async goOn(): Promise<void> {
    try {
      while (!this.closed) if (!(await this.readOnce())) await this.bell.wait();
    } catch (error) {
      this.report('error', 'a follower stopped', { topic: this.topic, reason: reasonOf(error) });
      this.options.onStopped?.(error);
    }
  }

  private async readOnce(): Promise<boolean> {
    let any = false;
    for (let partition = 0; partition < this.next.length; partition++) {
      const batch = await this.store.read(this.topic, partition, this.next[partition], this.batchRecordsMax);
      if (this.closed) return false;
      this.next[partition] = batch.next;
      if (batch.skipped) this.options.onSkipped?.(batch.skipped);
      any ||= batch.records.length > 0 || batch.skipped !== undefined;
      if (batch.records.length > 0) this.onRecords(batch.records);
    }
    return any;
  }
}
