import { reasonOf } from '../../log/index.js';
import type { Kafka } from 'kafkajs';
import { TOPICS } from '../../ports/index.js';
import type { Clock, Topic } from '../../ports/index.js';
import { Partitioners } from './client.js';
import type { Finding } from './finding.js';
import type { Names } from './names.js';

/** What an engine writes. */
const WRITTEN: readonly Topic[] = [TOPICS.outcomes, TOPICS.alerts, TOPICS.evidence, TOPICS.rejects, TOPICS.checkpoints];
/** Silence and lag are measured by the engine's clock against the broker's. */
const CLOCK_APART_MAX_MS = 2_000;
const ALL_REPLICAS = -1;
const RETRIES = 3;

/**
 * May we write where an engine writes, and do our clock and the broker's agree? Tried with a transaction that is aborted:
 * read-committed readers, as all of ours are, never see it.
 */
export async function probeWriting(kafka: Kafka, names: Names, clock: Clock): Promise<readonly Finding[]> {
  const producer = kafka.producer({
    transactionalId: names.probeId,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: RETRIES },
  });
  try {
    await producer.connect();
    const transaction = await producer.transaction();
    try {
      const beforeMs = clock.nowMs();
      const topicMessages = WRITTEN.map((topic) => ({ topic: names.topic(topic), messages: [{ key: 'check', value: 'check', partition: 0 }] }));
      const written = await transaction.sendBatch({ topicMessages, acks: ALL_REPLICAS });
      return [{ code: 'write-rights', ok: true, text: `an engine may write: ${WRITTEN.map((topic) => names.topic(topic)).join(', ')}`, hint: '' }, clocks(written, beforeMs, clock.nowMs())];
    } finally {
      await transaction.abort().catch(() => undefined);
    }
  } catch (error) {
    return [{ code: 'write-rights', ok: false, text: `an engine could not write: ${reasonOf(error)}`, hint: 'it needs write rights on its topics and on its transactional ids' }];
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

function clocks(written: readonly { readonly logAppendTime?: string }[], beforeMs: number, afterMs: number): Finding {
  const times = written.map(({ logAppendTime }) => Number(logAppendTime ?? -1)).filter((ms) => ms >= 0);
  if (times.length === 0) return { code: 'clock', ok: false, text: 'the broker does not say when it appended', hint: 'see the timestamp type of the topics' };
  const apartMs = Math.max(...times.map((ms) => Math.max(beforeMs - ms, ms - afterMs, 0)));
  const ok = apartMs <= CLOCK_APART_MAX_MS;
  return { code: 'clock', ok, text: `our clock and the broker's are ${Math.round(apartMs)} ms apart at least`, hint: ok ? '' : 'set both by NTP: silence and lag are measured by them' };
}
