import type { SkipReason } from '../../ports/index.js';
import type { BrokerConnection, ClusterConnection } from './client.js';
import { CORRUPT_MESSAGE, type FetchedPartition, fetchOnce, type FetchPosition, NO_ERROR } from './fetch.js';
import { offsetAt } from './offsets.js';

/** Where reading continues when it cannot where it should, and why. */
export interface Detour {
  readonly to: number;
  readonly reason: SkipReason;
  /** One line, without any content of a record. */
  readonly detail: string;
}

/** The broker does not have the offset. Undefined: it does by now. */
export async function detourIntoRange(cluster: ClusterConnection, topicName: string, partition: number, wanted: number): Promise<Detour | undefined> {
  const earliest = await offsetAt(cluster, topicName, partition, 'earliest');
  if (wanted < earliest) return { to: earliest, reason: 'expired', detail: `offsets ${wanted} to ${earliest - 1} were deleted before they were read` };
  const end = await offsetAt(cluster, topicName, partition, 'end');
  if (wanted <= end) return undefined;
  const to = isNewTopic(wanted, earliest, end) ? earliest : end;
  return { to, reason: 'recreated', detail: `offset ${wanted} is beyond the end, ${end}: the topic is a new one under the old name, or its leader lost its latest records` };
}

/**
 * A leader that lost records lost the latest few of many, and what is left has been read: reading continues at the end. A
 * log that begins at 0 and is less than half as long as the wanted offset says is another one, and unread.
 */
export function isNewTopic(wanted: number, earliest: number, end: number): boolean {
  return earliest === 0 && end < wanted / 2;
}

/**
 * Nothing can be read at a position, by the broker or by us. Looks for the nearest offset from which something can, in
 * steps that double, then between the last two. Where the broker finds no way past its own damage, that is the next place
 * that its index knows, a few kilobytes further (index.interval.bytes). Bounded: some 2 log2(n) fetches for n offsets. Undefined: it can be
 * read by now, or nothing is there yet.
 */
export async function detourAroundDamage(cluster: ClusterConnection, broker: BrokerConnection, position: FetchPosition): Promise<Detour | undefined> {
  const look = async (from: number): Promise<FetchedPartition> => {
    const [fetched] = await fetchOnce(broker, [{ ...position, from }], 0);
    if (fetched === undefined || ![NO_ERROR, CORRUPT_MESSAGE].includes(fetched.errorCode)) throw new Error(`error ${fetched?.errorCode} in looking for a readable offset`);
    return fetched;
  };
  const { from, topicName, partition } = position;
  const first = await look(from);
  const end = await offsetAt(cluster, topicName, partition, 'end');
  if (!isDamaged(first) || end <= from) return undefined;
  let [damaged, readable] = [from, end];
  for (let step = 1; damaged + step < end; step *= 2) {
    if (!isDamaged(await look(damaged + step))) {
      readable = damaged + step;
      break;
    }
    damaged += step;
  }
  while (readable - damaged > 1) {
    const middle = Math.floor((damaged + readable) / 2);
    if (isDamaged(await look(middle))) damaged = middle;
    else readable = middle;
  }
  return { to: readable, reason: 'unreadable', detail: `from offset ${from}: ${first.blocked ?? 'the broker finds its own file damaged there'}` };
}

export function isDamaged({ errorCode, blocked }: FetchedPartition): boolean {
  return errorCode === CORRUPT_MESSAGE || blocked !== undefined;
}
