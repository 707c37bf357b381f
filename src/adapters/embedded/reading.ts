import { COMPACTED } from '../../ports/index.js';
import type { Disk, DiskEntry, LogRecord, RecordBatch, Topic } from '../../ports/index.js';
import { DamagedError, decodeRecord } from './codec.js';
import { damagedRecord, isDamage } from './errors.js';
import { offsetOfRecordKey, recordKey } from './keys.js';

/** One reading, and where to continue: behind the last record, or behind a gap that holds none. */
export interface StoredBatch extends RecordBatch {
  readonly next: number;
}

/** One offset as it was found; `record` undefined: it cannot be read. */
interface Found {
  readonly offset: number;
  readonly record: LogRecord | undefined;
}

/**
 * Up to `limit` records of offsets from `start` (below `end`, at or above the first there is). A damaged record is a
 * skipped range; what lies around it is read.
 */
export async function readStored(disk: Disk, topic: Topic, partition: number, start: number, end: number, limit: number): Promise<StoredBatch> {
  const { found, next } = await lookUp(disk, topic, partition, start, end, limit);
  const firstDamaged = found.findIndex(({ record }) => record === undefined);
  if (firstDamaged < 0) return { records: recordsOf(found), next };
  // Either the records before what is damaged, or what is damaged and the records behind.
  if (firstDamaged > 0) return { records: recordsOf(found.slice(0, firstDamaged)), next: found[firstDamaged].offset };
  const firstSound = found.findIndex(({ record }) => record !== undefined);
  const [from, to] = [found[0].offset, firstSound < 0 ? next : found[firstSound].offset];
  const skipped = { topic, partition, from, to, reason: 'unreadable', detail: `offsets ${from} to ${to - 1} are damaged on the disk` } as const;
  const sound = firstSound < 0 ? [] : found.slice(firstSound);
  const again = sound.findIndex(({ record }) => record === undefined);
  return again < 0 ? { records: recordsOf(sound), skipped, next } : { records: recordsOf(sound.slice(0, again)), skipped, next: sound[again].offset };
}

/** Undefined: compaction has dropped it. Throws EmbeddedLogError where it is damaged. */
export async function readStoredOne(disk: Disk, topic: Topic, partition: number, offset: number): Promise<LogRecord | undefined> {
  try {
    const bytes = await disk.get(recordKey(topic, partition, offset));
    if (bytes === undefined && !COMPACTED.has(topic)) throw damagedRecord(topic, partition, offset);
    return bytes && decodeRecord(topic, partition, offset, bytes);
  } catch (error) {
    throw error instanceof DamagedError || isDamage(error) ? damagedRecord(topic, partition, offset, error) : error;
  }
}

const recordsOf = (found: readonly Found[]): LogRecord[] => found.flatMap(({ record }) => (record === undefined ? [] : [record]));

async function lookUp(disk: Disk, topic: Topic, partition: number, start: number, end: number, limit: number): Promise<{ found: Found[]; next: number }> {
  let entries: readonly DiskEntry[];
  try {
    entries = await disk.range(recordKey(topic, partition, start), recordKey(topic, partition, end), { limit });
  } catch (error) {
    if (!isDamage(error)) throw error;
    return oneByOne(disk, topic, partition, start, Math.min(end, start + limit));
  }
  const found: Found[] = [];
  const last = entries.length === limit ? offsetOfRecordKey(entries[limit - 1].key) + 1 : end;
  const next = Number.isSafeInteger(last) && last > start && last <= end ? last : end;
  // Only in a compacted topic may an offset be missing.
  let expected = COMPACTED.has(topic) ? undefined : start;
  const missing = (to: number): void => {
    for (; expected !== undefined && expected < to && found.length < 2 * limit; expected++) found.push({ offset: expected, record: undefined });
  };
  for (const { key, value } of entries) {
    const offset = offsetOfRecordKey(key);
    if (!Number.isSafeInteger(offset)) continue;
    missing(offset);
    if (expected !== undefined && expected < offset) return { found, next: expected };
    found.push({ offset, record: decoded(topic, partition, offset, value) });
    if (expected !== undefined) expected = offset + 1;
  }
  missing(next);
  return { found, next: expected === undefined ? next : expected };
}

async function oneByOne(disk: Disk, topic: Topic, partition: number, start: number, next: number): Promise<{ found: Found[]; next: number }> {
  const found: Found[] = [];
  for (let offset = start; offset < next; offset++) {
    try {
      const record = await readStoredOne(disk, topic, partition, offset);
      if (record !== undefined) found.push({ offset, record });
    } catch (error) {
      if (!isDamage(error)) throw error;
      found.push({ offset, record: undefined });
    }
  }
  return { found, next };
}

function decoded(topic: Topic, partition: number, offset: number, value: Uint8Array): LogRecord | undefined {
  try {
    return decodeRecord(topic, partition, offset, value);
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}
