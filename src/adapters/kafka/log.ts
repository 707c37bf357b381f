import { reasonOf, type Report } from '../../log/index.js';
import type { Kafka } from 'kafkajs';
import { TOPICS } from '../../ports/index.js';
import type { Clock, Follower, FollowOptions, Log, LogRecord, Membership, NewRecord, Owner, Scanned, Topic } from '../../ports/index.js';
import { APPEND_RETRIES, Appender, type Place } from './appender.js';
import { connectKafka, createCluster } from './client.js';
import type { ClusterConnection, Connecting } from './client.js';
import { KafkaLogError } from './errors.js';
import type { Finding } from './finding.js';
import { TopicFollower } from './follow.js';
import { KafkaMembership } from './membership.js';
import { Placing } from './messages.js';
import { Names } from './names.js';
import { offsetAt, partitionsOf } from './offsets.js';
import { PartitionWatch } from './partition-watch.js';
import { readOffsets, READS_WAITING_MAX, scanOnce } from './read.js';
import { createTopics, describeTopics } from './topics.js';
import type { TopicSettings } from './topics.js';

/** A member that is silent for so long has lost its partitions, in ms, unless the configuration says otherwise. */
export const SESSION_TIMEOUT_MS = 10_000;

export interface KafkaLogConfig extends Connecting {
  /** Groups are named `<groupPrefix>-<step>`, transactional ids `<groupPrefix>-<step>-<partition>`. Default: purkinje. */
  readonly groupPrefix?: string;
  /** Before every name: topics, groups and transactional ids. Default: none. */
  readonly topicPrefix?: string;
  /** Not below the broker's group.min.session.timeout.ms (6000). Default: SESSION_TIMEOUT_MS. */
  readonly sessionTimeoutMs?: number;
  /** What happens on the way to Kafka; never a record. */
  readonly onLog?: Report;
  /** Partitions were added to a topic, or it was recreated with others: called once for each change, within a minute. Nothing of the new ones is read or written. */
  readonly onPartitionsChanged?: (topic: Topic, before: number, now: number) => void;
}

/** Kafka as the log. */
export class KafkaLog implements Log {
  private readonly names: Names;
  private readonly report: Report;
  private readonly counts = new Map<Topic, number>();
  private readonly placing = new Placing((topic) => Math.max(1, this.countOf(topic)));
  private readonly memberships = new Set<KafkaMembership>();
  private readonly followers = new Set<Follower>();
  private readonly appender: Appender;
  private watch: PartitionWatch | undefined;
  private reading: Promise<void> = Promise.resolve();
  private readsWaiting = 0;

  private constructor(
    private readonly kafka: Kafka,
    /** For metadata and single reads. */
    private readonly cluster: ClusterConnection,
    private readonly clock: Clock,
    private readonly config: KafkaLogConfig,
  ) {
    this.report = config.onLog ?? (() => undefined);
    this.names = namesOf(config);
    this.appender = new Appender(connectKafka(config, this.report, clock, APPEND_RETRIES), this.names, this.placing, clock);
  }

  /** Connects, and learns how many partitions the topics have: they must exist. */
  static async open(config: KafkaLogConfig, clock: Clock): Promise<KafkaLog> {
    const kafka = connectKafka(config, config.onLog ?? (() => undefined), clock);
    const cluster = createCluster(kafka);
    try {
      await cluster.connect();
    } catch (error) {
      throw new KafkaLogError('kafka-unreachable', `Kafka cannot be reached: ${reasonOf(error)}`, 'look at the addresses, the network and the credentials', { cause: error });
    }
    try {
      const log = new KafkaLog(kafka, cluster, clock, config);
      for (const topic of Object.values(TOPICS)) log.counts.set(topic, await partitionsOf(cluster, log.names.topic(topic)));
      log.watchPartitions();
      return log;
    } catch (error) {
      await cluster.disconnect();
      throw error instanceof KafkaLogError ? error : new KafkaLogError('topic-missing', `the topics cannot be described: ${reasonOf(error)}`, 'create the topics: purkinje check --create-topics', { cause: error });
    }
  }

