import { SingleBar } from 'cli-progress';

/** A bar on stderr while work continues, where someone looks at a terminal. */
export async function progress<T>(what: string, total: number, work: (onDone: () => void) => Promise<T>): Promise<T> {
  const bar = new SingleBar({ format: `${what} {bar} {value}/{total}, {eta_formatted} left`, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0);
  try {
    return await work(() => bar.increment());
  } finally {
    bar.stop();
  }
}
