import { reasonOf } from '../../log/index.js';
import { sleep } from '../../ports/index.js';
import type { Clock, LogRecord, Scanned, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { KafkaLogError } from './errors.js';
import { fetchOnce, NO_ERROR, OFFSET_OUT_OF_RANGE } from './fetch.js';
import type { Names } from './names.js';
import { leaderOf, offsetAt, partitionsOf } from './offsets.js';

/** How long reading single records may take, all in all, in ms. */
export const READ_MAX_MS = 15_000;
/** Reads waiting for their turn. */
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
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const found: LogRecord[] = [];
  while (wanted.length > 0) {
    const { records, next } = await scanOnce(cluster, names, clock, topic, partition, wanted[0]);
    found.push(...records.filter(({ offset }) => wanted.includes(offset)));
    // Nothing more to come: the rest is not there yet.
    if (next === wanted[0]) break;
    while (wanted.length > 0 && wanted[0] < next) wanted.shift();
  }
  return found;
}

/** What one fetch brings from an offset on; an offset that has expired goes on at the earliest there is. */
export async function scanOnce(cluster: ClusterConnection, names: Names, clock: Clock, topic: Topic, partition: number, from: number): Promise<Scanned> {
  const topicName = names.topic(topic);
  const deadline = clock.monotonicMs() + READ_MAX_MS;
  let [start, expired] = [from, false];
  for (;;) {
    try {
      await partitionsOf(cluster, topicName);
      const broker = await cluster.findBroker({ nodeId: leaderOf(cluster, topicName, partition) });
      const [fetched] = await fetchOnce(broker, [{ topic, topicName, partition, from: start }], 0);
      if (fetched?.errorCode === OFFSET_OUT_OF_RANGE) {
        const earliest = await offsetAt(cluster, topicName, partition, 'earliest');
        // Beyond the end: nothing is there yet.
        if (start >= earliest) return { records: [], next: start, expired };
        [start, expired] = [earliest, true];
        continue;
      }
      if (fetched === undefined || fetched.errorCode !== NO_ERROR) throw new Error(`error ${fetched?.errorCode}`);
      if (fetched.failure !== undefined) throw fetched.failure;
      return { records: fetched.records, next: fetched.next, expired };
    } catch (error) {
      if (error instanceof KafkaLogError) throw error;
      if (clock.monotonicMs() > deadline) {
        throw new KafkaLogError('read-timeout', `${topicName}/${partition} could not be read within ${READ_MAX_MS} ms: ${reasonOf(error)}`, 'look whether Kafka answers', { cause: error });
      }
      await sleep(clock, RETRY_WAIT_MS);
      await reconnect(cluster);
    }
  }
}

async function reconnect(cluster: ClusterConnection): Promise<void> {
  try {
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.refreshMetadata();
  } catch {
    // The next attempt will say so.
  }
}
