import type { Topic } from '../../ports/index.js';
import { fetchExchange } from './client.js';
import type { BrokerConnection } from './client.js';
import { int64 } from './batch-header.js';
import { type AbortedTransaction, decodeRecordBatches, type DecodedBatches } from './record-batches.js';

/** Bytes of one partition in one response. A single larger batch still comes whole. */
export const FETCH_PARTITION_BYTES_MAX = 1_048_576;
/** Bytes of one response. */
export const FETCH_BYTES_MAX = 16_777_216;

export const NO_ERROR = 0;
export const OFFSET_OUT_OF_RANGE = 1;
/** The broker itself cannot read what lies there. */
export const CORRUPT_MESSAGE = 2;
const READ_COMMITTED = 1;
/** A client, not a replica. */
const CLIENT = -1;

export interface FetchPosition {
  readonly topic: Topic;
  /** The topic's name on the broker. */
  readonly topicName: string;
  readonly partition: number;
  readonly from: number;
}

export interface FetchedPartition extends DecodedBatches {
  readonly position: FetchPosition;
  readonly errorCode: number;
  /** Everything below is committed or aborted: a read-committed reader can come no further now. */
  readonly stableEnd: number;
}

/** One round trip: waits up to `waitMs` on the broker for anything to read at these positions, and brings up to `partitionBytes` of each. */
export async function fetchOnce(broker: BrokerConnection, positions: readonly FetchPosition[], waitMs: number, partitionBytes = FETCH_PARTITION_BYTES_MAX): Promise<FetchedPartition[]> {
  const byTopic = new Map<string, FetchPosition[]>();
  for (const position of positions) byTopic.set(position.topicName, [...(byTopic.get(position.topicName) ?? []), position]);
  const exchange = fetchExchange({
    replicaId: CLIENT,
    isolationLevel: READ_COMMITTED,
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: FETCH_BYTES_MAX,
    topics: [...byTopic].map(([topic, some]) => ({
      topic,
      partitions: some.map(({ partition, from }) => ({ partition, fetchOffset: String(from), maxBytes: partitionBytes })),
    })),
  });
  const response = {
    decode: (payload: Buffer) => Promise.resolve(decodeResponse(payload)),
    parse: (data: unknown) => Promise.resolve(data),
  };
  let decoded: DecodedResponse;
  try {
    decoded = (await broker.connectionPool.send({ request: exchange.request, response, logResponseError: false })) as DecodedResponse;
  } catch (error) {
    // As kafkajs does for its own requests: the next one reconnects.
    if ((error as { name?: unknown }).name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
  if (decoded.errorCode !== NO_ERROR) throw new Error(`the broker answers a fetch with error ${decoded.errorCode}`);
  return decoded.partitions.flatMap((raw) => {
    const position = byTopic.get(raw.topicName)?.find(({ partition }) => partition === raw.partition);
    if (position === undefined) return [];
    return [decodePartition(position, raw)];
  });
}

function decodePartition(position: FetchPosition, { errorCode, stableEnd, batches, aborted }: RawPartition): FetchedPartition {
  const { topic, partition, from } = position;
  if (errorCode !== NO_ERROR) return { position, errorCode, stableEnd, pieces: [], next: from };
  return { position, errorCode, stableEnd, ...decodeRecordBatches(topic, partition, from, batches, aborted, stableEnd < 0 ? undefined : stableEnd) };
}

interface RawPartition {
  readonly topicName: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly stableEnd: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

interface DecodedResponse {
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly partitions: readonly RawPartition[];
}

/** Fetch response, version 11. */
function decodeResponse(payload: Buffer): DecodedResponse {
  let at = 0;
  const int16 = (): number => payload.readInt16BE((at += 2) - 2);
  const int32 = (): number => payload.readInt32BE((at += 4) - 4);
  const long = (): number => int64(payload, (at += 8) - 8);
  const text = (): string => {
    const length = int16();
    return payload.toString('utf8', at, (at += length));
  };
  const clientSideThrottleTime = int32();
  const errorCode = int16();
  int32(); // fetch session
  const partitions: RawPartition[] = [];
  for (let topics = int32(); topics > 0; topics--) {
    const topicName = text();
    for (let left = int32(); left > 0; left--) {
      const partition = int32();
      const partitionError = int16();
      long(); // high watermark
      const stableEnd = long();
      long(); // first offset
      const aborted: AbortedTransaction[] = [];
      for (let more = int32(); more > 0; more--) aborted.push({ producerId: long(), firstOffset: long() });
      int32(); // preferred replica
      const size = Math.max(0, int32());
      partitions.push({ topicName, partition, errorCode: partitionError, stableEnd, aborted, batches: payload.subarray(at, (at += size)) });
    }
  }
  return { clientSideThrottleTime, errorCode, partitions };
}
