import { sleep } from '../../ports/index.js';
import type { Clock, LogRecord, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { KafkaLogError, reasonOf } from './errors.js';
import { fetchOnce, NO_ERROR, OFFSET_OUT_OF_RANGE } from './fetch.js';
import type { Names } from './names.js';
import { leaderOf, offsetAt, partitionsOf } from './offsets.js';

/** How long reading single records may take, all in all, in ms. */
export const READ_MAX_MS = 15_000;
/** Reads waiting for their turn. They go one at a time: kafkajs does not open a connection for two callers at once. */
export const READS_WAITING_MAX = 256;
/** Before another attempt, in ms. */
const RETRY_WAIT_MS = 100;

/** Reads records by their offsets, over connections of its own. Offsets that hold no record (expired, compacted, aborted, not there yet) are left out. */
export async function readOffsets(
  cluster: ClusterConnection,
  names: Names,
  clock: Clock,
  topic: Topic,
  partition: number,
  offsets: readonly number[],
): Promise<readonly LogRecord[]> {
  const topicName = names.topic(topic);
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const found: LogRecord[] = [];
  const deadline = clock.monotonicMs() + READ_MAX_MS;
  let known = false;
  while (wanted.length > 0) {
    try {
      if (!known) await partitionsOf(cluster, topicName);
      known = true;
      const broker = await cluster.findBroker({ nodeId: leaderOf(cluster, topicName, partition) });
      const [fetched] = await fetchOnce(broker, [{ topic, topicName, partition, from: wanted[0] }], 0);
      if (fetched?.errorCode === OFFSET_OUT_OF_RANGE) {
        const earliest = await offsetAt(cluster, topicName, partition, 'earliest');
        // Expired, or beyond the end.
        if (wanted[0] < earliest) dropBelow(wanted, earliest);
        else wanted.length = 0;
        continue;
      }
      if (fetched === undefined || fetched.errorCode !== NO_ERROR) throw new Error(`error ${fetched?.errorCode}`);
      if (fetched.failure !== undefined) throw fetched.failure;
      found.push(...fetched.records.filter(({ offset }) => wanted.includes(offset)));
      // Nothing more to come: the rest is not there yet.
      if (fetched.next === wanted[0]) wanted.length = 0;
      dropBelow(wanted, fetched.next);
    } catch (error) {
      if (error instanceof KafkaLogError) throw error;
      if (clock.monotonicMs() > deadline) {
        throw new KafkaLogError('read-timeout', `${topicName}/${partition} could not be read within ${READ_MAX_MS} ms: ${reasonOf(error)}`, 'look whether Kafka answers', { cause: error });
      }
      await sleep(clock, RETRY_WAIT_MS);
      await reconnect(cluster);
    }
  }
  return found;
}

function dropBelow(wanted: number[], offset: number): void {
  while (wanted.length > 0 && wanted[0] < offset) wanted.shift();
}

async function reconnect(cluster: ClusterConnection): Promise<void> {
  try {
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.refreshMetadata();
  } catch {
    // The next attempt will say so.
  }
}
