import type { ClusterConnection } from './client.js';
import { KafkaLogError } from './errors.js';

/** Timestamps by which the broker knows the two ends of a partition. */
const AT = { earliest: -2, end: -1 } as const;
const READ_COMMITTED = 1;
const CLIENT = -1;

/** The node that leads a partition. Throws where the topic or partition is not known (yet). */
export function leaderOf(cluster: ClusterConnection, topicName: string, partition: number): number {
  const found = cluster.findTopicPartitionMetadata(topicName).find(({ partitionId }) => partitionId === partition);
  if (found === undefined) {
    throw new KafkaLogError('partition-unknown', `${topicName} has no partition ${partition}`, 'create the topics: purkinje check --create-topics');
  }
  return found.leader;
}

export async function partitionsOf(cluster: ClusterConnection, topicName: string): Promise<number> {
  await cluster.addMultipleTargetTopics([topicName]);
  const count = cluster.findTopicPartitionMetadata(topicName).length;
  if (count === 0) throw new KafkaLogError('topic-missing', `there is no topic ${topicName}`, 'create the topics: purkinje check --create-topics');
  return count;
}

/** The earliest offset of a partition, or its end as a read-committed reader sees it. */
export async function offsetAt(cluster: ClusterConnection, topicName: string, partition: number, which: 'earliest' | 'end'): Promise<number> {
  const broker = await cluster.findBroker({ nodeId: leaderOf(cluster, topicName, partition) });
  const { responses } = await broker.listOffsets({
    replicaId: CLIENT,
    isolationLevel: READ_COMMITTED,
    topics: [{ topic: topicName, partitions: [{ partition, timestamp: AT[which] }] }],
  });
  const answer = responses[0]?.partitions[0];
  if (answer === undefined) throw new KafkaLogError('partition-unknown', `${topicName} has no partition ${partition}`, 'create the topics: purkinje check --create-topics');
  return Number(answer.offset);
}
