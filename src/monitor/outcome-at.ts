import { type Outcome, SEGMENT_SECONDS } from '../ecg/index.js';
import { type Log, TOPICS } from '../ports/index.js';
import { decodeOutcome } from '../wire/index.js';
import { firstSince } from './since.js';

/** How long before and after its segment's end, by the device's clock, an outcome may have been appended: that clock may be fast or slow. */
const BEFORE_MAX_MS = 30_000;
const AFTER_MAX_MS = 120_000;

/** The segment of a bed that holds a time, from ecg.outcomes.v1; undefined: none is kept. Of several devices the one that was written last. */
export async function outcomeAt(log: Log, bed: string, atMs: number): Promise<Outcome | undefined> {
  const partitions = await log.partitionCount(TOPICS.outcomes);
  const found = await Promise.all(Array.from({ length: partitions }, (_, partition) => inPartition(log, partition, bed, atMs)));
  return found.flatMap((one) => one ?? []).sort((a, b) => a.writtenMs - b.writtenMs).at(-1)?.outcome;
}

async function inPartition(log: Log, partition: number, bed: string, atMs: number): Promise<{ readonly outcome: Outcome; readonly writtenMs: number } | undefined> {
  let found: { readonly outcome: Outcome; readonly writtenMs: number } | undefined;
  let next = await firstSince(log, TOPICS.outcomes, partition, atMs - BEFORE_MAX_MS);
  for (;;) {
    const page = await log.scan(TOPICS.outcomes, partition, next);
    for (const { value, timestampMs } of page.records) {
      const decoded = value === null ? undefined : decodeOutcome(value);
      if (decoded?.type === 'segment' && isOf(decoded.outcome, bed, atMs)) found = { outcome: decoded.outcome, writtenMs: timestampMs };
    }
    if (page.next === next || (page.records.at(-1)?.timestampMs ?? 0) > atMs + AFTER_MAX_MS) return found;
    next = page.next;
  }
}

function isOf({ device, startMs, association: { bed = device } }: Outcome, asked: string, atMs: number): boolean {
  return bed === asked && atMs >= startMs && atMs < startMs + 1000 * SEGMENT_SECONDS;
}
