import { reasonOf } from '../../log/index.js';
import { sleep } from '../../ports/index.js';
import type { Clock, LogRecord, Scanned, Topic } from '../../ports/index.js';
import type { ClusterConnection } from './client.js';
import { KafkaLogError } from './errors.js';
import { fetchOnce, NO_ERROR, OFFSET_OUT_OF_RANGE } from './fetch.js';
import { type Detour, detourAroundDamage, detourIntoRange, isDamaged } from './out-of-reach.js';
import type { Names } from './names.js';
import type { DecodedBatches } from './record-batches.js';
import { leaderOf, partitionsOf } from './offsets.js';

/** How long reading single records may take, all in all, in ms. */
export const READ_MAX_MS = 15_000;
/** Reads waiting for their turn. */
export const READS_WAITING_MAX = 256;
/** Bytes of one fetch of single records, which lie far apart where many beds share a partition. */
const READ_BYTES_MAX = 65_536;
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
    const { records, next } = await scanOnce(cluster, names, clock, topic, partition, wanted[0], READ_BYTES_MAX);
    found.push(...records.filter(({ offset }) => wanted.includes(offset)));
    // Nothing more to come: the rest is not there yet.
    if (next === wanted[0]) break;
    while (wanted.length > 0 && wanted[0] < next) wanted.shift();
  }
  return found;
}

/** What one fetch brings from an offset on: records, and the skipped range before them. Beyond the end nothing is there yet. */
export async function scanOnce(cluster: ClusterConnection, names: Names, clock: Clock, topic: Topic, partition: number, from: number, bytesMax?: number): Promise<Scanned> {
  const topicName = names.topic(topic);
  const deadline = clock.monotonicMs() + READ_MAX_MS;
  let detour: Detour | undefined;
  for (;;) {
    try {
      await partitionsOf(cluster, topicName);
      const broker = await cluster.findBroker({ nodeId: leaderOf(cluster, topicName, partition) });
      const position = { topic, topicName, partition, from: detour?.to ?? from };
      const [fetched] = await fetchOnce(broker, [position], 0, bytesMax);
      if (detour === undefined && fetched?.errorCode === OFFSET_OUT_OF_RANGE) {
        detour = await detourIntoRange(cluster, topicName, partition, from);
        if (detour?.reason === 'recreated') return { records: [], next: from, expired: false };
      } else if (detour === undefined && fetched !== undefined && isDamaged(fetched)) {
        detour = await detourAroundDamage(cluster, broker, position);
      }
      if (detour !== undefined && position.from !== detour.to) continue;
      if (fetched === undefined || fetched.errorCode !== NO_ERROR) throw new Error(`error ${fetched?.errorCode}`);
      return scanned(topic, partition, from, detour, fetched);
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

/** The first piece alone: what lies behind it is read from its `next` on. */
function scanned(topic: Topic, partition: number, from: number, detour: Detour | undefined, { pieces, next }: DecodedBatches): Scanned {
  const [first = { records: [], next }] = pieces;
  const behind = pieces.length > 1 ? first.next : next;
  const expired = detour?.reason === 'expired';
  if (detour === undefined) return { records: first.records, ...(first.skipped && { skipped: first.skipped }), next: behind, expired };
  const skipped = { topic, partition, from, ...detour };
  return first.skipped ? { records: [], skipped, next: detour.to, expired } : { records: first.records, skipped, next: behind, expired };
}

async function reconnect(cluster: ClusterConnection): Promise<void> {
  try {
    if (!cluster.isConnected()) await cluster.connect();
    await cluster.refreshMetadata();
  } catch {
    // The next attempt will say so.
  }
}
