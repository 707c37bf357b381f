import { readFile, stat } from 'node:fs/promises';
import type { Clock } from '../../ports/index.js';

const LOOK_EVERY_MS = 2000;

export interface WatchedFile<Content> {
  current(): Content;
}

/** A file that is read again when it changes. One that has become unreadable changes nothing: what was read last holds. */
export async function watchedFile<Content>(path: string, read: (text: string) => Content, clock: Clock): Promise<WatchedFile<Content>> {
  let content = read(await readFile(path, 'utf8'));
  let readMs = (await stat(path)).mtimeMs;
  const look = async (): Promise<void> => {
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs !== readMs) {
        content = read(await readFile(path, 'utf8'));
        readMs = mtimeMs;
      }
    } catch {
      // Between two writes, or wrong: the next look will see.
    }
    clock.after(LOOK_EVERY_MS, () => void look());
  };
  clock.after(LOOK_EVERY_MS, () => void look());
  return { current: () => content };
}
