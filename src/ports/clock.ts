/** Time, for everything outside the pure rooms. */
export interface Clock {
  /** Wall clock, ms since 1970. It may jump. */
  nowMs(): number;
  /** Monotonic, ms from an arbitrary start: for ages and waits. */
  monotonicMs(): number;
  /** Calls back once after a delay; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Resolves after the delay. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}
