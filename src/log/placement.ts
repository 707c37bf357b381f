import { crc32 } from '@node-rs/crc32';
import type { Log, Topic } from '../ports/index.js';
import { partitionOfKey } from './partitioner.js';

/** A log of which the end can be read. */
export interface EndedLog extends Pick<Log, 'partitionCount' | 'scan'> {
  /** The offset that the next record will have. */
  end(topic: Topic, partition: number): Promise<number>;
}

/** Where the latest records of a topic lie, by their keys. */
export interface Placement {
  readonly records: number;
  /** In another partition than murmur2 of the key says. */
  readonly misplaced: number;
  /** Of these, where CRC32 says: librdkafka's default. */
  readonly byCrc32: number;
}

/** Reads the last `latest` records of each partition of the topic. */
export async function placementOf(log: EndedLog, topic: Topic, latest: number): Promise<Placement> {
  const partitions = await log.partitionCount(topic);
  const found = { records: 0, misplaced: 0, byCrc32: 0 };
  for (let partition = 0; partition < partitions; partition++) {
    const end = await log.end(topic, partition);
    for (let from = Math.max(0, end - latest); from < end; ) {
      const { records, next } = await log.scan(topic, partition, from);
      for (const { key } of records) {
        if (key === undefined) continue;
        found.records++;
        if (partitionOfKey(key, partitions) === partition) continue;
        found.misplaced++;
        if (crc32(key) % partitions === partition) found.byCrc32++;
      }
      if (next <= from) break;
      from = next;
    }
  }
  return found;
}
