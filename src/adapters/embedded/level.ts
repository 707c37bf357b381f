import { reasonOf } from '../../log/index.js';
import { mkdir } from 'node:fs/promises';
import type { ClassicLevel } from 'classic-level';
import type { Disk, DiskEntry, DiskOperation } from '../../ports/index.js';
import { DAMAGED_HINT, EmbeddedLogError } from './errors.js';
import { findDamagedTable } from './tables.js';

type Level = ClassicLevel<string, Uint8Array>;

/** A folder as a disk: LevelDB, which keeps its write-ahead log in the order of writing. */
class LevelDisk implements Disk {
  constructor(
    private readonly level: Level,
    private readonly folder: string,
  ) {}

  get(key: string): Promise<Uint8Array | undefined> {
    return this.named(this.level.get(key));
  }

  async write(operations: readonly DiskOperation[], options: { readonly sync: boolean }): Promise<void> {
    if (operations.length > 0) await this.named(this.level.batch([...operations], { sync: options.sync }));
  }

  async range(from: string, to: string, options: { limit?: number; reverse?: boolean } = {}): Promise<readonly DiskEntry[]> {
    const iterator = this.level.iterator({ gte: from, lt: to, limit: options.limit ?? -1, reverse: options.reverse ?? false });
    const entries = await this.named(iterator.all());
    return entries.map(([key, value]) => ({ key, value }));
  }

  /** What is still in the write-ahead log alone goes into tables: LevelDB drops what is damaged there without a word. */
  async close(): Promise<void> {
    await this.level.compactRange(LAST_KEY, LAST_KEY).catch(() => undefined);
    await this.level.close();
  }

  private async named<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw isCorruption(error) ? damagedFolder(this.folder, error) : error;
    }
  }
}

/** Behind all keys: nothing is compacted, only what is in memory is written. */
const LAST_KEY = '\u{10ffff}';

function isCorruption(error: unknown): boolean {
  const cause = causeOf(error);
  return (cause as { code?: unknown } | undefined)?.code === 'LEVEL_CORRUPTION' || /corrupt|missing files|checksum/i.test(reasonOf(cause));
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function damagedFolder(folder: string, error: unknown): EmbeddedLogError {
  return new EmbeddedLogError('disk-corrupted', `the log's folder ${folder} is damaged: ${reasonOf(causeOf(error))}`, DAMAGED_HINT, { cause: error });
}

/** Opens the folder, or makes it. Only one process at a time can have it. What is on the disk is read once and its checksums compared. */
export async function levelDisk(folder: string): Promise<Disk> {
  // Loaded here and not above: an engine on Kafka needs no native module.
  const { ClassicLevel } = await import('classic-level');
  try {
    await mkdir(folder, { recursive: true });
    const damaged = await findDamagedTable(folder);
    if (damaged) throw new EmbeddedLogError('disk-corrupted', `the log is damaged in ${damaged.file}: ${damaged.detail}`, DAMAGED_HINT);
    const level: Level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
    await level.open();
    return new LevelDisk(level, folder);
  } catch (error) {
    throw error instanceof EmbeddedLogError ? error : openError(folder, error);
  }
}

function openError(folder: string, error: unknown): EmbeddedLogError {
  const cause = causeOf(error);
  const text = reasonOf(cause);
  if ((cause as { code?: unknown } | undefined)?.code === 'LEVEL_LOCKED') {
    return new EmbeddedLogError('disk-locked', `the log's folder ${folder} is in use by another process`, 'stop the other one, or give this one a folder of its own', { cause: error });
  }
  if (isCorruption(error)) return damagedFolder(folder, error);
  return new EmbeddedLogError('disk-unwritable', `the log's folder ${folder} cannot be opened: ${text}`, 'it must be a folder that this user may write, on a disk with free space', { cause: error });
}