  async identity(): Promise<string> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const { clusterId } = await admin.describeCluster();
      return `${clusterId}/${this.names.topic(TOPICS.alerts)}`;
    } finally {
      await admin.disconnect();
    }
  }

  partitionCount(topic: Topic): Promise<number> {
    return Promise.resolve(this.countOf(topic));
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    await this.write(records);
  }

  /** Appends, and says where. */
  write(records: readonly NewRecord[]): Promise<readonly Place[]> {
    return records.length === 0 ? Promise.resolve([]) : this.appender.append(records);
  }

  async join(owner: Owner): Promise<Membership & { vanish(): Promise<void> }> {
    const { kafka, names, placing, clock } = this;
    const sessionTimeoutMs = this.config.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
    const membership = await KafkaMembership.join(owner, { kafka, names, placing, clock }, (topic) => this.countOf(topic), () => createCluster(kafka), sessionTimeoutMs, this.report);
    this.memberships.add(membership);
    return membership;
  }

  async follow(topic: Topic, onRecords: (records: readonly LogRecord[]) => void, options: FollowOptions = {}): Promise<Follower> {
    const follower = await TopicFollower.start(topic, onRecords, createCluster(this.kafka), this.names, this.clock, this.report, this.countOf(topic), options);
    this.followers.add(follower);
    return follower;
  }

  read(topic: Topic, partition: number, offsets: readonly number[]): Promise<readonly LogRecord[]> {
    return this.inTurn(() => readOffsets(this.cluster, this.names, this.clock, topic, partition, offsets));
  }

  scan(topic: Topic, partition: number, from: number): Promise<Scanned> {
    return this.inTurn(() => scanOnce(this.cluster, this.names, this.clock, topic, partition, from));
  }

  /** The offset that the next record of the partition will have. */
  end(topic: Topic, partition: number): Promise<number> {
    return this.inTurn(() => offsetAt(this.cluster, this.names.topic(topic), partition, 'end'));
  }

  async close(): Promise<void> {
    this.watch?.stop();
    await Promise.all([...this.memberships].map((membership) => membership.leave()));
    await Promise.all([...this.followers].map((follower) => follower.close()));
    await this.appender.close();
    await this.cluster.disconnect();
  }

  private watchPartitions(): void {
    const look = (topic: Topic): Promise<number> =>
      this.inTurn(async () => {
        await this.cluster.refreshMetadata();
        return this.cluster.findTopicPartitionMetadata(this.names.topic(topic)).length;
      });
    this.watch = new PartitionWatch(this.counts, { look, clock: this.clock, report: this.report, onChanged: this.config.onPartitionsChanged });
    this.watch.start();
  }

  private countOf(topic: Topic): number {
    return this.counts.get(topic) ?? 0;
  }

  /** Reads go one at a time: kafkajs does not open a connection for two callers at once. */
  private inTurn<Read>(read: () => Promise<Read>): Promise<Read> {
    if (this.readsWaiting >= READS_WAITING_MAX) {
      return Promise.reject(new KafkaLogError('read-queue-full', `${this.readsWaiting} reads are waiting`, 'wait for some before asking for more'));
    }
    this.readsWaiting++;
    const done = this.reading.then(read);
    const over = (): void => void this.readsWaiting--;
    this.reading = done.then(over, over);
    return done;
  }
}

function namesOf(config: KafkaLogConfig): Names {
  return new Names(config.topicPrefix ?? '', config.groupPrefix ?? 'purkinje');
}

/** Connects to Kafka. The topics must exist (`createKafkaTopics`). */
export function kafkaLog(config: KafkaLogConfig, clock: Clock): Promise<KafkaLog> {
  return KafkaLog.open(config, clock);
}

/** Makes those of the eight topics that are not there. Returns their names on the broker. */
export function createKafkaTopics(config: KafkaLogConfig, settings: TopicSettings, clock: Clock): Promise<readonly string[]> {
  return createTopics(connectKafka(config, config.onLog ?? (() => undefined), clock), namesOf(config), settings, clock);
}

/** Whether Kafka answers and the topics are as the engine needs them. Never rejects. */
export function describeKafkaTopics(config: KafkaLogConfig, clock: Clock): Promise<readonly Finding[]> {
  const bootstrap = Array.isArray(config.brokers) ? config.brokers[0] : 'BROKER';
  return describeTopics(connectKafka(config, config.onLog ?? (() => undefined), clock), namesOf(config), bootstrap, clock);
}
