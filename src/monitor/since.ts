import type { Log, Topic } from '../ports/index.js';

/** An offset at or a little before the first record since a time. Times in a partition never fall, so that the half can be left out each time. */
export async function firstSince(log: Log, topic: Topic, partition: number, sinceMs: number): Promise<number> {
  const isBefore = async (offset: number): Promise<boolean> => {
    const atMs = await timeFrom(log, topic, partition, offset);
    return atMs !== undefined && atMs < sinceMs;
  };
  let [low, step] = [0, 1];
  if (!(await isBefore(0))) return 0;
  while (await isBefore(low + step)) [low, step] = [low + step, 2 * step];
  for (let high = low + step; high - low > 1; ) {
    const middle = Math.floor((low + high) / 2);
    if (await isBefore(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Time of the first record from an offset on; undefined: there is none. One reading may bring nothing but the marks of transactions. */
async function timeFrom(log: Log, topic: Topic, partition: number, from: number): Promise<number | undefined> {
  for (let offset = from; ; ) {
    const { records, next } = await log.scan(topic, partition, offset);
    if (records.length > 0) return records[0].timestampMs;
    if (next === offset) return undefined;
    offset = next;
  }
}
