/** Progress of a piece of work: what is done of it, and what more has turned out to be there. */
export interface Progress {
  done(count?: number): void;
  more(count: number): void;
}

/** A bar on stderr while work continues, where someone looks at a terminal. */
export async function progress<T>(what: string, total: number, work: (onDone: () => void, bar: Progress) => Promise<T>): Promise<T> {
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({ format: `${what} {bar} {value}/{total}, {eta_formatted} left`, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(total, 0);
  const done = (count = 1) => void bar.increment(count);
  try {
    return await work(done, { done, more: (count) => bar.setTotal(bar.getTotal() + count) });
  } finally {
    bar.stop();
  }
}
