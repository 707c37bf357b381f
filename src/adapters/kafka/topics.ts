import { reasonOf } from '../../log/index.js';
import type { Admin, Kafka } from 'kafkajs';
import { sleep, TOPICS } from '../../ports/index.js';
import type { Clock, Topic } from '../../ports/index.js';
import { ConfigResourceTypes } from './client.js';
import type { Finding } from './finding.js';
import type { Names } from './names.js';
import { probeWriting } from './probe.js';
import { CHECKPOINT_SEGMENT_BYTES, CLEANUP_POLICY, cleanupOf, LOOKED_AT, SEGMENT_BYTES, settingsOf, TIMESTAMP_TYPE } from './settings.js';

export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** How long new topics may take to have leaders, in ms, and how often they are looked for. */
const LEADERS_MAX_MS = 15_000;
const LEADERS_POLL_MS = 50;

const ALL: readonly Topic[] = Object.values(TOPICS);
/** Alerts, their evidence and what people said of them outlive a stay. */
const KEPT_MS: Readonly<Partial<Record<Topic, number>>> = { [TOPICS.alerts]: 365 * 86_400_000, [TOPICS.evidence]: 365 * 86_400_000, [TOPICS.commands]: 365 * 86_400_000 };
/**
 * A new owner of a partition reads its checkpoints from the beginning, and the segment that is being written is never
 * compacted: it must stay small.
 */
const CHECKPOINT_CONFIG: readonly [string, string][] = [[SEGMENT_BYTES, String(CHECKPOINT_SEGMENT_BYTES)], ['segment.ms', '600000'], ['min.cleanable.dirty.ratio', '0.1']];

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes those of the eight topics that are not there. Returns their names. */
export function createTopics(kafka: Kafka, names: Names, settings: TopicSettings, clock: Clock): Promise<readonly string[]> {
  return withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    const missing = ALL.filter((topic) => !there.has(names.topic(topic)));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => {
        const retention = KEPT_MS[topic];
        const config: [string, string][] = [[CLEANUP_POLICY, cleanupOf(topic)], [...TIMESTAMP_TYPE]];
        if (retention !== undefined) config.push(['retention.ms', String(retention)]);
        if (topic === TOPICS.checkpoints) config.push(...CHECKPOINT_CONFIG);
        return {
          topic: names.topic(topic),
          numPartitions: settings.partitions,
          replicationFactor: settings.replicationFactor,
          configEntries: config.map(([name, value]) => ({ name, value })),
        };
      }),
    });
    await leaders(admin, missing.map((topic) => names.topic(topic)), clock);
    return missing.map((topic) => names.topic(topic));
  });
}

/** A topic is made at once, but brokers learn of it one after the other. */
async function leaders(admin: Admin, topics: string[], clock: Clock): Promise<void> {
  const deadline = clock.monotonicMs() + LEADERS_MAX_MS;
  for (;;) {
    try {
      // That a leader is named is not enough: it must know so itself, and answer.
      for (const topic of topics) await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (clock.monotonicMs() > deadline) throw error;
      await sleep(clock, LEADERS_POLL_MS);
    }
  }
}

/** Looks at the eight topics: whether they are there, made as the engine needs them, and open to it. */
export async function describeTopics(kafka: Kafka, names: Names, bootstrap: string, clock: Clock): Promise<readonly Finding[]> {
  try {
    return await withAdmin(kafka, async (admin) => {
      const there = new Set(await admin.listTopics());
      const existing = ALL.filter((topic) => there.has(names.topic(topic)));
      const findings = ALL.map((topic) => existence(names.topic(topic), there.has(names.topic(topic))));
      if (existing.length === 0) return findings;
      const { topics } = await admin.fetchTopicMetadata({ topics: existing.map((topic) => names.topic(topic)) });
      findings.push(equalCounts(topics.map(({ name, partitions }) => [name, partitions.length])));
      const configs = await admin.describeConfigs({
        includeSynonyms: false,
        resources: existing.map((topic) => ({ type: ConfigResourceTypes.TOPIC, name: names.topic(topic), configNames: [...LOOKED_AT] })),
      });
      for (const topic of existing) {
        const entries = configs.resources.find(({ resourceName }) => resourceName === names.topic(topic))?.configEntries ?? [];
        const valueOf = (name: string): string => entries.find(({ configName }) => configName === name)?.configValue ?? 'unknown';
        findings.push(...settingsOf(topic, names.topic(topic), bootstrap, valueOf));
      }
      return existing.length === ALL.length ? [...findings, ...(await probeWriting(kafka, names, clock))] : findings;
    });
  } catch (error) {
    return [{ code: 'broker-answers', ok: false, text: `Kafka does not answer: ${reasonOf(error)}`, hint: 'look at the addresses, the network and the credentials' }];
  }
}

function existence(name: string, ok: boolean): Finding {
  return { code: 'topic-exists', ok, text: ok ? `${name} is there` : `${name} is missing`, hint: ok ? '' : 'purkinje check --create-topics makes it' };
}

function equalCounts(counts: readonly (readonly [name: string, count: number])[]): Finding {
  const ok = new Set(counts.map(([, count]) => count)).size === 1;
  const listed = counts.map(([name, count]) => `${name} ${count}`).join(', ');
  return {
    code: 'partitions-equal',
    ok,
    text: ok ? `all topics have ${counts[0][1]} partitions` : `the topics have different numbers of partitions: ${listed}`,
    hint: ok ? '' : 'make them equal, with the topics empty: adding partitions moves keys',
  };
}
