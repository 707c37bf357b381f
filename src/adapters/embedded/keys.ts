import type { StepName, Topic } from '../../ports/index.js';

/*
 * Where things lie on the disk. Numbers have a fixed width, so that the order of the keys is the order of the numbers.
 *
 *   meta/partitions                        how many partitions every topic has, and when the log was made
 *   end/<topic>/<partition>                first and next offset, last timestamp
 *   record/<topic>/<partition>/<offset>    one record
 *   latest/<topic>/<partition>/<key>       compacted topics: offset of the key's latest record
 *   claim/<step>/<partition>              number of the latest claim
 *   next/<step>/<topic>/<partition>        how far the step has read, as of its latest commit
 */

/** Digits of an offset: enough for 2^53. */
const OFFSET_DIGITS = 16;
/** Digits of a partition. */
const PARTITION_DIGITS = 5;

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const place = (topic: Topic, partition: number): string => `${topic}/${digits(partition, PARTITION_DIGITS)}`;

export const PARTITIONS_KEY = 'meta/partitions';

export const endKey = (topic: Topic, partition: number): string => `end/${place(topic, partition)}`;

export const recordKey = (topic: Topic, partition: number, offset: number): string =>
  `record/${place(topic, partition)}/${digits(offset, OFFSET_DIGITS)}`;

export function offsetOfRecordKey(key: string): number {
  return Number(key.slice(-OFFSET_DIGITS));
}

export const latestKey = (topic: Topic, partition: number, key: string): string => `latest/${place(topic, partition)}/${key}`;

export function keyOfLatestKey(topic: Topic, partition: number, diskKey: string): string {
  return diskKey.slice(latestKey(topic, partition, '').length);
}

export const claimKey = (step: StepName, partition: number): string => `claim/${step}/${digits(partition, PARTITION_DIGITS)}`;

export const nextKey = (step: StepName, topic: Topic, partition: number): string => `next/${step}/${place(topic, partition)}`;

/** The first key after all keys that begin with the prefix. U+10FFFF sorts last in UTF-8 and is no character. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;
