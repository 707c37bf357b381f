import { readFile } from 'node:fs/promises';
import type { Clock } from '../../ports/index.js';

const LOOK_EVERY_MS = 2000;

/** What is in files, as it could last be read. */
export interface Watched<Content> {
  current(): Content;
  /** Called with each new content. */
  onRenewed(take: (content: Content) => void): void;
  close(): void;
}

/** Called for files that cannot be used; once for each state of them. */
export type OnBroken = (error: unknown) => void;

/** Reads files, and reads them again when their bytes change. Throws where that fails at first; later what was read last holds. */
export async function watchedFiles<Content>(paths: readonly string[], read: (files: readonly Buffer[]) => Content, clock: Clock, onBroken: OnBroken): Promise<Watched<Content>> {
  let files = await bytesOf(paths);
  let content = read(files);
  let reported = '';
  let isOver = false;
  let cancel = () => {};
  const takers = new Set<(content: Content) => void>();
  const look = async (): Promise<void> => {
    try {
      const now = await bytesOf(paths);
      if (!now.every((bytes, index) => bytes.equals(files[index]))) {
        files = now;
        content = read(now);
        for (const take of takers) take(content);
      }
      reported = '';
    } catch (error) {
      // They may just be between two writes: the next look will see.
      if (String(error) !== reported) onBroken(error);
      reported = String(error);
    }
    if (!isOver) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  };
  cancel = clock.after(LOOK_EVERY_MS, () => void look());
  return {
    current: () => content,
    onRenewed: (take) => void takers.add(take),
    close() {
      isOver = true;
      cancel();
    },
  };
}

function bytesOf(paths: readonly string[]): Promise<Buffer[]> {
  return Promise.all(
    paths.map((path) =>
      readFile(path).catch((error: NodeJS.ErrnoException) => {
        throw new Error(`${path} cannot be read (${error.code}): it must be there, and readable for this program`, { cause: error });
      }),
    ),
  );
}
