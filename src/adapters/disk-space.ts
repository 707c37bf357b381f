import { statfs } from 'node:fs/promises';
import type { Clock } from '../ports/index.js';

/** Less than this free, and a log that grows by megabytes a minute has little time left. */
export const FREE_MIN_BYTES = 128 * 2 ** 20;
const LOOK_EVERY_MS = 3000;

export interface DiskSpace {
  /** As of the last look; undefined: enough, or not known. */
  readonly lowBytes: number | undefined;
  close(): void;
}

/** Looks how much is free under a folder, every three seconds. */
export function watchDiskSpace(folder: string, clock: Clock, freeBytes: (folder: string) => Promise<number> = freeUnder): DiskSpace {
  let [lowBytes, isOver]: [number | undefined, boolean] = [undefined, false];
  let cancel = () => {};
  const look = async (): Promise<void> => {
    // A file system that does not answer shows by the writes that fail.
    const free = await freeBytes(folder).catch(() => Infinity);
    lowBytes = free < FREE_MIN_BYTES ? free : undefined;
    if (!isOver) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  void look();
  return {
    get lowBytes() {
      return lowBytes;
    },
    close() {
      isOver = true;
      cancel();
    },
  };
}

async function freeUnder(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
