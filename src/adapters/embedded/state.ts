import { COMPACTED, TOPICS } from '../../ports/index.js';
import type { Disk, DiskEntry } from '../../ports/index.js';
import { DamagedError, decodeNumbers } from './codec.js';
import { damagedEntry } from './errors.js';
import { afterPrefix, endKey, keyOfLatestKey, latestKey } from './keys.js';

/** What is known of one partition: offsets first…next−1 have been written, and its time has come as far as lastMs. */
export interface PartitionEnd {
  readonly first: number;
  readonly next: number;
  readonly lastMs: number;
}

/** What the store keeps in memory of the disk, by place (`endKey`) or `claimKey`. */
export interface StoreState {
  readonly ends: Map<string, PartitionEnd>;
  /** Compacted topics: the offset of each key's latest record, tombstones included. */
  readonly latest: Map<string, Map<string, number>>;
  readonly claims: Map<string, number>;
}

/** Entries read from the disk at once. */
const LOAD_ENTRIES_MAX = 1_024;

export async function loadState(disk: Disk, partitions: number): Promise<StoreState> {
  const state: StoreState = { ends: new Map(), latest: new Map(), claims: new Map() };
  for (const topic of Object.values(TOPICS)) {
    for (let partition = 0; partition < partitions; partition++) {
      const place = endKey(topic, partition);
      const stored = await disk.get(place);
      const [first, next, lastMs] = stored ? numbersAt(place, stored) : [0, 0, 0];
      state.ends.set(place, { first, next, lastMs });
      if (!COMPACTED.has(topic)) continue;
      const latest = new Map<string, number>();
      for await (const { key, value } of entriesOf(disk, latestKey(topic, partition, ''))) {
        latest.set(keyOfLatestKey(topic, partition, key), numbersAt(key, value)[0]);
      }
      state.latest.set(place, latest);
    }
  }
  for await (const { key, value } of entriesOf(disk, 'claim/')) state.claims.set(key, numbersAt(key, value)[0]);
  return state;
}

/** Throws EmbeddedLogError where they are not what was written: nothing can be built on them. */
export function numbersAt(diskKey: string, bytes: Uint8Array): number[] {
  try {
    return decodeNumbers(diskKey, bytes);
  } catch (error) {
    throw error instanceof DamagedError ? damagedEntry(diskKey, error) : error;
  }
}

async function* entriesOf(disk: Disk, prefix: string): AsyncGenerator<DiskEntry> {
  let from = prefix;
  for (;;) {
    const entries = await disk.range(from, afterPrefix(prefix), { limit: LOAD_ENTRIES_MAX });
    yield* entries;
    const last = entries.at(-1);
    if (last === undefined || entries.length < LOAD_ENTRIES_MAX) return;
    from = `${last.key}\0`;
  }
}
