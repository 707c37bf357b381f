import { reasonOf } from '../../log/index.js';
import { mkdir } from 'node:fs/promises';
import type { ClassicLevel } from 'classic-level';
import type { Disk, DiskEntry, DiskOperation } from '../../ports/index.js';
import { EmbeddedLogError } from './errors.js';

type Level = ClassicLevel<string, Uint8Array>;

/** A folder as a disk: LevelDB, which keeps its write-ahead log in the order of writing. */
class LevelDisk implements Disk {
  constructor(private readonly level: Level) {}

  get(key: string): Promise<Uint8Array | undefined> {
    return this.level.get(key);
  }

  async write(operations: readonly DiskOperation[], options: { readonly sync: boolean }): Promise<void> {
    if (operations.length > 0) await this.level.batch([...operations], { sync: options.sync });
  }

  async range(from: string, to: string, options: { limit?: number; reverse?: boolean } = {}): Promise<readonly DiskEntry[]> {
    const iterator = this.level.iterator({ gte: from, lt: to, limit: options.limit ?? -1, reverse: options.reverse ?? false });
    const entries = await iterator.all();
    return entries.map(([key, value]) => ({ key, value }));
  }

  close(): Promise<void> {
    return this.level.close();
  }
}

/** Opens the folder, or makes it. Only one process at a time can have it. */
export async function levelDisk(folder: string): Promise<Disk> {
  // Loaded here and not above: whoever runs on Kafka needs no native module.
  const { ClassicLevel } = await import('classic-level');
  try {
    await mkdir(folder, { recursive: true });
    const level: Level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
    await level.open();
    return new LevelDisk(level);
  } catch (error) {
    throw openError(folder, error);
  }
}

function openError(folder: string, error: unknown): EmbeddedLogError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  const text = reasonOf(cause);
  if (code === 'LEVEL_LOCKED') {
    return new EmbeddedLogError('disk-locked', `the log's folder ${folder} is in use by another process`, 'stop the other one, or give this one a folder of its own', { cause: error });
  }
  if (code === 'LEVEL_CORRUPTION' || /corrupt|missing files|checksum/i.test(text)) {
    return new EmbeddedLogError('disk-corrupted', `the log's folder ${folder} is damaged: ${text}`, 'restore it from a copy, or move it away and begin with an empty folder', { cause: error });
  }
  return new EmbeddedLogError('disk-unwritable', `the log's folder ${folder} cannot be opened: ${text}`, 'it must be a folder that this user may write, on a disk with free space', { cause: error });
}
